"""What words of German headlines mean when two of them are compared: numbers, days, places, contraries, synonyms.

All words are folded: lower case, `ae` for `ä`, `ss` for `ß`.
"""

from collections.abc import Iterable

_SHORTEST_STEM = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbered(lines: Iterable[str]) -> dict[str, str]:
    return {word: str(value) for value, line in enumerate(lines) for word in line.split()}


def _forms(kinds: Iterable[frozenset[str]]) -> dict[str, tuple[str, str]]:
    """Places as headlines inflect them: `Bremens`, `Rostocker`, `Dresdner`, `Tübinger`."""
    forms: dict[str, tuple[str, str]] = {}
    for kind, places in enumerate(kinds):
        for place in places:
            stem = place.removesuffix("en")
            inflected = (f"{stem}er", f"{stem}ner") if stem != place and len(stem) > _SHORTEST_STEM else ()
            for form in (place, f"{place}s", f"{place}er", *inflected):
                forms[form] = (f"place {kind}", place)
    return forms


def _bits(groups: Iterable[frozenset[str]]) -> dict[str, int]:
    """For each word the groups that hold it, a bit each."""
    bits: dict[str, int] = {}
    for number, group in enumerate(groups):
        for word in group:
            bits[word] = bits.get(word, 0) | 1 << number
    return bits


NUMBERS = _numbered(
    (
        "null niemand niemanden",
        "erster erstes ersten erste",
        "zwei beide zweite zweiter zweites zweiten",
        "drei dritte dritter drittes dritten",
        "vier vierte vierter viertes vierten",
        "fuenf fuenfte fuenfter fuenftes fuenften",
        "sechs sechste sechster sechstes sechsten",
        "sieben siebte siebter siebtes siebten",
        "acht achte achter achtes achten",
        "neun neunte neunter neuntes neunten",
        "zehn zehnte zehnter zehntes zehnten",
        "elf elfte elfter elftes elften",
        "zwoelf zwoelfte zwoelfter zwoelftes zwoelften",
    )
)
"""Numbers in words. `ein` is an article far more often, so one is known by `ONE_PERSON`."""
ONE_PERSON = _words("toter verletzter schwerverletzter leichtverletzter vermisster getoeteter festgenommener")
MULTIPLES = {
    "tausend": 1_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "millionen": 1_000_000,
    "mrd": 1_000_000_000,
    "milliarde": 1_000_000_000,
    "milliarden": 1_000_000_000,
}

DAYS = _words("montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag")
MONTHS = _words("januar februar maerz april mai juni juli august september oktober november dezember")
CITIES = _words(
    """berlin hamburg muenchen koeln frankfurt stuttgart duesseldorf leipzig dortmund essen bremen dresden hannover
    nuernberg duisburg bochum wuppertal bielefeld bonn muenster mannheim karlsruhe augsburg wiesbaden aachen
    moenchengladbach gelsenkirchen braunschweig kiel chemnitz halle magdeburg freiburg krefeld mainz luebeck erfurt
    oberhausen rostock kassel hagen potsdam saarbruecken hamm ludwigshafen oldenburg muelheim osnabrueck leverkusen
    heidelberg darmstadt solingen herne regensburg neuss paderborn ingolstadt offenbach fuerth ulm heilbronn
    pforzheim wuerzburg wolfsburg goettingen bottrop reutlingen koblenz bremerhaven erlangen recklinghausen remscheid
    jena trier salzgitter moers siegen hildesheim cottbus gera schwerin flensburg passau fulda marburg hanau gotha
    stralsund greifswald celle hameln lueneburg stade vechta cloppenburg leer emden bamberg bayreuth tuebingen
    konstanz weimar goslar husum wismar neumuenster zwickau plauen bautzen goerlitz
    wien graz linz salzburg innsbruck zuerich bern basel genf paris london madrid barcelona rom mailand bruessel
    amsterdam kopenhagen stockholm oslo helsinki warschau prag budapest athen lissabon dublin moskau kiew istanbul
    ankara peking tokio washington"""
)
STATES = _words(
    """bayern hessen sachsen thueringen brandenburg niedersachsen saarland badenwuerttemberg rheinlandpfalz
    sachsenanhalt schleswigholstein mecklenburgvorpommern nordrheinwestfalen"""
)
LANDSCAPES = _words(
    """eifel harz lausitz allgaeu spessart schwarzwald uckermark sauerland erzgebirge emsland ruhrgebiet oberpfalz
    franken norderney juist baltrum borkum langeoog spiekeroog wangerooge sylt foehr amrum ruegen usedom fehmarn
    helgoland"""
)
RIVERS = _words("elbe weser ems rhein mosel donau isar inn neckar saale werra oder spree havel ruhr lahn")
COUNTRIES = _words(
    """deutschland oesterreich schweiz frankreich spanien portugal italien griechenland polen tschechien ungarn
    rumaenien bulgarien kroatien serbien slowenien slowakei daenemark schweden norwegen finnland island irland
    grossbritannien niederlande belgien luxemburg tuerkei russland ukraine usa kanada mexiko brasilien argentinien
    chile china japan indien australien neuseeland aegypten marokko tunesien suedafrika israel iran irak syrien
    estland lettland litauen"""
)
PLACES = _forms((CITIES, STATES, LANDSCAPES, RIVERS, COUNTRIES))
"""Kind and name of each place by its forms."""
SEPARABLE = _words("ab an auf aus ein zu vor um zurück fest statt nach")
"""What stands at the end of a clause and belongs to its verb: `sagt … ab`."""
PREPOSITIONS = _words("in bei aus vor im am")

