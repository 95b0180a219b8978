"""What pages say around their articles, in the languages of the sources: labels of boxes, bylines, comments."""

import re


def any_of(text: str) -> str:
    """Phrases, one a line, as one pattern; a blank stands for any space."""
    return "|".join(line.strip().replace(" ", r"\s+") for line in text.strip().splitlines())


READ_ALSO = re.compile(
    r"^\W*(?:"
    + any_of(
        r"""
        (?:bitte )?lesen sie (?:auch|hier|dazu|mehr|jetzt|weiter|außerdem)(?: auch| mehr| dazu| zum thema)?
        lies auch
        mehr (?:zum|zu diesem|zu dem) thema
        mehr (?:dazu|darüber|aus .{3,30}|von .{3,30}|artikel|nachrichten|zu .{3,40})
        mehr lesen
        mehr(?=\s*:)
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
        (?:also read|related|related (?:articles|stories|content|news|topics))
        (?:explore )?more on (?:this|these)(?: story| topics?)?
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
ABOUT = re.compile(
    r"^\W*(?:über (?:den|die) autor(?:in|en)?|zum autor|zur autorin|der autor|die autorin|about the author"
    r"|à propos de l['’]auteure?"
    r"|redaktioneller hinweis|(?:verwendete )?quellen|so arbeitet (?:die|unsere) redaktion"
    r"|wir halten sie auf dem laufenden)\W*$",
    re.IGNORECASE,
)
AD_LABEL = re.compile(
    r"^\W*(?:(?:der )?(?:artikel|text|beitrag) (?:wird|geht) .{0,20}anzeige (?:fortgesetzt|weiter)"
    r"|(?:weiterlesen nach der )?anzeige|werbung|advertisement|advertorial|sponsored|publicité|publicidad|إعلان)\W*$",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^\W*(?:"
    + any_of(
        r"""
        (?:haben sie|hast du|habt ihr) .{0,12}fehler (?:auf .{3,30} )?(?:entdeckt|gefunden)\b
        fehler (?:auf .{3,30} )?(?:entdeckt|gefunden)\s?\?
        (?:war|fanden sie|finden sie) (?:diese[nrs]?|de[nr]|die) (?:seite|artikel|beitrag|text) .{0,20}hilfreich
        diese[rs]? audio\w+ .{0,40}(?:erstellt|generiert|erzeugt)
        dieser (?:text|artikel|beitrag) wird .{0,40}vorgelesen
        (?:schick|schickt|schicken sie|senden sie) uns (?:dein|eure?|ihre?|ein)
        (?:das|dies|diese meldung) ist (?:eine (?:nachricht|meldung) direkt aus|teil einer automatisierten)
        (?:wichtiger )?(?:hinweis:? )?dieser (?:artikel|beitrag|text) enthält nur allgemeine
        (?:hinweis:? )?dieser (?:artikel|beitrag|text) enthält .{0,30}(?:affiliate|werbelinks)
        dieser (?:artikel|beitrag|text) wurde (?:medizinisch|fachlich|wissenschaftlich) geprüft
        mit (?:der|ihrer|meiner|deiner) (?:anmeldung|registrierung) (?:stimm|nehm|erklär|akzeptier)\w+ (?:sie|ich|du)\b
        (?:artikel|beitrag|text) (?:zum hören|anhören)\b.{0,20}$
        """
    )
    + ")",
    re.IGNORECASE,
)
"""What a site says in between of itself and of how the text was made."""
INVITATION = re.compile(
    r"^\W*(?:"
    + any_of(
        r"""
        (?:kennen sie|kennst du|kennt ihr) (?:schon|bereits) (?:unsere|den|die|das)
        (?:folgen sie|folge|folgt) (?:uns|unsere|de[nm])\b
        (?:aktuelle|weitere|alle|mehr) (?:nachrichten|meldungen|artikel|news) .{3,100}(?:finden|lesen) (?:sie|ihr)
        (?:aktuelle|weitere|alle|mehr) (?:nachrichten|meldungen|artikel|news) .{3,100}gibt(?: es|['’]s)
        (?:sie wollen|du willst|ihr wollt) (?:keine?|nichts) .{0,60}verpassen
        """
    )
    + ")",
    re.IGNORECASE,
)
"""The way to a site's channels, letters and overviews, where there is a link."""
CALL = re.compile(
    r"^\W*(?:(?:jetzt|hier|gleich|kostenlos|gratis)\s+)*(?:"
    + any_of(
        r"""
        (?:mitglied|unterstützer(?:in)?|abonnent(?:in)?) werden
        (?:unterstützen|spenden|abonnieren|abschließen|testen|bestellen|kaufen|weiterlesen|(?:zum )?newsletter anmelden)
        (?:den |unseren |unser )?(?:newsletter|abo|kanal) (?:abonnieren|bestellen|testen|anmelden|sichern)
        zum? (?:angebot|shop|kanal|newsletter|abo|probeabo|profil|produkt)(?: .{3,30})?
        zur newsletter-?anmeldung
        (?:tickets?|karten|plätze) (?:sichern|kaufen|buchen)
        bei .{2,20} (?:kaufen|ansehen|bestellen)
        \d{1,3} (?:euro|€|franken)(?: im (?:monat|jahr))?
        ich (?:zahle|spende|unterstütze) .{2,20}
        """
    )
    + r")\W*$",
    re.IGNORECASE,
)
"""What one presses to buy, to give or to subscribe."""
PRICE = re.compile(r"\d[,.]\d\d\s?(?:euro|€|chf)|(?:€|chf)\s?\d", re.IGNORECASE)
EXTERNAL = re.compile(
    any_of(
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
COMMISSION = re.compile(
    any_of(
        r"""
        provision.{0,80}(?:\blinks?\b|kauf)
        (?:\blinks?\b|kauf).{0,80}provision
        affiliate[-\s]?links?
        commission.{0,80}(?:\blinks?\b|purchase|achat)
        """
    ),
    re.IGNORECASE,
)
"""Says that a page earns by what its readers buy."""
REPLY = re.compile(r"^\W*(?:antworten|zitieren|reply|répondre|responder|رد)\W*$", re.IGNORECASE)
"""What one presses to answer a reader."""
COMMENT_HEADING = re.compile(
    r"^\W*(?:(?:\d+\s+)?(?:leser)?(?:kommentare|comments|commentaires|comentarios|التعليقات)\W*(?:\d+\W*)?"
    r"|\d+\s+(?:kommentar|comment|commentaire|comentario)"
    r"|(?:(?:forum|diskussion)\W+)?\d+\s+postings?"
    r"|diskutieren sie mit|kommentare lesen|kommentar schreiben)\W*$",
    re.IGNORECASE,
)
"""Stands above the readers' comments. "Kommentar" alone does not: it says that an article is an opinion."""
NO_TEXT = re.compile(
    r"^\W*(?:(?:"
    + any_of(
        r"""
        (?:teilen|share|partager|drucken|merken|(?:link )?kopieren|folgen sie uns|follow us|whatsapp|facebook|twitter)
        (?:telegram|e-?mail|x|linkedin|pinterest|anzeige|werbung|advertisement|vorlesen|anhören|mehr|schlie(?:ß|ss)en)
        artikel (?:anhören|drucken|teilen|merken|vorlesen)
        zur startseite
        nach oben
        nach unten scrollen
        (?:downloads?|herunterladen|auswählen)
        gefällt mir
        (?:wird geladen|lädt)
        teilen mit
        druckversion
        \d+ (?:aufrufe|mal gelesen|views)
        reuse this content
        réutiliser ce contenu
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
    + any_of(
        r"""
        (?:©|\(c\)|copyright).{0,160}
        über dieses thema berichtete.{0,160}
        mit (?:agentur\w*|material).{0,60}
        (?:erstpublikation|erstveröffentlichung|zuerst erschienen|zuerst veröffentlicht)\b.{0,100}
        (?:dieses thema im programm|diese meldung wurde am|dieser artikel wurde am|diese sendung wurde am)\b.{0,160}
        (?:(?:verwendete )?quellen?|sources?|mit material (?:der|von)|with material from|original-content von)\W.{0,100}
        (?:text|autor(?:in|en)?|fotos?|(?:rubrik(?:listen)?)?bild(?:er)?|interview|protokoll|gestaltung|redaktion|illustration(?:en)?|grafik|kamera|schnitt|mitarbeit)\s?:.{3,50}
        (?:dpa|afp|epd|kna|sid|reuters|apa|ap|rtr)(?:[-/,\s]+\w{1,10}){0,4}
        [a-zäöü]{1,4}(?:/[a-zäöü]{1,4})+
        """
    )
    + r")\W*$",
    re.IGNORECASE,
)
"""The last line of a text: the agency's, or who signs for it ("kz/iw")."""
TIME = re.compile(
    r"^\W*(?:(?P<day>\d{1,2}\.\s?(?:\d{1,2}\.(?:\d{4}|\d\d)?|\w{3,9}(?:\s\d{4})?(?=\W)))\W*)?"
    r"(?P<time>\d{1,2}[:.]\d{2}(?:\s?(?:uhr|h|am|pm))?)\W*$",
    re.IGNORECASE,
)
"""Nothing but a time: what begins an entry of a live blog. Its day may stand against it without a blank."""
MINUTE = re.compile(r"^\d{1,3}(?:\s?\+\s?\d{1,2})?(?:['’′]|\.\s?min(?:ute)?\.?)$", re.IGNORECASE)
"""Nothing but the minute of a match: what begins a line about it."""
CONTACT = re.compile(
    r"^\W*(?:presse-?kontakt|kontakt(?: für (?:die )?(?:presse|medien|rückfragen))?|rückfragen(?: bitte)? an"
    r"|(?:press|media) contact|contact presse)\W*$",
    re.IGNORECASE,
)
"""Stands behind the text of a press release."""
DETAIL = re.compile(
    any_of(
        r"""
        (?:geschrieben|verfasst|erstellt|veröffentlicht|aktualisiert|geändert)\b
        (?:zugriffe|aufrufe|kategorie|ressort|lesezeit|autor(?:in)?|datum)\s*:
        """
    ),
    re.IGNORECASE,
)
"""A line of a list of what a site keeps about an article."""
PAGER = re.compile(
    r"^\W*(?:"
    + any_of(
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
    r"|.{0,60}(?i:lesezeit|min\.? read|reading time|temps de lecture).{0,20}$)"
)
"""Who wrote it and when, between the headline and the text."""
