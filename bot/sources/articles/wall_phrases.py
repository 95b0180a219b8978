"""What pages say that keep their text back, in the languages of the sources: walls, questions for consent, errors."""

import re

from bot.sources.articles.phrases import any_of

GATE = re.compile(
    any_of(
        r"""
        (?:jetzt|sofort|gratis|kostenlos|hier) (?:gratis |kostenlos )?(?:weiterlesen|freischalten)
        weiterlesen mit
        (?:um|zum) weiterzulesen
        zum weiterlesen (?:bitte|registrieren|anmelden)
        (?:möchten|wollen) sie (?:weiter|mehr )lesen
        zugriff auf alle (?:artikel|inhalte|texte)
        mit .{0,40}(?:abo|plus|premium|\+) (?:weiterlesen|lesen)
        (?:artikel|beitrag|text) (?:jetzt )?freischalten
        (?:nur|exklusiv) (?:für|mit) .{0,30}(?:abo|abonnent|plus|mitglied|premium)
        (?:plus|premium)[-\s](?:artikel|inhalt)
        (?:abonnent(?:en|innen)?|abonnierenden?|mitgliedern?) vorbehalten
        für abonnent(?:en|innen)\b
        sie (?:haben (?:bereits|schon) ein .{0,20}abo|sind (?:bereits|schon) abonnent)
        bereits (?:abonnent|kunde|plus)
        (?:diese[nr]|den ganzen|den vollständigen) (?:artikel|text|beitrag) .{0,60}(?:\babo|plus|premium|bezahl)
        subscribe (?:now )?to (?:continue|keep|read)
        (?:for|to) subscribers only
        subscriber[-\s]only
        already a subscriber
        (?:bereits|schon) registriert
        (?:limit|kontingent) .{0,60}(?:erreicht|aufgebraucht)
        (?:jederzeit|monatlich) kündbar
        unterstützen sie .{0,40}journalismus
        to continue reading
        réservée? aux abonnés
        pour lire la suite
        déjà abonné
        para seguir leyendo
        للمشتركين فقط
        """
    ),
    re.IGNORECASE,
)
"""Asks for a subscription."""
ACTION = re.compile(
    any_of(
        r"""
        testen
        \babo
        anmelden
        einloggen
        \blog ?in\b
        registrieren
        freischalten
        weiterlesen
        angebot
        kaufen
        sign (?:in|up)
        subscribe
        abonner
        connecter
        suscr
        اشترك
        """
    ),
    re.IGNORECASE,
)
"""What one presses to pay or to say that one has paid."""
CONSENT = re.compile(
    any_of(
        r"""
        cookies? und (?:ähnliche|vergleichbare|tracking|werbung)
        wir (?:verwenden|nutzen|setzen|benötigen) .{0,40}(?:cookies|tracking|technologien)
        wir und unsere .{0,20}partner
        unsere[nr]? (?:\d+ )?(?:werbe)?partner
        (?:ihre|ihrer|deine|deiner) (?:zustimmung|einwilligung|daten|privatsphäre|auswahl)
        (?:mit|ohne) werbung (?:lesen|weiterlesen|nutzen|weiter)
        datenschutz(?:erklärung|einstellungen|hinweise?)
        jederzeit widerrufen
        (?:informationen|daten) auf (?:einem|ihrem) (?:endgerät|gerät)
        personalisierte (?:werbung|anzeigen|inhalte)
        tracking
        we (?:use|value|and our)\b.{0,60}(?:cookies|partners|privacy)
        your (?:consent|privacy|choices)
        nous utilisons .{0,30}cookies
        nos partenaires
        votre consentement
        """
    ),
    re.IGNORECASE,
)
"""Asks for consent, or tells what it is for."""
ACCEPT = (
    "akzeptieren",
    "zustimmen",
    "einverstanden",
    "einwilligen",
    "alle annehmen",
    "accept",
    "agree",
    "aceptar",
    "موافق",
)
"""What one presses to consent."""
ERROR = re.compile(
    r"^\W*(?:"
    + any_of(
        r"""
        (?:fehler|error)\W*[45]\d\d\b.{0,60}
        [45]\d\d\W*(?:.{0,40}(?:nicht gefunden|not found|fehler|error|forbidden|unavailable|introuvable).{0,20})?
        (?:\w+ ){0,3}(?:seite|artikel) (?:(?:wurde|ist|konnte|leider) )*nicht gefunden.{0,40}
        (?:(?:die|diese) )?seite (?:(?:ist|leider|derzeit|zurzeit) )*nicht (?:verfügbar|erreichbar).{0,40}
        (?:ups|hoppla|oops|sorry)\W.{0,30}(?:schief|fehler|nicht gefunden|wrong|error|not found).{0,30}
        (?:page|article) not found.{0,40}
        not found
        (?:access denied|zugriff verweigert|forbidden).{0,40}
        just a moment
        attention required.{0,30}
        checking (?:your browser|if the site).{0,60}
        (?:sind sie|bist du) ein (?:mensch|roboter)
        are you (?:a )?(?:human|robot)
        (?:bitte )?(?:einen )?(?:augenblick|moment)(?:\W* bitte)?
        (?:wartung|wartungsarbeiten|wartungsmodus|sicherheitsprüfung|(?:re)?captcha)
        service (?:temporarily )?unavailable.{0,30}
        (?:interner )?server\s?(?:fehler|error).{0,20}
        page (?:non trouvée|introuvable).{0,20}
        """
    )
    + r")\W*$",
    re.IGNORECASE,
)
"""A title of a page that is none."""
COMMON_WORD = re.compile(
    r"\b(?:d(?:er|ie|as|en|em|es)|und|i[nmst]|ein\w{0,2}|nicht|sich|zu|von|mit|auf|für|es|sie|the|of|and|to|an?|les?|la|un"
    r"|une|et|de|du|el|los|que|y|في|من|على|إلى|أن|عن|مع)\b",
    re.IGNORECASE,
)
"""Hardly a sentence of these languages does without one of them."""