_CONTRARIES = tuple(
    (_words(one), _words(other))
    for one, other in (
        (
            "gewinnt gewinnen gewonnen siegt siegen sieg schlaegt besiegt",
            "verliert verlieren verloren unterliegt unterliegen niederlage",
        ),
        (
            "steigt steigen gestiegen klettert klettern teurer plus anstieg anhebt anheben erhoeht erhoehen hoeher",
            "sinkt sinken gesunken faellt fallen gefallen billiger minus rueckgang senkt senken niedriger",
        ),
        (
            "zustimmt zustimmen zustimmung billigt verabschiedet beschliesst ja",
            "ablehnt ablehnen ablehnung abgelehnt stoppt scheitert gescheitert nein",
        ),
        (
            "gesperrt sperrt sperrung geschlossen schliesst schliessen dicht",
            "frei freigegeben geoeffnet oeffnet oeffnen offen",
        ),
        ("schuldig verurteilt urteil", "freigesprochen freispruch unschuldig"),
        ("angeklagt anklage", "verurteilt urteil freigesprochen freispruch"),
        ("vermisst vermisste gesucht sucht suche", "gefunden aufgetaucht findet"),
        ("beginnt beginnen begonnen start startet gestartet auftakt", "endet beendet beenden ende vorbei"),
        ("erlaubt erlauben genehmigt darf duerfen", "verbietet verbieten verboten untersagt verbot"),
        (
            "brechen bricht abgebrochen gescheitert scheitern vertagt",
            "einigen einigung geeinigt einigt durchbruch",
        ),
        ("kritisiert kritik kritisieren ruegt", "verteidigt verteidigen lobt lob"),
        ("viertelfinale", "halbfinale achtelfinale"),
        ("halbfinale", "achtelfinale finale endspiel"),
        ("insolvent insolvenz pleite", "gerettet rettung"),
    )
)
BEFORE, AFTER = _bits(one for one, _ in _CONTRARIES), _bits(other for _, other in _CONTRARIES)
"""Contraries, a bit each: of two headlines one has the one word and one the other when they tell different things."""
TELLING = _bits(
    _words(group)
    for group in (
        # a denial
        "nicht kein keine keinen keiner keinem nie dementiert dementi dementieren bestreitet bestreiten",
        # that something is over: the report of its beginning is another
        "behoben aufgehoben aufhebt aufheben verschoben verschiebt aufraeumen flott entwarnung harmlos fehlalarm",
        "geloescht kontrolle",
        "abgesagt absage absagt absagen ausfaellt ausgefallen",
        "gefunden",
        # what is only to come: a forecast, a plan, a favourite
        "rechnet rechnen soll sollen koennte koennten erwartet erwarten favorit favoritin naehert droht drohen",
        # looking back, and what follows
        "jahrestag gedenken rueckblick chronologie danach",
        "prozess ermittelt ermitteln ermittlungen ursache brandursache unfallursache obduktion identifiziert",
        "kritisiert kritisieren kritik verteidigt begruesst reagiert reaktionen lobt lob ruegt",
        # another kind of text
        "kommentar analyse interview portraet leitartikel glosse hintergrund podcast erklaert frage",
    )
)
"""Words that make another story of a headline when only one of the two has any of the group, a bit each."""
SYNONYMS = {
    word: words.split()[0]
    for words in (
        "lkw laster lastwagen lastzug",
        "brand feuer grossbrand flammen brennt",
        "tot tote toter toten gestorben stirbt trauer getoetet",
        "holt verpflichtet engagiert",
        "kauft uebernimmt uebernehmen uebernahme",
        "sinkt sinken gesunken senkt senken gesenkt",
        "steigt steigen gestiegen erhoeht erhoehen erhoehung anhebt anheben teurer verteuern",
        "gesichtet sichten sichtet",
        "blindgaenger weltkriegsbombe fliegerbombe bombe",
        "auto autos pkw wagen",
        "zug zuege bahn",
        "gewinnt gewinnen gewonnen sieg siegt",
        "verliert verlieren verloren niederlage",
        "beginnt beginnen begonnen startet start beginn",
        "endet beendet beenden ende vorbei",
        "gebaut baut bau",
        "bekommt erhaelt bekommen erhalten",
        "polizist beamter polizeibeamter",
        "verletzt verletzte verletzter",
        "insolvenz insolvent pleite",
        "findet gefunden finden entdeckt entdecken",
        "firma unternehmen konzern",
        "bricht brechen gebrochen bruch",
        "faellt fallen gefallen",
        "laeuft laufen gelaufen",
        "nimmt nehmen genommen",
        "schlaegt schlagen geschlagen",
        "schliesst schliessen geschlossen",
        "trifft treffen getroffen",
        "zieht ziehen gezogen",
        "geht gehen gegangen",
        "einigt einigen einigung geeinigt",
        "aufsteigt aufstieg aufgestiegen",
        "festnimmt festgenommen festnahme fasst gefasst verhaftet",
        "ausfaellt ausgefallen ausfallen ausfall",
        "zuruecktritt ruecktritt zurueckgetreten zuruecktreten",
        "beschliesst beschlossen verabschiedet billigt gebilligt zustimmt passiert",
        "rettet gerettet retten rettung bergen birgt geborgen befreit befreien",
        "unfall unglueck crash kollision zusammenstoss",
        "sturm orkan",
        "streik warnstreik ausstand",
        "plant planen plan plaene",
        "warnt warnung warnen",
        "fordert fordern forderung",
        "entlaesst entlassen trennt entlassung",
        "umkippt umgekippt kippt",
        "abreisst abgerissen abriss",
        "demonstrieren demonstration protest proteste protestieren",
        "haft gefaengnis",
        "evakuiert evakuierung raeumen geraeumt raeumung",
        "ueberschwemmt ueberflutet ueberschwemmung",
        "glaette glatteis",
        "forscher wissenschaftler forschende forscherin",
        "studie untersuchung",
        "mediziner aerzte arzt",
        "team mannschaft elf",
        "wohnung wohnungen",
        "gesperrt sperrt sperrung",
        "frei freigegeben",
        "oeffnet geoeffnet eroeffnet oeffnen eroeffnung",
        "ankuendigt angekuendigt ankuendigung",
        "absagt abgesagt absage",
        "jugendlicher jugendliche teenager",
        "seniorin rentnerin",
        "tritt treten getreten",
        "vermehrt zunahme",
        "gekuendigt kuendigung",
        "angeklagt anklage",
        "verurteilt urteil",
        "flughafen airport",
        "hoechststand rekordhoch rekord",
        "anstieg zuwachs",
    )
    for word in words.split()
}
"""Words and their forms that say the same: each by the first of its group."""
STOP = _words(
    """der die das den dem des ein eine einen einem einer eines und in im ins an am auf aus bei beim fuer mit nach
    von vom vor zu zum zur ueber unter um durch gegen als auch ist sind war waren wird werden wurde wurden hat haben
    hatte sich es er sie ihre ihr sein seine wie was so noch nun schon jetzt mehr wieder neu neue neuer neues neuen
    meldet melden kommt kommen feiert feiern wegen bis seit ab zwischen trotz bleibt bleiben muss muessen will wollen
    kann koennen darf steht viele alle menschen deutsche deutscher deutschen eilmeldung breaking update exklusiv video
    liveticker live ticker newsticker"""
)
