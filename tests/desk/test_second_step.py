"""The second step of signing in, how long a session lasts, accounts kept by an administrator."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.agents import Role
from desk.model.audit import AuditFilter
from desk.model.errors import (
    AlreadySetUp,
    BadAccount,
    BadCredentials,
    SecondStepNeeded,
    UnknownAgent,
    WrongCode,
)
from desk.store.staff_tables import recovery_codes, second_steps
from tests.conftest import Moment
from tests.desk.talking import agent

PASSWORD = "a long password"


@pytest.fixture
def app(desk: Desk, moment: Moment) -> "App":
    desk.staff.set_password("lixiao", PASSWORD)
    return App(desk, moment)


class App:
    """李晓's telephone."""

    def __init__(self, desk: Desk, moment: Moment) -> None:
        self.desk, self.moment = desk, moment
        self.secret = desk.second_steps.begin(agent(desk)).secret
        self.spares = desk.second_steps.confirm(agent(desk), self.code())

    def code(self, later: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.moment.now + timedelta(seconds=later))

    def signs_in(self, code: str = "") -> str:
        return self.desk.staff.sign_in("lixiao", PASSWORD, code)[1]


def test_a_code_is_asked_for_and_counts_once(app: App) -> None:
    with pytest.raises(SecondStepNeeded):
        app.signs_in()
    app.moment.pass_time(seconds=60)
    assert app.desk.staff.by_session(app.signs_in(app.code()))
    with pytest.raises(WrongCode):
        app.signs_in(app.code())
    # The next one counts already: a phone's clock may be ahead.
    assert app.signs_in(app.code(30))


@pytest.mark.parametrize("code", ["000000", "１２３４５６", "x", "12345678901234567"])
def test_wrong_codes_lock_like_wrong_passwords(app: App, code: str) -> None:
    for _ in range(5):
        with pytest.raises(WrongCode):
            app.signs_in(code)
    app.moment.pass_time(seconds=60)
    with pytest.raises(BadCredentials):
        app.signs_in(app.code())


def test_a_wrong_password_tells_nothing_of_the_second_step(app: App) -> None:
    with pytest.raises(BadCredentials):
        app.desk.staff.sign_in("lixiao", "wrong", app.code(30))


def test_a_spare_code_counts_once(app: App) -> None:
    assert len(set(app.spares)) == 8
    assert app.signs_in(app.spares[0].upper())
    with pytest.raises(WrongCode):
        app.signs_in(app.spares[0])
    assert app.signs_in(app.spares[1])


def test_the_database_tells_neither_secret_nor_spares(app: App) -> None:
    with app.desk.store.engine.connect() as connection:
        stored = str(connection.execute(sa.select(second_steps)).all())
        stored += str(connection.execute(sa.select(recovery_codes)).all())
    assert not [word for word in (app.secret, *app.spares) if word in stored]


def test_set_up_once_and_removed_by_an_administrator(app: App) -> None:
    with pytest.raises(AlreadySetUp):
        app.desk.second_steps.begin(agent(app.desk))
    app.desk.accounts.remove_second_step("lixiao", actor="guanli")
    assert app.signs_in()
    whats = {row.what for row in app.desk.audit.listed(AuditFilter(subject="lixiao"))}
    assert {"SecondStepSetUp", "AgentSecondStepRemoved"} <= whats


def test_what_was_not_confirmed_is_not_asked_for(desk: Desk) -> None:
    desk.staff.set_password("lixiao", PASSWORD)
    setup = desk.second_steps.begin(agent(desk))
    assert setup.picture.startswith("<svg")
    with pytest.raises(WrongCode):
        desk.second_steps.confirm(agent(desk), "000000")
    assert desk.staff.sign_in("lixiao", PASSWORD)


def test_a_session_ends_however_busy(desk: Desk, moment: Moment) -> None:
    desk.staff.set_password("lixiao", PASSWORD)
    _, session = desk.staff.sign_in("lixiao", PASSWORD)
    for _ in range(24):
        assert desk.staff.by_session(session)
        moment.pass_time(hours=1)
    moment.pass_time(seconds=1)
    assert desk.staff.by_session(session) is None


def test_another_password_or_role_ends_what_was_open(desk: Desk) -> None:
    desk.staff.set_password("lixiao", PASSWORD)
    _, first = desk.staff.sign_in("lixiao", PASSWORD)
    second = desk.staff.change_password(agent(desk), PASSWORD, "another password")
    assert desk.staff.by_session(first) is None
    found = desk.staff.by_session(second)
    assert found is not None
    with pytest.raises(BadCredentials):
        desk.staff.change_password(found, PASSWORD, "a third password")
    desk.accounts.set_role("lixiao", Role.SUPERVISOR, actor="guanli")
    assert desk.staff.by_session(second) is None
    (row,) = desk.audit.listed(AuditFilter(what="AgentRoleSet"))
    assert (row.who, row.subject, row.details) == (
        "guanli",
        "lixiao",
        '{"before": "agent", "role": "supervisor", "username": "lixiao"}',
    )


def test_shut_and_opened_again(desk: Desk) -> None:
    password = desk.accounts.create("newone", "钱新", Role.DISPATCHER, actor="guanli")
    _, session = desk.staff.sign_in("newone", password)
    desk.accounts.shut("newone", True, actor="guanli")
    assert desk.staff.by_session(session) is None
    with pytest.raises(BadCredentials):
        desk.staff.sign_in("newone", password)
    desk.accounts.shut("newone", False, actor="guanli")
    assert desk.staff.sign_in("newone", password)
    other = desk.accounts.reset_password("newone", actor="guanli")
    assert desk.staff.sign_in("newone", other)


@pytest.mark.parametrize(
    ("username", "name", "field"),
    [("Qian", "钱", "username"), ("q", "钱", "username"), ("lixiao", "李", "username")]
    + [("qian", " ", "name"), ("qian", "钱" * 65, "name")],
)
def test_a_wrong_account_is_named(desk: Desk, username: str, name: str, field: str) -> None:
    with pytest.raises(BadAccount, match=f"^{field}："):
        desk.accounts.create(username, name, Role.AGENT, actor="guanli")


def test_nobody_shuts_oneself_out(desk: Desk) -> None:
    with pytest.raises(BadAccount):
        desk.accounts.shut("guanli", True, actor="guanli")
    with pytest.raises(BadAccount):
        desk.accounts.set_role("guanli", Role.AGENT, actor="guanli")
    for change in (desk.accounts.reset_password, desk.accounts.remove_second_step):
        with pytest.raises(UnknownAgent):
            change("nobody", actor="guanli")
