"""Typed settings, read once per process: defaults < settings.toml < environment (XIAOTONG_…).

Secrets (`Secrets`) never come from settings.toml: environment first, then a file of mode 0600
outside the repository which the first start creates.
"""

import hashlib
import os
import re
import secrets as random_secrets
import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from desk.model.agents import Role
from desk.model.errors import BadData

ROOT = Path(__file__).resolve().parent.parent
# Rasa and actions listen here whatever `host` says: they are not for the network.
LOOPBACK = "127.0.0.1"


class Settings(BaseSettings):
    """Everything that may differ between installations. `settings.example.toml` explains each."""

    model_config = SettingsConfigDict(env_prefix="XIAOTONG_", extra="forbid", frozen=True)

    mode: Literal["development", "production"] = "development"
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    tracker_url: str = ""
    timezone: str = "Asia/Shanghai"
    operator_name: str = "小通电信"

    host: str = "127.0.0.1"
    gateway_port: int = Field(default=8000, ge=1, le=65535)
    console_port: int = Field(default=8001, ge=1, le=65535)
    api_port: int = Field(default=8002, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)

    allowed_origins: list[str] = []
    notice_after_seconds: float = Field(default=4, gt=0)
    turn_timeout_seconds: float = Field(default=12, gt=0)
    give_up_after_seconds: float = Field(default=60, gt=0)
    messages_per_minute: int = Field(default=60, gt=0)
    messages_at_once: int = Field(default=20, gt=0)
    second_step_roles: list[Role] = []
    max_message_chars: int = Field(default=1000, gt=0)
    callback_origins: list[str] = []
    callback_private: bool = False
    public_url: str = ""
    wechat_app_id: str = ""
    wechat_mode: Literal["plain", "compatible", "safe"] = "safe"
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_menus: bool = False
    wechat_notice_template: str = ""
    wechat_notice_field: str = "thing1"
    wecom_corp_id: str = ""
    wecom_api_url: str = "https://qyapi.weixin.qq.com"
    wecom_people: Literal["desk", "wecom"] = "desk"
    ivr: bool = False
    ivr_transfer_target: str = Field(default="", pattern=r"^((tel|sips?):[\w+.@:;=-]+)?$")
    ivr_silence_seconds: float = Field(default=8, gt=0, le=60)
    ivr_hold_seconds: float = Field(default=8, gt=0, le=60)
    ivr_agi_port: int = Field(default=0, ge=0, le=65535)
    ivr_agi_say: str = Field(default='SEND TEXT "{text}"', pattern=r"^[^\n]*\{text\}[^\n]*$")
    ivr_agi_context: str = Field(default="xiaotong-people", pattern=r"^[\w-]+$")
    sms_url: str = ""
    line_test_url: str = ""
    outage_feed_url: str = ""
    cashier_url: str = ""
    secrets_file: Path | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):  # what an unknown name raises depends on its form
            raise ValueError("no such time zone, expected a name such as Asia/Shanghai") from None
        return name

    @field_validator("callback_origins")
    @classmethod
    def _only_origins(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(
                    f"{origin!r} is no origin, expected https://host or http://host:8080"
                )
        return origins

    @field_validator("database_url", "tracker_url")
    @classmethod
    def _readable_address(cls, url: str) -> str:
        try:
            if url:
                make_url(url)
        except ArgumentError:
            raise ValueError("expected postgresql+psycopg://… or sqlite:///…") from None
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=settings_file()),
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def desk_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'xiaotong.db'}"

    @property
    def rasa_tracker_url(self) -> str:
        """Rasa's memory lives beside the desk's data; its environment has another driver."""
        if self.tracker_url:
            return self.tracker_url
        if self.database_url.startswith("postgresql"):
            return "postgresql://" + self.database_url.split("://", 1)[1]
        return f"sqlite:///{self.data_dir / 'tracker.db'}"

    @property
    def rasa_url(self) -> str:
        return f"http://{LOOPBACK}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://{LOOPBACK}:{self.actions_port}/webhook"

    @property
    def development(self) -> bool:
        return self.mode == "development"


def settings_file() -> Path:
    return Path(os.environ.get("XIAOTONG_SETTINGS", ROOT / "settings.toml"))


