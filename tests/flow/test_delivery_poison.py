"""Errors of our own: what cannot be rendered or sent costs nobody else, and none of the chat's other headlines."""

from structlog.testing import capture_logs

from bot.delivery.api import Api
from bot.render import messages
from storage import outbox
from tests.flow.delivery import now


async def test_an_article_that_cannot_be_rendered_takes_no_other_with_it(office, monkeypatch):
    render = messages.headlines

    def poisoned(articles, *rest):
        if any(article.title == "Zwei" for article in articles):
            raise ZeroDivisionError("a fault of ours")
        return render(articles, *rest)

    monkeypatch.setattr(messages, "headlines", poisoned)
    _, anna = await office.reader("Anna")
    _, ben = await office.reader("Ben")
    await office.headlines("Eins", "Zwei", "Drei")
    office.new_sender()
    with capture_logs() as logs:
        counts = await office.all_settled()
    for chat in (anna, ben):
        text = "\n".join(office.texts(chat))
        assert [text.count(title) for title in ("Eins", "Zwei", "Drei")] == [1, 0, 1]
    assert (counts.done, counts.dead) == (4, 2)
    assert {one["chat"] for one in logs if "error of the program" in one["event"]} == {anna.id, ben.id}


async def test_an_error_while_sending_costs_that_message_only(office, monkeypatch):
    call = Api.call

    async def poisoned(api, method, payload, *rest):
        if "Runde" in str(payload):
            raise ZeroDivisionError("a fault of ours")
        return await call(api, method, payload, *rest)

    monkeypatch.setattr(Api, "call", poisoned)
    _, chat = await office.reader()
    async with office.sessions.write() as session:
        for title in ("Runde", "Kreis"):
            alert = {"key": "alert-thread-gone", "args": {"title": title}}
            await outbox.owe_alert(session, chat.id, alert, now())
    office.new_sender()
    counts = await office.all_settled()
    assert ["Kreis" in text for text in office.texts(chat)] == [True]
    assert counts.dead == 1
    (notice,) = [one for one in await office.notices() if one.due is None]
    assert "ZeroDivisionError" in notice.reason
