"""A message becomes the call that sends or edits it."""

from bot.render.outgoing import Button, Outgoing

KEYBOARD = ((Button("Lesen", data="r:1"), Button("Quelle", url="https://news.example/")),)


def test_a_text_is_sent_as_html_without_preview():
    method, body = Outgoing("<b>x</b>", KEYBOARD).send(5)
    assert method == "sendMessage"
    assert body == {
        "chat_id": 5,
        "text": "<b>x</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Lesen", "callback_data": "r:1"},
                    {"text": "Quelle", "url": "https://news.example/"},
                ]
            ]
        },
    }


def test_thread_silence_and_preview_are_told():
    _, body = Outgoing("x", silent=True, preview=True).send(5, 7)
    assert (body["message_thread_id"], body["disable_notification"]) == (7, True)
    assert "link_preview_options" not in body


def test_a_picture_has_its_text_as_caption_and_is_edited_as_such():
    photo = Outgoing("x", picture="https://news.example/p.jpg")
    method, body = photo.send(5)
    assert (method, body["photo"], body["caption"]) == ("sendPhoto", "https://news.example/p.jpg", "x")
    assert photo.edit(5, 9)[0] == "editMessageCaption"
    assert photo.without_picture().edit(5, 9)[0] == "editMessageText"


def test_a_rich_message_goes_by_its_own_method():
    method, body = Outgoing("<h1>x</h1>", rich=True).send(5)
    assert (method, body["rich_message"]) == ("sendRichMessage", {"html": "<h1>x</h1>"})
    assert Outgoing("<h1>x</h1>", rich=True).edit(5, 9)[1]["rich_message"] == {"html": "<h1>x</h1>"}


def test_unformatted_it_is_sent_as_it_is():
    _, body = Outgoing("<b>x</b>").unformatted("x").send(5)
    assert body["text"] == "x"
    assert "parse_mode" not in body
