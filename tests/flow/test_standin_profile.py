"""What the bot says about itself, and who sees which menu."""

import pytest

START = [{"command": "start", "description": "Beginnen"}]
LATEST = [{"command": "latest", "description": "Das Neueste"}]


async def test_a_menu_belongs_to_a_scope_and_a_language(bot_api):
    groups = {"type": "all_group_chats"}
    await bot_api("setMyCommands", commands=START)
    await bot_api("setMyCommands", commands=LATEST, scope=groups, language_code="de")
    assert (await bot_api("getMyCommands")).result == START
    assert (await bot_api("getMyCommands", scope=groups)).result == []
    assert (await bot_api("getMyCommands", scope=groups, language_code="de")).result == LATEST
    await bot_api("deleteMyCommands", scope=groups, language_code="de")
    assert (await bot_api("getMyCommands", scope=groups, language_code="de")).result == []


async def test_a_reader_sees_the_narrowest_menu_in_their_language(standin, bot_api, anna):
    other = standin.add_user("Ben", language_code="en")
    await bot_api("setMyCommands", commands=START)
    await bot_api("setMyCommands", commands=LATEST, language_code="de", scope={"type": "all_private_chats"})
    assert standin.profile.seen_by(anna, standin.private(anna)) == LATEST
    assert standin.profile.seen_by(other, standin.private(other)) == START
    own = {"type": "chat", "chat_id": other.id}
    await bot_api("setMyCommands", commands=LATEST, scope=own)
    assert standin.profile.seen_by(other, standin.private(other)) == LATEST


async def test_administrators_of_a_group_may_have_a_menu_of_their_own(standin, bot_api, anna):
    owner = standin.add_user("Olga")
    group = standin.add_group("Runde", members=[anna], admins=[owner], bot="member")
    await bot_api("setMyCommands", commands=START, scope={"type": "all_chat_administrators"})
    assert standin.profile.seen_by(owner, group) == START
    assert standin.profile.seen_by(anna, group) == []
    member = {"type": "chat_member", "chat_id": group.id, "user_id": anna.id}
    await bot_api("setMyCommands", commands=LATEST, scope=member)
    assert standin.profile.seen_by(anna, group) == LATEST


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"commands": [{"command": "Groß", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "x", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": START * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "x"}, "can't parse commands JSON object"),
        ({"commands": {}}, "array expected as commands"),
        ({"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
        (
            {"commands": START, "scope": {"type": "mars"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": START, "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
        ({"commands": START, "language_code": "deutsch"}, "invalid language code specified"),
    ],
)
async def test_menus_that_telegram_does_not_take(bot_api, params, description):
    reply = await bot_api("setMyCommands", **params)
    assert (reply.status, reply.description) == (400, f"Bad Request: {description}")


@pytest.mark.parametrize("kind", ["Name", "Description", "ShortDescription"])
async def test_texts_about_the_bot_by_language(bot_api, kind):
    field = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}[kind]

    async def text(**language):
        return (await bot_api(f"getMy{kind}", **language)).result[field]

    before = await text()
    await bot_api(f"setMy{kind}", **{field: "Allgemein"})
    await bot_api(f"setMy{kind}", **{field: "Deutsch"}, language_code="de")
    assert [await text(), await text(language_code="de"), await text(language_code="fr")] == [
        "Allgemein",
        "Deutsch",
        "Allgemein",
    ]
    await bot_api(f"setMy{kind}", **{field: ""})
    assert await text() == before
    assert (await bot_api(f"setMy{kind}", **{field: "x" * 513})).status == 400


async def test_the_menu_button(bot_api, anna):
    assert (await bot_api("getChatMenuButton")).result == {"type": "default"}
    await bot_api("setChatMenuButton", menu_button={"type": "commands"})
    assert (await bot_api("getChatMenuButton", chat_id=anna.id)).result == {"type": "commands"}
    assert (await bot_api("setChatMenuButton", menu_button={"type": "x"})).status == 400


async def test_a_new_name_shows(bot_api):
    await bot_api("setMyName", name="Ticker")
    assert (await bot_api("getMe")).result["first_name"] == "Ticker"
