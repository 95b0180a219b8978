### Deutsch. Wer hier schreibt: „du“, ganze Sätze, typografische Anführungszeichen.
### Nachrichten sind Telegram-HTML. Knöpfe, Hinweise, Befehle und Beschreibungen (button-, form-, toast-, command-,
### alias-, about-, day-) sind reiner Text.

## Tage (Muster nach Unicode CLDR)

day-today = Heute
day-yesterday = Gestern
day-pattern = EEEE, d. MMMM
day-pattern-year = EEEE, d. MMMM y
moment-pattern = d. MMMM y, HH:mm 'Uhr'

## Knöpfe

button-read = 📖 Lesen
button-source = 🔗 Quelle
button-plain = Als reiner Text
button-rich = Wieder als Artikel
button-newer = ‹ Neuere
button-older = Ältere ›
button-back = ‹ Zurück
button-forward = Weiter ›
button-all = Alle Themen
button-follow = ➕ { $topic } abonnieren
button-unfollow = ➖ { $topic } abbestellen
button-sound = 🔔 Mit Ton
button-silent = 🔕 Lautlos

form-line = Zeile
form-card = Karte
form-picture = Mit Bild

## Hinweise, die kurz über dem Chat erscheinen

toast-old = Dieser Knopf ist veraltet. Mit /start oder /latest geht es weiter.
toast-not-admin = Das dürfen hier nur Administratoren ändern.
toast-not-admin-there = Das dürfen nur Administratoren von „{ $title }“ ändern, und ich muss dort noch dabei sein.

## /start

start-hello =
    👋 <b>Hallo { $name }!</b>
    Ich schicke dir Schlagzeilen, sobald sie erscheinen – nur aus den Themen, die du wählst. Den ganzen Artikel liest du gleich hier im Chat.

    <b>Was interessiert dich?</b> Tippe Themen an; ein zweites Antippen bestellt sie wieder ab.
start-back =
    👋 <b>Willkommen zurück, { $name }!</b>
    Deine Abos gelten wie zuvor: { $topics }.

    Tippe ein Thema an, um es zu abonnieren oder abzubestellen. Das Neueste zeigt /latest.
start-back-paused =
    👋 <b>Willkommen zurück, { $name }!</b>
    Deine Abos sind noch da: { $topics }. Gerade ist aber Pause – mit /resume kommen wieder Schlagzeilen.
start-group =
    👋 <b>Hallo zusammen!</b>
    Ich schicke neue Schlagzeilen in diese Gruppe, sobald sie erscheinen. Welche Themen das sind, bestimmen die Administratoren – einfach antippen.
all-topics = alle Themen
names-more = { $count } weitere

## Themen

topics-choose =
    <b>Deine Themen</b>
    Einmal antippen abonniert ein Thema, noch einmal bestellt es ab. „Alle Themen“ schließt auch künftige ein.
topics-choose-group =
    <b>Themen dieser Gruppe</b>
    Administratoren können sie antippen. „Alle Themen“ schließt auch künftige ein.
topic-near = „{ $word }“ kenne ich nicht – hier ist <b>{ $topic }</b>.
topic-unknown = „{ $word }“ kenne ich nicht. Diese Themen gibt es:
topic-unknown-near = „{ $word }“ kenne ich nicht. Meinst du { $topics }?
topic-several = Ich zeige immer ein Thema auf einmal. Welches soll es sein?
topic-gone = Dieses Thema gibt es nicht mehr. Die aktuellen zeigt /topic.

## Abonnieren und Abbestellen

subscribed = ✅ Abonniert: { $topics }.
subscribed-all = ✅ Abonniert: <b>alle Themen</b>, auch künftige.
subscribed-soon = Neue Schlagzeilen kommen von selbst.
subscribe-covered = Abonniert sind schon <b>alle Themen</b>, also auch { $topics }.
unsubscribed = Abbestellt: { $topics }.
unsubscribed-all = Alles abbestellt. Ein neues Thema findest du mit /topic.
unsubscribed-none = Nicht abonniert: { $topics }. Was abonniert ist, zeigt /topic.
unsubscribed-rest = Abbestellt: { $topics }. Die übrigen Themen bleiben abonniert; neue Themen kommen nicht mehr von selbst dazu.
unsubscribe-what = Welches Thema soll weg? Zum Beispiel /unsubscribe { $example } – oder hier antippen:
unsubscribe-nothing = Gerade ist kein Thema abonniert. Zur Auswahl geht es mit /topic.
still-paused = Gerade ist Pause. Mit /resume kommen wieder Schlagzeilen.
admins-only = Das dürfen in dieser Gruppe nur Administratoren ändern.

