"""The check against the Bot API finds what is wrong: else the tests that rely on it would prove nothing."""

import pytest

from tests.fixtures import spec

USER = {"id": 1, "is_bot": False, "first_name": "Anna"}
CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": "x"}


def test_a_good_answer_has_no_faults():
    assert spec.faults_of_answer("sendMessage", MESSAGE) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"message_id": "1"}, "sendMessage:Message.message_id is no Integer: '1'"),
        ({"date": True}, "sendMessage:Message.date is no Integer: True"),
        ({"photo_url": "x"}, "sendMessage:Message.photo_url is not in the Bot API"),
        ({"from": {"id": 1}}, "sendMessage:Message.from:User.is_bot is missing"),
        (
            {"entities": [{"type": "bold", "offset": 0}]},
            "sendMessage:Message.entities[0]:MessageEntity.length is missing",
        ),
        ({"poll": {}}, "sendMessage:Message.poll is a Poll, which is not kept in botapi.json"),
    ],
)
def test_a_wrong_answer_is_found(change, fault):
    assert fault in spec.faults_of_answer("sendMessage", MESSAGE | change)


def test_a_missing_field_is_found():
    without_chat = {name: value for name, value in MESSAGE.items() if name != "chat"}
    assert spec.faults_of_answer("sendMessage", without_chat) == ["sendMessage:Message.chat is missing"]


def test_one_of_several_types_is_chosen_by_its_constant():
    member = {"status": "administrator", "user": USER}
    faults = spec.faults_of_answer("getChatMember", member)
    assert "getChatMember:ChatMemberAdministrator.can_be_edited is missing" in faults


def test_wrong_parameters_are_found_and_those_of_forms_are_read():
    assert (
        spec.faults_of_params(
            "sendMessage", {"chat_id": "5", "text": "x", "reply_markup": '{"inline_keyboard":[]}'}
        )
        == []
    )
    faults = spec.faults_of_params("sendMessage", {"chat_id": 5, "silent": True})
    assert faults == ["sendMessage.text is missing", "sendMessage.silent is not in the Bot API"]
