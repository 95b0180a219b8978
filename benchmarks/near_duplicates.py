"""A new headline against those of the last two days: the index, and a scan of all of them with rapidfuzz."""

import gc
import random
import time
from collections.abc import Callable

from rapidfuzz import fuzz, process

from benchmarks.common import Figure, Figures, now, one_core
from bot.domain.identity import normalised_title
from bot.domain.nearby import Nearby

TWO_DAYS = 3_000  # headlines
MOST_MICROSECONDS = 200
LEAST_RATIO = 10.0  # a scan takes 3.5 ms
_SUBJECTS = """Feuerwehr Stadtrat Ministerin Landtag Polizei Bahn Hafen Museum Universität Gericht Forscher Bauern
    Gewerkschaft Klinik Theater Zoo Handwerk Verband Bürgermeisterin Wetterdienst Küstenwache Flughafen Verlag
    Philharmonie Schule Stadtwerke Winzer Reederei Brauerei Kirche"""
_VERBS = """meldet beschließt plant eröffnet verschiebt fordert verkauft saniert untersucht verlängert warnt begrüßt
    entdeckt sucht übernimmt gewinnt verliert erneuert bestätigt prüft"""
_OBJECTS = """Brücke Radweg Haushalt Ausstellung Orgel Fähre Spielplan Tarifvertrag Neubau Seilbahn Ernte Rekord
    Streik Bibliothek Turnhalle Deich Marktplatz Mühle Fahrplan Stiftung Impfstoff Teleskop Schleuse Denkmal Freibad
    Sternwarte Kita Windpark Wald Archiv"""
_PLACES = """Kiel Lübeck Rostock Husum Emden Leer Celle Goslar Fulda Marburg Jena Gera Weimar Passau Ulm Konstanz
    Trier Koblenz Siegen Hameln Stade Vechta Wismar Bautzen Zwickau Plauen Hanau Gotha Görlitz Norden"""
_REST = (
    "im {}. Anlauf",
    "nach {} Monaten",
    "für {} Millionen Euro",
    "trotz Kritik",
    "vor dem Winter",
    "mit {} Gästen",
)


async def measure(quick: bool) -> Figures:
    """Microseconds a headline, and how many times the index is quicker than the scan."""
    chance = random.Random(1)
    known, asked = _titles(chance, TWO_DAYS), _titles(chance, 50 if quick else 300)
    index, moment = Nearby(), now()
    for number, title in enumerate(known):
        index.add(number + 1, number % 20, title, moment)
    folded = [normalised_title(title) for title in known]
    ours, scans = list[float](), list[float]()
    with one_core():
        gc.collect()
        for _ in range(2 if quick else 5):
            ours.append(_each(lambda title: index.same_story(title, 99), asked))
            scans.append(_each(lambda title: _scan(title, folded), asked))
    yield Figure("index, a headline", ours, "µs", most=MOST_MICROSECONDS)
    yield Figure("scan, a headline", scans, "µs")
    ratios = [scan / own for scan, own in zip(scans, ours, strict=True)]
    yield Figure("scan / index", ratios, "x", least=LEAST_RATIO)


def _scan(title: str, known: list[str]) -> object:
    return process.extractOne(normalised_title(title), known, scorer=fuzz.token_set_ratio, score_cutoff=58)


def _each(look: Callable[[str], object], titles: list[str]) -> float:
    began = time.process_time()
    for title in titles:
        look(title)
    return (time.process_time() - began) / len(titles) * 1e6


def _titles(chance: random.Random, count: int) -> list[str]:
    def one(words: str) -> str:
        return chance.choice(words.split())

    return [
        f"{one(_SUBJECTS)} in {one(_PLACES)} {one(_VERBS)} {one(_OBJECTS)} "
        + chance.choice(_REST).format(chance.randrange(2, 99))
        for _ in range(count)
    ]
