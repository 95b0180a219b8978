"""What each answer of Telegram means, over the refusals in its own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verdict import Action, Answer, Failure, Verdict, judge

REFUSALS = [
    (400, "Bad Request: chat not found", Action.GONE),
    (403, "Forbidden: bot was blocked by the user", Action.GONE),
    (403, "Forbidden: user is deactivated", Action.GONE),
    (403, "Forbidden: bot can't initiate conversation with a user", Action.GONE),
    (403, "Forbidden: the bot can't send messages to the bot", Action.GONE),
    (403, "Forbidden: bot was kicked from the group chat", Action.GONE),
    (403, "Forbidden: bot was kicked from the supergroup chat", Action.GONE),
    (403, "Forbidden: bot was kicked from the channel chat", Action.GONE),
    (403, "Forbidden: bot is not a member of the channel chat", Action.GONE),
    (403, "Forbidden: the group chat was deleted", Action.GONE),
    (
        400,
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        Action.PLAIN,
    ),
    (400, 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0', Action.PLAIN),
    (400, "Bad Request: text is too long", Action.SPLIT),
    (400, "Bad Request: message is too long", Action.SPLIT),
    (400, "Bad Request: message caption is too long", Action.SPLIT),
    (400, "Bad Request: message thread not found", Action.MAIN_THREAD),
    (400, "Bad Request: TOPIC_CLOSED", Action.MAIN_THREAD),
    (400, "Bad Request: not enough rights to send text messages to the chat", Action.MAY_NOT),
    (400, "Bad Request: need administrator rights in the channel chat", Action.MAY_NOT),
    (
        400,
        (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        ),
        Action.DONE,
    ),
    (400, "Bad Request: message to edit not found", Action.DONE),
    (400, "Bad Request: message can't be edited", Action.DONE),
    (400, "Bad Request: there is no text in the message to edit", Action.DONE),
    (400, "Bad Request: there is no caption in the message to edit", Action.DONE),
    (404, "Not Found: method not found", Action.NO_METHOD),
    (404, "Not Found", Action.REVOKED),
    (401, "Unauthorized", Action.REVOKED),
    (401, "Unauthorized: invalid token specified", Action.REVOKED),
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        Action.CONFLICT,
    ),
    (400, "Bad Request: message text is empty", Action.DEAD),
    (400, "Bad Request: text must be non-empty", Action.DEAD),
    (400, "Bad Request: chat_id is empty", Action.DEAD),
    (400, "Bad Request: BUTTON_DATA_INVALID", Action.DEAD),
    (400, "Bad Request: reply markup is too long", Action.DEAD),
    (400, "Bad Request: failed to get HTTP URL content", Action.DEAD),
    (400, "Bad Request: wrong type of the web page content", Action.DEAD),
    (400, "Bad Request: message to be replied not found", Action.DEAD),
    (418, "I'm a teapot", Action.DEAD),
    (500, "Internal Server Error: restart", Action.DOUBT),
]


@pytest.mark.parametrize(("status", "description", "action"), REFUSALS)
def test_a_refusal_is_judged_by_telegrams_own_words(status, description, action):
    verdict = judge(Answer(status=status, description=description))
    assert verdict.action is action
    assert verdict.reason == description


def test_a_good_answer_is_done():
    assert judge(Answer(status=200, ok=True, result={"message_id": 7})) == Verdict(Action.DONE)


def test_what_never_left_is_sent_again_and_what_may_have_arrived_is_in_doubt():
    assert judge(Answer(failure=Failure.NOT_SENT, description="refused")) == Verdict(Action.AGAIN, "refused")
    assert judge(Answer(failure=Failure.IN_DOUBT, description="timeout")) == Verdict(Action.DOUBT, "timeout")


def test_a_flood_says_how_long_to_wait_in_the_parameters_or_in_words_or_not_at_all():
    words = "Too Many Requests: retry after 17"
    assert judge(Answer(status=429, description=words, parameters={"retry_after": 9})).wait == 9
    assert judge(Answer(status=429, description=words)).wait == 17
    assert judge(Answer(status=429)) == Verdict(Action.WAIT, "no answer of a Bot API: HTTP 429", wait=5)


def test_an_upgraded_group_names_its_new_id():
    verdict = judge(
        Answer(
            status=400,
            description="Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": -1001234567890},
        )
    )
    assert (verdict.action, verdict.moved_to) == (Action.MOVED, -1001234567890)


@pytest.mark.parametrize("status", [200, 500, 502, 504])
def test_a_page_instead_of_an_envelope_may_hide_a_delivery(status):
    assert judge(Answer(status=status)).action is Action.DOUBT


@pytest.mark.parametrize("status", [301, 400, 403, 404, 407])
def test_a_page_of_a_proxy_hides_none_so_it_is_free_to_try_again(status):
    assert judge(Answer(status=status)) == Verdict(Action.AGAIN, f"no answer of a Bot API: HTTP {status}")


def test_a_body_that_a_proxy_finds_too_large_is_poison():
    assert judge(Answer(status=413)).action is Action.DEAD


@given(
    st.one_of(st.none(), st.integers(100, 599)),
    st.booleans(),
    st.text(max_size=60),
    st.one_of(st.none(), st.sampled_from(Failure)),
)
def test_every_answer_has_a_verdict_and_only_a_good_one_is_done_without_a_reason(
    status, ok, description, failure
):
    verdict = judge(Answer(status=status, ok=ok, description=description, failure=failure))
    assert verdict.action in Action
    if verdict == Verdict(Action.DONE):
        assert ok
        assert failure is None
