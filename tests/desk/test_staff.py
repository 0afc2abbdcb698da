"""Staff sign in, are locked out after guessing, and are forgotten when they go."""

import pytest

from desk.app import Desk
from desk.model.agents import AgentStatus, Role
from desk.model.errors import BadCredentials
from tests.conftest import Moment
from tests.desk.talking import agent

PASSWORD = "011-022-033-044"


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    desk.staff.set_password("lixiao", PASSWORD)
    return desk


def refused(desk: Desk, username: str = "lixiao", password: str = "wrong") -> bool:
    with pytest.raises(BadCredentials):
        desk.staff.sign_in(username, password)
    return True


def test_signing_in_and_out(staffed: Desk) -> None:
    who, session_id = staffed.staff.sign_in("lixiao", PASSWORD)
    assert (who.name, who.role) == ("李晓", Role.AGENT)
    found = staffed.staff.by_session(session_id)
    assert (found and found.id, found and found.status) == (who.id, AgentStatus.ONLINE)
    staffed.staff.sign_out(session_id)
    assert staffed.staff.by_session(session_id) is None
    assert agent(staffed).status is AgentStatus.OFFLINE
    staffed.staff.sign_out(session_id)


def test_every_sign_in_has_its_own_session(staffed: Desk) -> None:
    (_, first), (_, second) = (staffed.staff.sign_in("lixiao", PASSWORD) for _ in range(2))
    assert first != second
    staffed.staff.sign_out(first)
    assert staffed.staff.by_session(second) is not None


def test_a_session_id_cannot_be_read_from_the_database(staffed: Desk) -> None:
    _, session_id = staffed.staff.sign_in("lixiao", PASSWORD)
    told = str([(e.type, e.actor, e.data) for e in staffed.journal.after(0)])
    assert session_id not in told
    assert staffed.staff.by_session(f"{session_id}x") is None
    assert staffed.staff.by_session("") is None


def test_wrong_name_and_wrong_password_are_refused_alike(staffed: Desk) -> None:
    for username in ("nobody", "lixiao", ""):
        assert refused(staffed, username)


def test_five_wrong_passwords_lock_for_five_minutes(staffed: Desk, moment: Moment) -> None:
    for _ in range(5):
        refused(staffed)
    assert refused(staffed, password=PASSWORD)
    moment.pass_time(minutes=5, seconds=1)
    assert staffed.staff.sign_in("lixiao", PASSWORD)


def test_four_wrong_passwords_and_the_right_one(staffed: Desk) -> None:
    for _ in range(2):
        for _ in range(4):
            assert refused(staffed)
        assert staffed.staff.sign_in("lixiao", PASSWORD)


def test_one_locked_account_does_not_lock_the_others(staffed: Desk) -> None:
    staffed.staff.set_password("chenyu", "044-033-022-011")
    for _ in range(5):
        refused(staffed)
    assert staffed.staff.sign_in("chenyu", "044-033-022-011")


def test_an_idle_session_ends_and_a_used_one_does_not(staffed: Desk, moment: Moment) -> None:
    _, session_id = staffed.staff.sign_in("lixiao", PASSWORD)
    moment.pass_time(hours=11)
    assert staffed.staff.by_session(session_id) is not None
    moment.pass_time(hours=11)
    assert staffed.staff.by_session(session_id) is not None
    moment.pass_time(hours=12, seconds=1)
    assert staffed.staff.by_session(session_id) is None


def test_a_new_password_ends_all_sessions_and_the_lock(staffed: Desk) -> None:
    sessions = [staffed.staff.sign_in("lixiao", PASSWORD)[1] for _ in range(2)]
    for _ in range(5):
        refused(staffed)
    assert staffed.staff.set_password("lixiao", "999-888-777-666")
    assert [staffed.staff.by_session(s) for s in sessions] == [None, None]
    assert refused(staffed, password=PASSWORD)
    assert staffed.staff.sign_in("lixiao", "999-888-777-666")
    assert not staffed.staff.set_password("nobody", "x")


def test_passwords_are_stored_as_argon2(staffed: Desk) -> None:
    assert agent(staffed).password_hash.startswith("$argon2id$")
