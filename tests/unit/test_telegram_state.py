"""What is known of Telegram, and that each change is said once."""

from structlog.testing import capture_logs

from bot.delivery.state import TelegramState

ME = {"id": 42, "is_bot": True, "first_name": "Ticker", "username": "ticker_bot"}


def test_nothing_is_ready_before_telegram_answered():
    state = TelegramState()
    assert state.reachable is None
    assert not state.ready


def test_an_answer_makes_it_ready_and_tells_who_we_are():
    state = TelegramState()
    state.reached(ME)
    assert (state.ready, state.username, state.bot_id) == (True, "ticker_bot", 42)


def test_an_outage_is_said_once_and_its_end_once():
    state = TelegramState()
    with capture_logs() as logs:
        for _ in range(3):
            state.lost("cannot connect")
        assert (state.ready, state.reason) == (False, "cannot connect")
        for _ in range(3):
            state.reached(ME)
    assert [entry["log_level"] for entry in logs] == ["warning", "info"]
    assert (state.ready, state.reason) == (True, "")


def test_a_revoked_token_is_not_ready_until_it_works_again():
    state = TelegramState()
    with capture_logs() as logs:
        state.refused("Unauthorized")
        state.refused("Unauthorized")
        assert (state.reachable, state.revoked, state.ready) == (True, True, False)
        state.reached()
    assert [entry["log_level"] for entry in logs] == ["error", "info"]
    assert (state.revoked, state.ready) == (False, True)


def test_a_second_poller_is_said_loudly_once_and_messages_still_go_out():
    state = TelegramState()
    state.reached(ME)
    with capture_logs() as logs:
        state.contested(True, "Conflict: terminated by other getUpdates request")
        state.contested(True)
        assert state.ready
        state.contested(False)
        state.contested(False)
    assert [entry["log_level"] for entry in logs] == ["error", "info"]
