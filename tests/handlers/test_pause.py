"""/pause, /resume, /stop and /help."""

import re

from handlers.menu import COMMANDS, publish_commands


async def test_a_break_keeps_the_subscriptions(talk, reader):
    await talk.say(reader, "/subscribe sport")
    assert "Pause" in (await talk.ask(reader, "/pause"))["text"]
    assert (await talk.stored(reader)).paused
    assert "schon Pause" in (await talk.ask(reader, "/pause"))["text"]
    assert "Weiter geht’s" in (await talk.ask(reader, "/resume"))["text"]
    assert not (await talk.stored(reader)).paused
    assert "keine Pause" in (await talk.ask(reader, "/resume"))["text"]
    assert await talk.follows(reader) == {"sport"}


async def test_resuming_without_subscriptions_says_what_is_missing(talk, reader):
    assert "/topic" in (await talk.ask(reader, "/resume"))["text"]


async def test_stop_ends_the_subscriptions_and_keeps_the_settings(talk, reader):
    await talk.say(reader, "/subscribe sport politik")
    greeting = await talk.ask(reader, "/start")
    await talk.press(reader, greeting, "English")
    assert "unfollowed" in (await talk.ask(reader, "/stop"))["text"]
    assert await talk.follows(reader) == set()
    assert (await talk.stored(reader)).language == "en"
    assert "nothing" in (await talk.ask(reader, "/stop"))["text"]


async def test_help_offers_exactly_what_works(talk, reader):
    answer = await talk.ask(reader, "/help")
    offered = re.findall(r"^/(\w+) –", answer["text"], re.MULTILINE)
    assert tuple(offered) == COMMANDS
    for command in offered:
        told = await talk.say(reader, f"/{command}")
        assert told
        assert "verstehe ich nicht" not in told[0]["text"]


async def test_commands_and_descriptions_are_registered_in_every_language(talk, standin, texts):
    await publish_commands(talk.application.bot, texts)
    for scope in ("all_private_chats", "all_group_chats"):
        for code, language in (("", "de"), ("de", "de"), ("en", "en")):
            sent = [
                c.params for c in standin.called("setMyCommands") if c.params.get("language_code", "") == code
            ]
            (wanted,) = [one for one in sent if scope in str(one["scope"])]
            assert texts.plain(language, "command-topic") in str(wanted["commands"])
    assert len(standin.called("setMyDescription")) == 3
    assert len(standin.called("setMyShortDescription")) == 3


async def test_registering_again_changes_nothing(talk, standin, texts):
    for _ in range(2):
        await publish_commands(talk.application.bot, texts)
    assert len(standin.called("setMyCommands")) == 6


async def test_a_description_that_the_admin_wrote_stays(talk, standin, texts):
    await talk.application.bot.set_my_description("Mein Ticker")
    await publish_commands(talk.application.bot, texts)
    written = [call.params["description"] for call in standin.called("setMyDescription")]
    assert written[0] == "Mein Ticker"
    assert (await talk.application.bot.get_my_description()).description == "Mein Ticker"
