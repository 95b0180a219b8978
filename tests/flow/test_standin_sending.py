"""What messages look like when the stand-in takes them."""

import aiohttp


def entities(message, field="entities"):
    return [(entity["type"], entity["offset"], entity["length"]) for entity in message.get(field, [])]


async def send(bot_api, chat_id, text, **more):
    return (await bot_api("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **more)).result


async def test_markup_becomes_entities_with_utf16_offsets(bot_api, anna):
    message = await send(bot_api, anna.id, "😀 <b>Titel</b>\n<a href='https://x.de/?a=1&amp;b=2'>Quelle</a>")
    assert message["text"] == "😀 Titel\nQuelle"
    assert entities(message) == [("bold", 3, 5), ("text_link", 9, 6)]
    assert message["entities"][1]["url"] == "https://x.de/?a=1&b=2"


async def test_telegram_adds_links_mentions_and_commands_by_itself(bot_api, anna):
    message = await send(bot_api, anna.id, "https://x.de @anna_liest /hilfe #sport")
    assert [kind for kind, _, _ in entities(message)] == ["url", "mention", "bot_command", "hashtag"]


async def test_nothing_is_added_inside_code_and_links(bot_api, anna):
    message = await send(bot_api, anna.id, "<code>/hilfe</code> <a href='https://x.de'>www.x.de</a>")
    assert [kind for kind, _, _ in entities(message)] == ["code", "text_link"]


async def test_a_link_with_a_bad_address_is_lost_silently(bot_api, anna):
    assert entities(await send(bot_api, anna.id, "<a href='kaputt'>Quelle</a>")) == []


async def test_unknown_entities_stay_and_known_ones_go(bot_api, anna):
    assert (await send(bot_api, anna.id, "a&nbsp;b &lt;&#8230;&gt; &amp;"))["text"] == "a&nbsp;b <…> &"


async def test_white_space_around_a_text_goes_and_entities_move(bot_api, anna):
    message = await send(bot_api, anna.id, "\n\n <b>Titel </b>\n")
    assert (message["text"], entities(message)) == ("Titel", [("bold", 0, 5)])


async def test_all_styles_of_html_are_known(bot_api, anna):
    html = (
        "<i>a</i><u>b</u><s>c</s><tg-spoiler>d</tg-spoiler><blockquote expandable>e</blockquote>"
        '<pre><code class="language-python">f</code></pre><tg-time unix="1795499196" format="wDt">g</tg-time>'
    )
    message = await send(bot_api, anna.id, html)
    kinds = ["italic", "underline", "strikethrough", "spoiler", "expandable_blockquote", "pre", "date_time"]
    assert [kind for kind, _, _ in entities(message)] == kinds
    assert message["entities"][5]["language"] == "python"
    assert message["entities"][6]["date_time_format"] == "wDt"


async def test_entities_beyond_a_hundred_are_lost(bot_api, anna):
    assert len((await send(bot_api, anna.id, "<b>x</b> " * 120))["entities"]) == 100


async def test_a_text_without_parse_mode_is_taken_as_it_is(bot_api, anna):
    assert (await bot_api("sendMessage", chat_id=anna.id, text="<b>x</b> & y")).result[
        "text"
    ] == "<b>x</b> & y"


async def test_markdown_is_parsed_too(bot_api, anna):
    for mode, text in (("MarkdownV2", "*Titel* \\- _x_"), ("Markdown", "*Titel* - _x_")):
        message = (await bot_api("sendMessage", chat_id=anna.id, text=text, parse_mode=mode)).result
        assert (message["text"], entities(message)) == ("Titel - x", [("bold", 0, 5), ("italic", 8, 1)])


async def test_a_mention_of_somebody_known_stays_and_of_a_stranger_goes(bot_api, anna):
    html = f'<a href="tg://user?id={anna.id}">Anna</a> <a href="tg://user?id=99">Wer</a>'
    message = await send(bot_api, anna.id, html)
    assert [entity["user"]["id"] for entity in message["entities"]] == [anna.id]


async def test_times_keep_their_format(bot_api, anna):
    for form in ("r", "d", "DT", "wdt"):
        message = await send(bot_api, anna.id, f'<tg-time unix="1795499196" format="{form}">x</tg-time>')
        assert message["entities"][0]["date_time_format"] == form


async def test_a_keyboard_of_the_app_is_not_part_of_the_message(bot_api, anna):
    markup = {"keyboard": [[{"text": "Ja"}]]}
    assert "reply_markup" not in await send(bot_api, anna.id, "x", reply_markup=markup)


async def test_a_message_may_answer_another_be_protected_and_show_no_preview(standin, bot_api, anna):
    said = await standin.say(anna, anna.id, "Frage")
    options = {"link_preview_options": {"is_disabled": True}, "protect_content": True}
    message = await send(
        bot_api, anna.id, "x", reply_parameters={"message_id": said["message_id"]}, **options
    )
    assert message["reply_to_message"]["text"] == "Frage"
    assert message["link_preview_options"] == {"is_disabled": True}
    assert message["has_protected_content"] is True


async def test_given_entities_are_taken(bot_api, anna):
    given = [{"type": "bold", "offset": 0, "length": 1}]
    message = (await bot_api("sendMessage", chat_id=anna.id, text="xy", entities=given)).result
    assert message["entities"] == given


async def test_a_form_is_as_good_as_json(bot_api, anna):
    form = aiohttp.FormData({"chat_id": str(anna.id), "text": "x", "disable_notification": "true"})
    form.add_field("reply_markup", '{"inline_keyboard":[[{"text":"A","url":"x.de"}]]}')
    message = (await bot_api("sendMessage", form=form)).result
    assert message["reply_markup"]["inline_keyboard"][0][0]["url"] == "http://x.de"


async def test_a_call_by_address_alone(standin, anna):
    url = f"{standin.url}/bot{standin.token}/sendmessage"
    params = {"chat_id": str(anna.id), "text": "x"}
    async with aiohttp.ClientSession() as session, session.get(url, params=params) as answer:
        assert (await answer.json())["result"]["text"] == "x"


async def test_a_body_that_is_no_json_is_refused(standin):
    url = f"{standin.url}/bot{standin.token}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        for body in (b"{kaputt", b"[1]", b'{"text":"\\ud800"}'):
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 400


async def test_messages_count_up_in_each_chat_and_only_the_last_are_kept(standin, bot_api, anna):
    ids = [(await send(bot_api, anna.id, "x"))["message_id"] for _ in range(205)]
    assert ids == list(range(1, 206))
    assert [message["message_id"] for message in standin.messages(anna.id)] == ids[-200:]
    ben, *_ = standin.add_readers(3)
    assert (await send(bot_api, ben, "x"))["message_id"] == 1


async def test_a_post_in_a_channel_is_from_the_channel(standin, bot_api):
    owner = standin.add_user("Olga")
    channel = standin.add_channel("Kanal", owner, username="kanal_test", bot="administrator")
    message = await send(bot_api, "@kanal_test", "x")
    assert message["sender_chat"]["id"] == message["chat"]["id"] == channel.id
    assert "from" not in message
    edited = await bot_api("editMessageText", chat_id=channel.id, message_id=message["message_id"], text="y")
    assert edited.result["edit_date"] >= message["date"]
    assert standin.bot_messages(channel) == standin.messages(channel) == [edited.result]


async def test_a_picture_by_address_by_file_id_and_as_an_upload(bot_api, anna):
    first = (await bot_api("sendPhoto", chat_id=anna.id, photo="https://x.de/ä.jpg", caption="Bild")).result
    again = await bot_api("sendPhoto", chat_id=anna.id, photo=first["photo"][0]["file_id"])
    form = aiohttp.FormData({"chat_id": str(anna.id)})
    form.add_field("photo", b"\xff\xd8\xff", filename="a.jpg", content_type="image/jpeg")
    assert again.result["photo"] == first["photo"]
    assert (await bot_api("sendPhoto", form=form)).result["photo"][0]["file_id"]


async def test_a_picture_that_is_none(bot_api, anna):
    reply = await bot_api("sendPhoto", chat_id=anna.id, photo="bild.jpg")
    assert reply.description == "Bad Request: wrong file identifier/HTTP URL specified"
    reply = await bot_api("sendPhoto", chat_id=anna.id)
    assert reply.description == "Bad Request: there is no photo in the request"


async def test_a_document_can_be_fetched_again(standin, bot_api, anna):
    form = aiohttp.FormData({"chat_id": str(anna.id), "document": "attach://datei", "caption": "Deine Daten"})
    form.add_field("datei", b'{"a":1}', filename="export.json", content_type="application/json")
    document = (await bot_api("sendDocument", form=form)).result["document"]
    assert (document["file_name"], document["file_size"]) == ("export.json", 7)
    path = (await bot_api("getFile", file_id=document["file_id"])).result["file_path"]
    url = f"{standin.url}/file/bot{standin.token}/{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.read() == b'{"a":1}'


async def test_an_edit_without_buttons_takes_the_buttons_away(standin, bot_api, anna):
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    message = await send(bot_api, anna.id, "x", reply_markup=markup)
    target = {"chat_id": anna.id, "message_id": message["message_id"]}
    only_markup = await bot_api("editMessageReplyMarkup", **target)
    assert "reply_markup" not in only_markup.result
    assert (await bot_api("editMessageText", **target, text="y", reply_markup=markup)).result["reply_markup"]
    assert standin.messages(anna.id)[0]["text"] == "y"


async def test_a_text_becomes_an_article_and_back_in_its_place(bot_api, anna):
    message = await send(bot_api, anna.id, "x")
    target = {"chat_id": anna.id, "message_id": message["message_id"]}
    rich = (await bot_api("editMessageText", **target, rich_message={"html": "<h1>Titel</h1>"})).result
    assert rich["rich_message"]["blocks"] == [{"type": "heading", "text": "Titel", "size": 1}]
    assert "text" not in rich
    plain = (await bot_api("editMessageText", **target, text="y")).result
    assert plain["text"] == "y"
    assert "rich_message" not in plain


async def test_a_caption_is_edited(bot_api, anna):
    photo = (await bot_api("sendPhoto", chat_id=anna.id, photo="https://x.de/a.jpg", caption="a")).result
    target = {"chat_id": anna.id, "message_id": photo["message_id"]}
    edited = (await bot_api("editMessageCaption", **target, caption="<b>b</b>", parse_mode="HTML")).result
    assert (edited["caption"], edited["photo"]) == ("b", photo["photo"])


async def test_deleted_messages_are_gone(standin, bot_api, anna):
    ids = [(await send(bot_api, anna.id, "x"))["message_id"] for _ in range(3)]
    assert (await bot_api("deleteMessage", chat_id=anna.id, message_id=ids[0])).result is True
    assert (await bot_api("deleteMessages", chat_id=anna.id, message_ids=[ids[1], 99])).result is True
    assert [message["message_id"] for message in standin.messages(anna.id)] == [ids[2]]


async def test_pins_need_rights_in_a_group(standin, bot_api, anna):
    group = standin.add_group("Runde", admins=[anna], bot="member")
    target = {"chat_id": group.id, "message_id": (await send(bot_api, group.id, "x"))["message_id"]}
    assert (await bot_api("pinChatMessage", **target)).status == 400
    standin.promote(group, anna)
    assert (await bot_api("pinChatMessage", **target)).result is True
    assert (await bot_api("getChat", chat_id=group.id)).result["pinned_message"]["text"] == "x"
    assert (await bot_api("unpinChatMessage", **target)).result is True
    assert "pinned_message" not in (await bot_api("getChat", chat_id=group.id)).result


async def test_typing_is_shown_to_those_who_can_see_it(standin, bot_api, anna):
    assert (await bot_api("sendChatAction", chat_id=anna.id, action="typing")).result is True
    assert (await bot_api("sendChatAction", chat_id=anna.id, action="yawning")).status == 400
    standin.block(anna)
    assert (await bot_api("sendChatAction", chat_id=anna.id, action="typing")).status == 403


async def test_rich_messages_are_sent_with_buttons(bot_api, anna):
    rich = {"html": "<h2>Titel</h2><p>Text mit <b>fett</b>.</p>", "is_rtl": False}
    markup = {"inline_keyboard": [[{"text": "Als Text", "callback_data": "p:1"}]]}
    message = (
        await bot_api("sendRichMessage", chat_id=anna.id, rich_message=rich, reply_markup=markup)
    ).result
    assert [block["type"] for block in message["rich_message"]["blocks"]] == ["heading", "paragraph"]
    assert message["reply_markup"] == markup


async def test_an_empty_file_and_one_that_is_long_gone(standin, bot_api, anna):
    form = aiohttp.FormData({"chat_id": str(anna.id)})
    form.add_field("document", b"", filename="leer.txt")
    assert (await bot_api("sendDocument", form=form)).description == "Bad Request: file must be non-empty"
    for number in range(51):
        form = aiohttp.FormData({"chat_id": str(anna.id)})
        form.add_field("document", f"{number}".encode(), filename="a.txt")
        await bot_api("sendDocument", form=form)
    first, *_, last = standin.messages(anna.id)
    assert (await bot_api("getFile", file_id=first["document"]["file_id"])).status == 400
    path = (await bot_api("getFile", file_id=last["document"]["file_id"])).result["file_path"]
    async with aiohttp.ClientSession() as session:
        for token, name in ((standin.token, "documents/x"), ("1:" + "x" * 35, path)):
            async with session.get(f"{standin.url}/file/bot{token}/{name}") as answer:
                assert answer.status in (401, 404)


async def test_a_caption_may_stand_above_its_picture(bot_api, anna):
    photo = {
        "chat_id": anna.id,
        "photo": "https://x.de/a.jpg",
        "caption": "x",
        "show_caption_above_media": True,
    }
    sent = (await bot_api("sendPhoto", **photo)).result
    assert sent["show_caption_above_media"] is True
    edit = {"chat_id": anna.id, "message_id": sent["message_id"], "show_caption_above_media": True}
    assert (await bot_api("editMessageCaption", **edit, caption="y")).result[
        "show_caption_above_media"
    ] is True