def load_settings() -> Settings:
    """The settings of this installation; raises `BadData` naming file or variable, key, problem."""
    file = settings_file()
    if "XIAOTONG_SETTINGS" in os.environ and not file.exists():
        raise BadData(str(file), "XIAOTONG_SETTINGS", "the file does not exist")
    _refuse_unknown_variables()
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadData(file.name, "toml", str(error)) from None
    except SettingsError as error:
        # Lists are written as JSON in the environment: XIAOTONG_ALLOWED_ORIGINS=["https://…"]
        found = re.search(r'field "(\w+)"', str(error))
        name = f"XIAOTONG_{found.group(1).upper()}" if found else "environment"
        raise BadData("environment", name, 'expected JSON, e.g. ["https://…"]') from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        variable = f"XIAOTONG_{key.upper()}"
        source = f"environment {variable}" if variable in os.environ else file.name
        # An address may hold a password.
        given = "" if key.endswith("_url") else f", got {first.get('input')!r}"
        raise BadData(source, key, f"{first['msg']}{given}") from None


# Set for child processes or by scripts; everything else with the prefix must be a setting.
_OTHER_VARIABLES = {
    "XIAOTONG_SETTINGS",
    "XIAOTONG_ACTIONS_URL",
    "XIAOTONG_RASA_TOKEN",
    "XIAOTONG_ACTIONS_TOKEN",
    "XIAOTONG_SESSION_KEY",
    "XIAOTONG_CODE_KEY",
    "XIAOTONG_REST_TOKEN",
    "XIAOTONG_SMS_TOKEN",
    "XIAOTONG_LINE_TEST_TOKEN",
    "XIAOTONG_OUTAGE_FEED_TOKEN",
    "XIAOTONG_CASHIER_KEY",
    "XIAOTONG_WECHAT_TOKEN",
    "XIAOTONG_WECHAT_AES_KEY",
    "XIAOTONG_WECHAT_APP_SECRET",
    "XIAOTONG_WEBCHAT_CUSTOMER_KEY",
    "XIAOTONG_WECOM_TOKEN",
    "XIAOTONG_WECOM_AES_KEY",
    "XIAOTONG_WECOM_SECRET",
    "XIAOTONG_IVR_TOKEN",
    "XIAOTONG_MODEL_KEY",
    "XIAOTONG_EMBEDDING_URL",
    "XIAOTONG_EMBEDDING_MODEL",
    "XIAOTONG_EMBEDDING_KEY",
    "XIAOTONG_TEST_POSTGRES_URL",
    "XIAOTONG_CHROMIUM",
}


def _refuse_unknown_variables() -> None:
    known = {f"XIAOTONG_{name.upper()}" for name in Settings.model_fields} | _OTHER_VARIABLES
    for name in sorted(os.environ):
        if name.startswith("XIAOTONG_") and name not in known:
            raise BadData("environment", name, "no such setting; see settings.example.toml")


class Secrets(BaseSettings):
    """Keys and tokens. `rest_token` empty: the REST endpoint asks for none (loopback use)."""

    model_config = SettingsConfigDict(env_prefix="XIAOTONG_", extra="ignore", frozen=True)

    rasa_token: SecretStr
    actions_token: SecretStr
    session_key: SecretStr
    code_key: SecretStr
    rest_token: SecretStr = SecretStr("")
    sms_token: SecretStr = SecretStr("")
    line_test_token: SecretStr = SecretStr("")
    outage_feed_token: SecretStr = SecretStr("")
    cashier_key: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_app_secret: SecretStr = SecretStr("")
    webchat_customer_key: SecretStr = SecretStr("")
    wecom_token: SecretStr = SecretStr("")
    wecom_aes_key: SecretStr = SecretStr("")
    wecom_secret: SecretStr = SecretStr("")
    ivr_token: SecretStr = SecretStr("")


def secrets_path(settings: Settings) -> Path:
    """Outside the repository, one file per data directory."""
    if settings.secrets_file is not None:
        return settings.secrets_file
    home = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    tag = hashlib.sha256(str(settings.data_dir.resolve()).encode()).hexdigest()[:12]
    return home / "xiaotong" / f"secrets-{tag}.toml"


def load_secrets(settings: Settings) -> Secrets:
    """Environment first, then the secrets file; a missing file is made with fresh random values."""
    path = secrets_path(settings)
    if not path.exists():
        _create_secrets(path)
    try:
        stored = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadData(str(path), "toml", str(error)) from None
    names = Secrets.model_fields
    given = {n: v for n in names if (v := os.environ.get(f"XIAOTONG_{n.upper()}")) is not None}
    try:
        return Secrets(**{**{k: v for k, v in stored.items() if k in names}, **given})
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise BadData(str(path), key, "missing; delete the file to have it made anew") from None


def _create_secrets(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = [name for name, field in Secrets.model_fields.items() if field.is_required()]
    text = "".join(f'{name} = "{random_secrets.token_urlsafe(32)}"\n' for name in names)
    # Written whole and renamed: two processes starting at once must not read half a file.
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text("# Made by the first start. Keep it out of every repository.\n" + text)
    if path.exists():
        draft.unlink()
    else:
        draft.rename(path)