## Neueste Schlagzeilen

latest-title = <b>Neueste Schlagzeilen</b>
latest-title-followed = <b>Neueste Schlagzeilen der abonnierten Themen</b>
latest-title-topic = <b>{ $topic }: neueste Schlagzeilen</b>
latest-empty = Noch keine Schlagzeilen hier. Sobald welche da sind, zeigt sie /latest.
latest-empty-topic = Zu <b>{ $topic }</b> gibt es noch keine Schlagzeilen.
latest-also = <i>(auch bei { $sources })</i>
page = Seite { $page }/{ $pages }

## Artikel

article-gone = Diesen Artikel gibt es hier nicht mehr. Neue zeigt /latest.
article-none = Noch keine Schlagzeilen hier. Sobald welche da sind, liest du sie mit /read.
article-no-such-number = So viele Schlagzeilen gibt es noch nicht. Die neueste öffnet /read, die Liste zeigt /latest.
article-no-text = Der Text dieses Artikels liegt noch nicht vor. Vollständig steht er bei der Quelle.
article-empty = Mehr Text gibt die Seite nicht her. Das Original steht bei der Quelle.
article-paywalled = Den ganzen Text gibt es bei { $source } nur hinter einer Bezahlschranke.
article-goes-on = Bei { $source } geht der Text auf weiteren Seiten weiter.
article-shortened = Hier gekürzt. Der vollständige Text steht bei der Quelle.
mark-corrected = korrigiert { $time }
mark-corrected-short = (korrigiert)
mark-withdrawn = von der Quelle zurückgezogen, { $time }
mark-withdrawn-short = (zurückgezogen)
article-withdrawn = Die Quelle hat diesen Artikel zurückgezogen. Sein Text wird deshalb nicht mehr gezeigt.
article-source = Quelle: { $source }
article-also = Auch bei: { $sources }
article-comments = { $count ->
    [one] 1 Kommentar
   *[other] { $count } Kommentare
}
picture = Bild

## Pause und Ende

paused = ⏸ Pause. Die Abos bleiben; was in der Pause erscheint, wird nicht nachgeschickt. Weiter geht es mit /resume.
paused-already = Es ist schon Pause. Weiter geht es mit /resume.
resumed = ▶️ Weiter geht’s. Neue Schlagzeilen kommen wieder.
resumed-nothing = ▶️ Weiter geht’s. Nur abonniert ist noch nichts: Mit /topic kannst du wählen.
resumed-already = Es war keine Pause. Neue Schlagzeilen kommen von selbst.
stopped = Alle Abos sind beendet, die Einstellungen bleiben. Mit /start geht es jederzeit weiter.
stopped-already = Es gab keine Abos. Mit /start geht es los.

## Hilfe und Unbekanntes

help =
    <b>Das kann ich</b>
    { $commands }

    Einen Kanal oder eine Gruppe versorge ich auch: Füge mich dort als Administrator hinzu, dann schreibe ich dir hier.
help-group =
    <b>Das kann ich in dieser Gruppe</b>
    { $commands }

    Abos und Pausen dürfen hier nur Administratoren ändern.
unknown-near = Das verstehe ich nicht. Meinst du { $command }?
unknown = Das verstehe ich nicht. Was ich kann, zeigt /help.
unknown-topic = Zu <b>{ $topic }</b> zeigt dir dieser Knopf das Neueste:
failed = Da ist etwas schiefgegangen, das tut mir leid. Bitte versuche es noch einmal.

## Kanäle und Gruppen

setup-list = <b>Deine Kanäle und Gruppen</b>
    Tippe an, was du einrichten möchtest:
setup-channel = 📣 <b>{ $title }</b>
    In diesem Kanal darf ich posten. Was soll er bekommen?
setup-group = 👥 <b>{ $title }</b>
    In dieser Gruppe bin ich dabei. Was soll sie bekommen?
