"""What pages say around their articles, in the languages of the sources: labels of boxes, walls, errors, bylines."""

import re


def _any(text: str) -> str:
    """Phrases, one a line, as one pattern; a blank stands for any space."""
    return "|".join(line.strip().replace(" ", r"\s+") for line in text.strip().splitlines())


READ_ALSO = re.compile(
    r"^\W*(?:"
    + _any(
        r"""
        (?:bitte )?lesen sie (?:auch|hier|dazu|mehr|jetzt|weiter|außerdem)(?: auch| mehr| dazu| zum thema)?
        lies auch
        mehr (?:zum|zu diesem|zu dem) thema
        mehr (?:dazu|darüber|aus .{3,30}|von .{3,30}|artikel|nachrichten|zu .{3,40})
        mehr lesen
        zum thema
        auch interessant
        (?:das )?könnte (?:sie|dich|euch) (?:auch|ebenfalls) interessieren
        das könnte (?:sie|dich) auch interessieren
        passend dazu
        zum weiterlesen
        weitere (?:artikel|nachrichten|meldungen|themen|beiträge|texte|informationen)(?: .{3,40})?
        weitere (?:videos|bilder|galerien|podcasts)(?: .{3,40})?
        weiterführende links
        ähnliche (?:artikel|beiträge|themen)
        verwandte (?:artikel|themen|beiträge)
        empfehlung(?:en)?(?: der redaktion| für sie)?
        empfohlene (?:artikel|beiträge)
        (?:unser )?lesetipps?
        unsere empfehlung(?:en)?
        (?:meistgelesen|meistgelesene artikel|am meisten gelesen|beliebte artikel|top-?themen)
        (?:neueste|aktuelle) (?:artikel|nachrichten|meldungen|videos)
        (?:themen|schlagworte|stichworte|tags) (?:in diesem|zu diesem|des) artikels?
        (?:themen|schlagworte|schlagwörter|stichworte|tags|links zum thema)
        read (?:also|more|next)
        (?:also read|related|related (?:articles|stories|content|news|topics)|more on this(?: story| topic)?)
        more (?:stories|news|from .{3,30}|on .{3,30})
        you (?:may|might) also (?:like|be interested in)
        (?:recommended|most read|trending)(?: for you| stories)?
        (?:à )?lire (?:aussi|également|la suite)
        (?:voir|lisez) aussi
        sur le même (?:sujet|thème)
        (?:articles|sujets) (?:liés|similaires|associés)
        (?:à découvrir|les plus lus|nos recommandations)
        (?:lea|lee|leer) (?:también|más)
        (?:noticias|artículos) relacionad[oa]s
        اقر[أا](?:وا)? (?:أيض[اًا]*|ايضا|المزيد)
        (?:مواضيع|أخبار|مقالات) (?:ذات صلة|متعلقة|مشابهة)
        الأكثر قراءة
        """
    )
    + r")\s*(?:[:–—!?.…|>»→]+|$)",
    re.IGNORECASE,
)
ABOUT_AUTHOR = re.compile(
    r"^\W*(?:über (?:den|die) autor(?:in|en)?|zum autor|zur autorin|zur person|der autor|die autorin|about the author"
    r"|à propos de l['’]auteure?)\W*$",
    re.IGNORECASE,
)
AD_LABEL = re.compile(
    r"^\W*(?:anzeige|werbung|advertisement|advertorial|sponsored|publicité|publicidad|إعلان)\W*$",
    re.IGNORECASE,
)
EXTERNAL = re.compile(
    _any(
        r"""
        externe[rn]? inhalte?
        redaktionelle[rn]? inhalt
        inhalte? von (?:drittanbietern|x|twitter|instagram|youtube|facebook|tiktok)\b
        external content
        contenu externe
        (?:video|beitrag|post|inhalt) (?:anzeigen|laden|entsperren)
        cookies? (?:für|von) (?:externe|drittanbieter)
        """
    ),
    re.IGNORECASE,
)
"""Stands where another site's post or video would be."""
COMMENT_HEADING = re.compile(
    r"^\W*(?:(?:\d+\s+)?(?:leser)?(?:kommentare|comments|commentaires|comentarios|التعليقات)\W*(?:\d+\W*)?"
    r"|\d+\s+(?:kommentar|comment|commentaire|comentario)"
    r"|diskutieren sie mit|kommentare lesen|kommentar schreiben)\W*$",
    re.IGNORECASE,
)
"""Stands above the readers' comments. "Kommentar" alone does not: it says that an article is an opinion."""
GATE = re.compile(
    _any(
        r"""
        (?:jetzt|sofort|gratis|kostenlos|hier) (?:gratis |kostenlos )?(?:weiterlesen|freischalten)
        weiterlesen mit
        (?:um|zum) weiterzulesen
        zum weiterlesen (?:bitte|registrieren|anmelden)
        mit .{0,40}(?:abo|plus|premium|\+) (?:weiterlesen|lesen)
        (?:artikel|beitrag|text) (?:jetzt )?freischalten
        (?:nur|exklusiv) (?:für|mit) .{0,30}(?:abo|abonnent|plus|mitglied|premium)
        (?:plus|premium)[-\s](?:artikel|inhalt)
        (?:abonnent(?:en|innen)?|abonnierenden?|mitgliedern?) vorbehalten
        für abonnent(?:en|innen)\b
        sie haben (?:bereits|schon) ein .{0,20}abo
        bereits (?:abonnent|kunde|plus)
        (?:diese[nr]|den ganzen|den vollständigen) (?:artikel|text|beitrag) .{0,60}(?:\babo|plus|premium|bezahl)
        subscribe (?:now )?to (?:continue|keep|read)
        (?:for|to) subscribers only
        subscriber[-\s]only
        already a subscriber
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
    _any(
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
    _any(
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
ACCEPT = re.compile(
    _any(
        r"""
        akzeptieren
        zustimmen
        einverstanden
        einwilligen
        alle annehmen
        accept
        agree
        j['’]accepte
        aceptar
        موافق
        """
    ),
    re.IGNORECASE,
)
"""What one presses to consent."""
ERROR = re.compile(
    r"^\W*(?:"
    + _any(
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
NO_TEXT = re.compile(
    r"^\W*(?:(?:"
    + _any(
        r"""
        (?:teilen|share|partager|drucken|merken|(?:link )?kopieren|folgen sie uns|follow us|whatsapp|facebook|twitter)
        (?:telegram|e-?mail|x|linkedin|pinterest|anzeige|werbung|advertisement|vorlesen|anhören|mehr|schlie(?:ß|ss)en)
        artikel (?:anhören|drucken|teilen|merken|vorlesen)
        zur startseite
        nach oben
        (?:bildergalerie|galerie|fotostrecke|vergrößern)
        (?:\d+ )?(?:bild|foto|seite)(?:er|s)? \d+ (?:von|/) \d+
        \d+\s?/\s?\d+
        \d+ (?:min(?:uten)?|minutes)\.?(?: lesezeit)?
        lesezeit:? .{0,20}
        """
    )
    + r")\W*)+(?:auf\s+\w+)?$",
    re.IGNORECASE,
)
"""Words of buttons and counters."""
AGENCY = re.compile(
    r"^\W*(?:"
    + _any(
        r"""
        (?:©|\(c\)|copyright).{0,160}
        über dieses thema berichtete.{0,160}
        (?:dieses thema im programm|diese meldung wurde am|dieser artikel wurde am)\b.{0,160}
        (?:quelle|source|mit material (?:der|von)|with material from)\W.{0,60}
        (?:dpa|afp|epd|kna|sid|reuters|apa|ap|rtr)(?:[-/,\s]+\w{1,10}){0,4}
        """
    )
    + r")\W*$",
    re.IGNORECASE,
)
"""The last line of an agency's text."""
TIME = re.compile(
    r"^\W*"
    + _any(
        r"""
        (?:\d{1,2}\.\s?(?:\d{1,2}\.(?:\d{2,4})?|\w{3,9}(?: \d{4})?)\W+)?\d{1,2}[:.]\d{2}(?:\s?(?:uhr|h|am|pm))?
        """
    )
    + r"\W*$",
    re.IGNORECASE,
)
"""Nothing but a time: what begins an entry of a live blog."""
PAGER = re.compile(
    r"^\W*(?:"
    + _any(
        r"""
        (?:weiter )?(?:auf |zu |zur )?seite \d+.{0,60}
        nächste seite
        auf einer seite lesen
        inhalt
        """
    )
    + r")\W*$",
    re.IGNORECASE,
)
"""The way to an article's other pages."""
BYLINE = re.compile(
    r"^\W*(?:(?i:von|by|par|text|foto|interview|autor(?:in)?):?\s+(?:[^\W\d_a-zäöüß][\w'’.-]*\s*){2,4}(?:[,|·•/&–(\d]|und\b|$)"
    r"|(?i:(?:stand|aktualisiert|veröffentlicht|erschienen|updated|published|publié)\b.{0,60}\d)"
    r"|(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\w*,?\s)?\d{1,2}\.\s?(?:\d{1,2}\.|\w{3,9})\s?\d{4}\b.{0,60}$"
    r"|.{0,60}(?i:lesezeit|min\.? read|reading time).{0,20}$)"
)
"""Who wrote it and when, between the headline and the text."""
