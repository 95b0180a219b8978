"""python-telegram-bot itself talks to the stand-in."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.demo.telegram import faults


@pytest.fixture
async def ptb(standin, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    addresses = {"base_url": f"{standin.url}/bot", "base_file_url": f"{standin.url}/file/bot"}
    async with Bot(standin.token, **addresses) as bot:
        yield bot


async def test_it_sends_edits_and_reads_updates(standin, ptb, anna):
    assert ptb.username == standin.bot.username
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Sport", callback_data="t:sport")]])
    sent = await ptb.send_message(anna.id, "<b>Titel</b>", parse_mode="HTML", reply_markup=markup)
    assert sent.text_html == "<b>Titel</b>"
    edited = await ptb.edit_message_text("Neu", anna.id, sent.message_id)
    assert (edited.text, edited.reply_markup) == ("Neu", None)
    await standin.say(anna, anna.id, "/start")
    [update] = await ptb.get_updates(timeout=0)
    assert (update.message.text, update.effective_user.id) == ("/start", anna.id)


async def test_it_uploads_files(ptb, anna):
    message = await ptb.send_document(anna.id, b"a;b\n", filename="liste.csv")
    assert message.document.file_name == "liste.csv"
    assert await (await message.document.get_file()).download_as_bytearray() == b"a;b\n"


async def test_it_sends_what_it_does_not_know_yet(ptb, anna):
    rich = {"html": "<h1>Titel</h1><p>Text</p>"}
    answer = await ptb.do_api_request(
        "sendRichMessage", api_kwargs={"chat_id": anna.id, "rich_message": rich}
    )
    assert answer["rich_message"]["blocks"][0]["type"] == "heading"


async def test_it_reads_chats_members_and_changes(standin, ptb, anna):
    group = standin.add_group("Runde", admins=[anna])
    standin.add(group, anna)
    standin.promote(group, anna)
    updates = await ptb.get_updates(allowed_updates=["my_chat_member"])
    assert [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member] == [
        "member",
        "administrator",
    ]
    assert (await ptb.get_chat(group.id)).title == "Runde"
    assert [admin.user.id for admin in await ptb.get_chat_administrators(group.id)] == [
        anna.id,
        standin.bot.id,
    ]


async def test_refusals_are_its_errors(standin, ptb, anna):
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(1, "x")
    standin.faults.chat(anna.id, faults.too_many(3), times=1)
    with pytest.raises(RetryAfter):
        await ptb.send_message(anna.id, "x")
    standin.block(anna)
    with pytest.raises(Forbidden, match="blocked"):
        await ptb.send_message(anna.id, "x")


async def test_it_sets_menus_and_descriptions(standin, ptb, anna):
    await ptb.set_my_commands([("latest", "Das Neueste")], language_code="de")
    await ptb.set_my_description("Ein Ticker", language_code="de")
    assert (await ptb.get_my_description("de")).description == "Ein Ticker"
    assert standin.profile.seen_by(anna, standin.private(anna))[0]["command"] == "latest"
