"""The settings: the only reader of the environment. PRODUCT.md's table, one field a line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.zones import ZoneName

TOKEN_SHAPE = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
UNPAID_LIMIT = 30  # messages a second that Telegram allows a bot without paid broadcast


class SettingsError(Exception):
    """One or more settings are wrong; `lines` says of each which, what it holds and what is expected."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int


class Settings(BaseSettings):
    """All settings, checked. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: SecretStr | None = Field(None, description="from @BotFather, such as 123456789:AAF…")
    bot_token_file: Path | None = Field(None, description="a file that holds the token, instead of BOT_TOKEN")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram user ids of the admins, separated by commas"
    )
    database_url: str = Field(
        "sqlite:///data/tickerbot.db",
        description="sqlite:///path/file.db or postgresql://user:password@host/name",
    )
    sources_file: Path | None = Field(
        None, description="a sources.toml with your topics and sources; empty: the packaged one"
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="another Bot API server: scheme, host and port, without /bot"
    )
    webhook_url: str | None = Field(
        None, description="where Telegram reaches this bot (https); empty: long polling"
    )
    webhook_secret: SecretStr | None = Field(
        None, description="1 to 256 of A-Z a-z 0-9 _ -; needed with WEBHOOK_URL"
    )
    listen: str = Field(
        "127.0.0.1:8080", description="address and port of health, readiness, metrics and the webhook"
    )
    status_token: SecretStr | None = Field(
        None,
        description="up to 256 letters, digits and signs without spaces; opens /metrics to other machines",
    )
    messages_per_second: float = Field(
        29, gt=0, le=1000, description="1 to 1000 a second, the budget of the whole bot"
    )
    paid_broadcast: bool = Field(
        False, description="true or false; true lifts the budget above 30 a second (0.1 Stars a message)"
    )
    allow_private_sources: bool = Field(
        False, description="true or false; true permits sources on private addresses and any port"
    )
    timezone: ZoneName = Field("Europe/Berlin", description="of new chats, such as Europe/Berlin")
    language: Literal["de", "en"] = Field(
        "de", description="de or en, for new chats whose language is unknown"
    )
    retention_days: int = Field(90, ge=1, description="a number of days from 1; older articles are removed")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="text (for people) or json (for machines)"
    )

    @field_validator("bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_SHAPE.fullmatch(value.get_secret_value().strip()):
            raise ValueError(
                "a token from @BotFather, such as 123456789:AAF… (digits, a colon, 35 characters)"
            )
        return SecretStr(value.get_secret_value().strip()) if value else None

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if isinstance(value, str):
            parts = [part.strip() for part in value.split(",") if part.strip()]
            if not all(part.isdecimal() for part in parts):
                raise ValueError("Telegram user ids (numbers) separated by commas")
            return tuple(int(part) for part in parts)
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        parts = urlsplit(value)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
        ):
            raise ValueError("scheme, host and port without a path, such as https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname
        ):
            raise ValueError("the address Telegram calls, such as https://bot.example.org/telegram")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("1 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator("status_token")
    @classmethod
    def _status_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[!-~]{1,256}", value.get_secret_value()):
            raise ValueError("1 to 256 letters, digits and signs of ASCII, without spaces")
        return value

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if not (host and colon and port.isdecimal() and int(port) < 65536):
            raise ValueError("address and port, such as 127.0.0.1:8080")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError(
                "WEBHOOK_SECRET is empty, but WEBHOOK_URL is set: set both, or neither for long polling"
            )
        official = urlsplit(self.telegram_api_url).hostname == "api.telegram.org"
        if self.webhook_url and official and urlsplit(self.webhook_url).scheme != "https":
            raise ValueError(
                f"WEBHOOK_URL holds {self.webhook_url!r}: Telegram calls addresses of https only"
            )
        if self.messages_per_second > UNPAID_LIMIT and not self.paid_broadcast:
            raise ValueError(
                f"MESSAGES_PER_SECOND holds {self.messages_per_second:g}: more than {UNPAID_LIMIT} needs "
                "PAID_BROADCAST=true (Telegram takes 0.1 Stars a message)"
            )
        return self

    @property
    def address(self) -> Address:
        """LISTEN as host and port."""
        host, _, port = self.listen.rpartition(":")
        return Address(host.strip("[]"), int(port))

    def token(self) -> str:
        """The token from BOT_TOKEN or BOT_TOKEN_FILE; raises SettingsError where neither gives one."""
        if self.bot_token:
            return self.bot_token.get_secret_value()
        if self.bot_token_file is None:
            raise SettingsError(
                ["BOT_TOKEN is empty: write the token from @BotFather into .env (`make demo` needs none)"]
            )
        try:
            text = self.bot_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not a text file"
            raise SettingsError(
                [f"BOT_TOKEN_FILE holds {self.bot_token_file}, which cannot be read: {why}"]
            ) from error
        if not TOKEN_SHAPE.fullmatch(text):
            raise SettingsError(
                [
                    f"BOT_TOKEN_FILE holds {self.bot_token_file}, whose text is no token: expected 123456789:AAF…"
                ]
            )
        return text


class FixedSettings(Settings):
    """Settings given in the code alone: the demo ignores the environment and `.env`."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings calls it so
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic-settings calls it so
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic-settings calls it so
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic-settings calls it so
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but the arguments."""
        return (init_settings,)


def load() -> Settings:
    """The settings of the environment and `.env`; raises SettingsError with a line for each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError([_line(one) for one in error.errors()]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f".env is not UTF-8 text: {error.reason} at byte {error.start}"]) from error


def _line(error: Mapping[str, Any]) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:  # a rule over several settings names them itself
        return message
    name = str(error["loc"][0]).lower()
    field = Settings.model_fields[name]
    secret = "token" in name or "secret" in name
    held = error["input"].get_secret_value() if isinstance(error["input"], SecretStr) else error["input"]
    shown = f"{len(str(held))} characters (not shown)" if secret else repr(str(held))
    expected = message if error["type"] == "value_error" else field.description
    return f"{name.upper()} holds {shown}: expected {expected}"
