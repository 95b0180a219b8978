"""Articles at hand, no older than a second."""

from dataclasses import dataclass

from bot.delivery.stock import FRESH_SECONDS, Stock


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self):
        return self.now


class Shelf:
    """Stands for `storage.articles.many`: what is there, and how often it was asked."""

    def __init__(self, monkeypatch):
        self.there = {1: "Eins", 2: "Zwei"}
        self.asked = []
        monkeypatch.setattr("storage.articles.many", self.many)

    async def many(self, _session, article_ids):
        self.asked.append(set(article_ids))
        return {one: self.there[one] for one in article_ids if one in self.there}


async def test_an_article_is_read_once_a_second_and_a_correction_is_seen_after_it(monkeypatch):
    shelf, clock = Shelf(monkeypatch), Clock()
    stock = Stock(clock)
    assert await stock.get(None, {1}) == {1: "Eins"}
    assert await stock.get(None, {1, 2}) == {1: "Eins", 2: "Zwei"}
    assert shelf.asked == [{1}, {2}]
    shelf.there[1] = "Eins, berichtigt"
    clock.now += FRESH_SECONDS
    assert await stock.get(None, {1}) == {1: "Eins, berichtigt"}


async def test_an_article_that_is_no_more_is_left_out(monkeypatch):
    shelf = Shelf(monkeypatch)
    assert await Stock(Clock()).get(None, {1, 3}) == {1: "Eins"}
    del shelf.there[1]
    assert await Stock(Clock()).get(None, {1}) == {}


async def test_it_does_not_grow_without_end(monkeypatch):
    shelf, clock = Shelf(monkeypatch), Clock()
    shelf.there = {number: str(number) for number in range(5000)}
    stock = Stock(clock)
    for number in range(5000):
        await stock.get(None, {number})
    assert len(stock._read) <= 1000
