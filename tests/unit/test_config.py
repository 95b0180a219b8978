"""Settings: what is accepted, and how a wrong value is named."""

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.config import Address, Settings, SettingsError, load

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Sets variables in an otherwise empty environment, in a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def lines(environment, **values):
    environment(**values)
    with pytest.raises(SettingsError) as caught:
        load().token()
    return caught.value.lines


def test_without_any_setting_the_defaults_hold(environment):
    settings = load()
    assert (settings.database_url, settings.language, settings.retention_days) == (
        "sqlite:///data/tickerbot.db",
        "de",
        90,
    )
    assert settings.address == Address("127.0.0.1", 8080)


def test_a_dotenv_file_is_read_and_the_environment_goes_before_it(environment, tmp_path):
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\nLANGUAGE=en\nRETENTION_DAYS=7\n")
    environment(RETENTION_DAYS="8")
    settings = load()
    assert (settings.token(), settings.language, settings.retention_days) == (TOKEN, "en", 8)


def test_an_empty_value_counts_as_not_given(environment):
    environment(LANGUAGE="", ADMIN_IDS="")
    assert load().language == "de"


def test_admins_are_numbers_separated_by_commas(environment):
    environment(ADMIN_IDS="1, 22,333")
    assert load().admin_ids == (1, 22, 333)


def test_the_token_may_lie_in_a_file(environment, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    environment(BOT_TOKEN_FILE=str(file))
    assert load().token() == TOKEN


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BOT_TOKEN", "hello", "a token from @BotFather"),
        ("ADMIN_IDS", "1,anna", "numbers"),
        ("DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("TELEGRAM_API_URL", "https://api.telegram.org/bot", "without a path"),
        ("TELEGRAM_API_URL", "api.telegram.org", "scheme, host and port"),
        ("LISTEN", "8080", "address and port"),
        ("LISTEN", "127.0.0.1:99999", "address and port"),
        ("MESSAGES_PER_SECOND", "viele", "expected 1 to 1000"),
        ("ALLOW_PRIVATE_SOURCES", "vielleicht", "expected true or false"),
        ("RETENTION_DAYS", "0", "expected a number of days from 1"),
        ("MESSAGES_PER_SECOND", "0", "1 to 1000"),
        ("TIMEZONE", "Berlin", "Europe/Berlin"),
        ("LANGUAGE", "xx", "de or en"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("LOG_FORMAT", "xml", "json"),
        ("WEBHOOK_URL", "bot.example.org", "https://bot.example.org"),
        ("PAID_BROADCAST", "perhaps", "true"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable_and_what_is_expected(
    environment, name, value, expected
):
    (line,) = lines(environment, **{name: value})
    assert line.startswith(f"{name} holds ")
    assert expected in line
    assert "\n" not in line


def test_a_wrong_token_is_not_shown(environment):
    (line,) = lines(environment, BOT_TOKEN="secret-but-wrong")
    assert "secret-but-wrong" not in line
    assert "16 characters" in line


def test_every_wrong_value_gets_its_line(environment):
    assert len(lines(environment, LANGUAGE="xx", TIMEZONE="Berlin")) == 2


def test_a_missing_token_says_where_to_get_one(environment):
    (line,) = lines(environment)
    assert line.startswith("BOT_TOKEN is empty")
    assert "@BotFather" in line


def test_a_token_file_that_cannot_be_read_is_named(environment, tmp_path):
    (line,) = lines(environment, BOT_TOKEN_FILE=str(tmp_path / "nothing"))
    assert "BOT_TOKEN_FILE holds" in line
    assert "No such file" in line


def test_a_token_file_without_a_token_is_named(environment, tmp_path):
    (tmp_path / "token").write_text("nonsense")
    (line,) = lines(environment, BOT_TOKEN_FILE=str(tmp_path / "token"))
    assert "whose text is no token" in line


def test_a_webhook_needs_its_secret(environment):
    (line,) = lines(environment, WEBHOOK_URL="https://bot.example.org/hook")
    assert "WEBHOOK_SECRET is empty" in line


def test_telegram_calls_no_webhook_without_https_but_a_server_of_ones_own_may(environment):
    (line,) = lines(environment, WEBHOOK_URL="http://bot.example/hook", WEBHOOK_SECRET="s", BOT_TOKEN=TOKEN)
    assert line.startswith("WEBHOOK_URL holds 'http://bot.example/hook': Telegram calls")
    environment(TELEGRAM_API_URL="http://127.0.0.1:8081")
    assert load().webhook_url == "http://bot.example/hook"


def test_a_webhook_secret_has_telegrams_alphabet(environment):
    (line,) = lines(environment, WEBHOOK_URL="https://bot.example.org/hook", WEBHOOK_SECRET="ä")
    assert line.startswith("WEBHOOK_SECRET holds 1 characters")


def test_more_than_thirty_a_second_has_to_be_paid_for(environment):
    (line,) = lines(environment, MESSAGES_PER_SECOND="100")
    assert "PAID_BROADCAST=true" in line
    environment(PAID_BROADCAST="true")
    assert load().messages_per_second == 100


def test_a_dotenv_file_that_is_no_text_is_named(environment, tmp_path):
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8"):
        load()


def test_the_example_lists_every_setting_with_its_default():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = {}
    for name, field in Settings.model_fields.items():
        value = field.default
        assert value is not PydanticUndefined
        value = "" if value in (None, ()) else value
        defaults[name.upper()] = str(value).lower() if isinstance(value, bool) else str(value)
    assert listed == defaults
