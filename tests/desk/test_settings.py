"""Settings and secrets: who wins, what is refused, and that the example tells the truth."""

import re
import stat
import tomllib
from pathlib import Path

import pytest

from desk.model.errors import BadData
from desk.settings import ROOT, Secrets, Settings, load_secrets, load_settings, secrets_path


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of the machine decides a test."""
    for name in [*Settings.model_fields, *Secrets.model_fields]:
        monkeypatch.delenv(f"XIAOTONG_{name.upper()}", raising=False)
    (tmp_path / "settings.toml").touch()
    monkeypatch.setenv("XIAOTONG_SETTINGS", str(tmp_path / "settings.toml"))


def write(tmp_path: Path, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    (tmp_path / "settings.toml").write_bytes(content)


def refusal() -> str:
    with pytest.raises(BadData) as caught:
        load_settings()
    return str(caught.value)


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings()
    assert (settings.gateway_port, settings.mode) == (8000, "development")
    assert settings.desk_url == f"sqlite:///{ROOT}/var/xiaotong.db"


def test_the_file_overrides_the_default_and_the_environment_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'gateway_port = 9000\nconsole_port = 9001\noperator_name = "海风电信"')
    monkeypatch.setenv("XIAOTONG_CONSOLE_PORT", "9101")
    settings = load_settings()
    assert (settings.gateway_port, settings.console_port, settings.api_port) == (9000, 9101, 8002)
    assert settings.operator_name == "海风电信"


def test_origins_are_a_list_in_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOTONG_ALLOWED_ORIGINS", '["https://www.example.com"]')
    assert load_settings().allowed_origins == ["https://www.example.com"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gateway_port = 0", "settings.toml: gateway_port: "),
        ("gateway_port = 65536", "settings.toml: gateway_port: "),
        ('gateway_port = "acht"', "got 'acht'"),
        ("gatewayport = 9000", "settings.toml: gatewayport: Extra inputs are not permitted"),
        ('mode = "test"', "settings.toml: mode: "),
        ("turn_timeout_seconds = 0", "settings.toml: turn_timeout_seconds: "),
        ('timezone = "Mars/Base"', "settings.toml: timezone: "),
        ('database_url = "no address"', "settings.toml: database_url: "),
        ("gateway_port = = 1", "settings.toml: toml: "),
        (b"operator_name = '\xff\xfe'", "settings.toml: toml: "),
    ],
)
def test_a_wrong_file_is_refused_with_its_key(tmp_path: Path, text: str | bytes, told: str) -> None:
    write(tmp_path, text)
    assert told in refusal()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("XIAOTONG_GATEWAY_PORT", "99999", "environment XIAOTONG_GATEWAY_PORT: gateway_port: "),
        ("XIAOTONG_GATEWAYPORT", "9000", "environment: XIAOTONG_GATEWAYPORT: no such setting"),
        ("XIAOTONG_ALLOWED_ORIGINS", "https://a.example", "XIAOTONG_ALLOWED_ORIGINS"),
        ("XIAOTONG_TIMEZONE", "Nowhere", "environment XIAOTONG_TIMEZONE: timezone: "),
    ],
)
def test_a_wrong_variable_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    assert told in refusal()


def test_a_settings_file_that_is_named_must_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIAOTONG_SETTINGS", str(tmp_path / "nowhere.toml"))
    assert refusal() == f"{tmp_path}/nowhere.toml: XIAOTONG_SETTINGS: the file does not exist"


def test_the_example_names_every_setting_with_its_default() -> None:
    text = (ROOT / "settings.example.toml").read_text(encoding="utf8")
    given = tomllib.loads(text)
    fields = Settings.model_fields
    for name, value in given.items():
        assert fields[name].default == value, name
    # Settings whose default depends on the machine are shown commented out.
    shown = set(re.findall(r"^# (\w+) = ", text, re.MULTILINE))
    assert shown == {"data_dir", "secrets_file"}
    assert set(given) | shown == set(fields)


# -- secrets ---------------------------------------------------------------------------------------


def installation(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secrets_file=tmp_path / "keys" / "secrets.toml")


def test_the_first_start_makes_the_keys_and_later_ones_read_them(tmp_path: Path) -> None:
    first, second = load_secrets(installation(tmp_path)), load_secrets(installation(tmp_path))
    assert first == second
    file = tmp_path / "keys" / "secrets.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secrets.toml"]
    needed = {name for name, field in Secrets.model_fields.items() if field.is_required()}
    values = {s.get_secret_value() for name, s in first if name in needed}
    assert len(values) == len(needed)
    assert min(map(len, values)) >= 40
    assert first.rest_token.get_secret_value() == ""


def test_two_data_directories_never_share_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    one, other = Settings(data_dir=tmp_path / "a"), Settings(data_dir=tmp_path / "b")
    assert secrets_path(one) != secrets_path(other)
    assert secrets_path(one).parent == tmp_path / "config" / "xiaotong"
    assert load_secrets(one) != load_secrets(other)


def test_the_environment_wins_over_the_secrets_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = load_secrets(installation(tmp_path))
    monkeypatch.setenv("XIAOTONG_RASA_TOKEN", "from-outside")
    monkeypatch.setenv("XIAOTONG_REST_TOKEN", "rest")
    told = load_secrets(installation(tmp_path))
    assert told.rasa_token.get_secret_value() == "from-outside"
    assert told.rest_token.get_secret_value() == "rest"
    assert told.session_key == stored.session_key


@pytest.mark.parametrize(
    ("text", "key"), [('rasa_token = "x"', "actions_token"), ("rasa_token = ", "toml")]
)
def test_a_broken_secrets_file_is_named_without_showing_a_key(
    tmp_path: Path, text: str, key: str
) -> None:
    settings = installation(tmp_path)
    load_secrets(settings)
    secrets_path(settings).write_text(text)
    with pytest.raises(BadData) as caught:
        load_secrets(settings)
    assert (caught.value.file, caught.value.key) == (str(secrets_path(settings)), key)


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    secrets = load_secrets(installation(tmp_path))
    assert secrets.session_key.get_secret_value() not in repr(secrets)