setup-nothing = Noch kein Thema gewählt, also bleibt es still.
setup-topics = Themen: { $topics }
setup-form-line = Jede Schlagzeile kommt als eine Zeile
setup-form-card = Jede Schlagzeile kommt als Karte mit Vorspann
setup-form-picture = Jede Schlagzeile kommt mit Bild, wo es eines gibt
setup-sound = { $form }, mit Ton.
setup-silent = { $form }, lautlos.
setup-gone = In „{ $title }“ bin ich nicht mehr dabei. Sobald du mich dort wieder hinzufügst, geht es mit den alten Einstellungen weiter.
setup-no-rights = In „{ $title }“ fehlt mir noch das Recht, Nachrichten zu posten. Gib es mir in den Administratorrechten, dann schreibe ich dir wieder.

## Befehle und Beschreibung

command-start = Begrüßung und Themen
command-topic = Themen wählen oder eines ansehen
command-subscribe = Themen abonnieren, z. B. sport
command-unsubscribe = Themen abbestellen
command-latest = neueste Schlagzeilen
command-read = neuesten Artikel lesen
command-pause = Pause machen
command-resume = Pause beenden
command-stop = alle Abos beenden
command-help = diese Hilfe
alias-start = hallo hi beginnen anfangen los einstellungen sprache
alias-topic = thema themen rubrik rubriken kategorie
alias-subscribe = abo abos abonnieren bestellen folgen
alias-unsubscribe = abbestellen abmelden kündigen entfolgen
alias-latest = neues neueste neuestes aktuell aktuelles news nachrichten schlagzeilen letzte
alias-read = lesen artikel lies
alias-pause = pausieren ruhe stumm
alias-resume = weiter fortsetzen weitermachen
alias-stop = stopp ende beenden aufhören
alias-help = hilfe hilf befehle kommandos
about-short = Ein Live-Ticker für Telegram: Schlagzeilen deiner Themen, sobald sie erscheinen.
about = Ich schicke dir neue Schlagzeilen, sobald sie erscheinen – aus den Themen, die du wählst. Den ganzen Artikel liest du gleich im Chat. Auch Kanäle und Gruppen versorge ich. Los geht es mit „Starten“.

## Hinweise an Redaktion und Verwaltung

alert-may-not = In „{ $title }“ darf ich nicht mehr schreiben und sende deshalb nichts. Gib mir dort das Recht, Nachrichten zu posten, dann geht es weiter.
alert-thread-gone = In „{ $title }“ gibt es ein Thema nicht mehr oder es ist geschlossen. Seine Schlagzeilen kommen jetzt in den allgemeinen Chat.
alert-markup = Telegram konnte eine Nachricht an „{ $title }“ nicht lesen; sie ging ohne Formatierung hinaus. Telegrams Grund: { $reason }
alert-source-unreachable =
    ⚠️ Die Quelle „{ $source }“ ist nicht zu erreichen{ $read ->
        [never] {" "}und war es noch nie, seit sie eingetragen ist.
       *[yes] . Zuletzt gelang es am { $since }.
    } Ich versuche es weiter und melde mich, wenn sie zurück ist.
    Grund: { $reason }
    { $url }
alert-source-unreadable =
    ⚠️ Die Quelle „{ $source }“ antwortet, aber ich kann sie nicht lesen. { $read ->
        [never] Das gelang noch nie, seit sie eingetragen ist.
       *[yes] Das gelang zuletzt am { $since }{ $before ->
            [0] .
           *[other] { " " }mit rund { $before } Schlagzeilen. Vielleicht wurde die Seite umgebaut.
        }
    }
    Grund: { $reason }
    { $url }
alert-source-quarantined =
    ⚠️ Die Quelle „{ $source }“ steht unter Quarantäne: Was sie liefert, bringt das Lesen zum Absturz. Ich frage sie nur noch selten.
    Grund: { $reason }
    { $url }
alert-source-silent =
    ⚠️ Von der Quelle „{ $source }“ kommt viel länger als sonst nichts Neues. Die letzte neue Schlagzeile kam am { $since }. Erreichbar und lesbar ist die Quelle.
    { $url }
alert-source-gone =
    ⛔️ Die Quelle „{ $source }“ gibt es nicht mehr ({ $reason }, seit mindestens einem Tag). Ich frage sie nicht mehr. Trage in sources.toml eine neue Adresse ein oder nimm sie heraus.
    { $url }
alert-source-moved =
    ↪️ Die Quelle „{ $source }“ ist für immer umgezogen. Ich lese sie jetzt an der neuen Adresse; trage sie bitte in sources.toml ein.
    Bisher: { $url }
    Neu: { $to }
alert-source-back = ✅ Die Quelle „{ $source }“ ist wieder in Ordnung. Gemeldet hatte ich die Störung am { $since }.
