"""The store: once is once, migrations make the tables, times are aware."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.agents import Role
from desk.model.conversations import ConversationState
from desk.policies import load_policies
from desk.seed import is_seeded, seed
from desk.store.routing_tables import handoff_routes
from desk.store.schema import current_revision, differences, is_current, migrate
from desk.store.tables import channel_identities, conversations_table, handoffs
from desk.store.unit_of_work import Store, Work
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer


def wrote(desk: Desk) -> int:
    return len([e for e in desk.journal.after(0) if e.type == "Wrote"])


def test_eight_callers_with_one_key_have_one_effect_and_the_same_result(desk: Desk) -> None:
    def do(work: Work) -> int:
        work.emit("Wrote")
        return desk.journal.last_id()

    for round_number in range(3):
        results = at_once(*[lambda n=round_number: desk.store.once(f"key-{n}", int, do)] * 8)
        assert len(set(results)) == 1
        assert isinstance(results[0], int)
        assert wrote(desk) == round_number + 1


def test_what_failed_may_be_tried_again_with_the_same_key(desk: Desk) -> None:
    def fails(work: Work) -> int:
        work.emit("Wrote")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        desk.store.once("key", int, fails)
    assert wrote(desk) == 0
    assert desk.store.once("key", int, lambda _work: 5) == 5
    assert desk.store.once("key", int, lambda _work: 6) == 5


def test_a_naive_time_never_reaches_the_database(desk: Desk) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive datetime"), desk.store.writing() as work:
        work.now = datetime(2026, 11, 21)  # noqa: DTZ001
        work.emit("Wrote")


def test_times_come_back_as_they_went(desk: Desk, moment: Moment) -> None:
    moment.now = datetime(2026, 11, 21, 12, 34, 56, 789000, tzinfo=UTC)
    with desk.store.writing() as work:
        work.emit("Wrote")
    assert desk.journal.after(0)[-1].at == moment.now


def check_fresh(url: str, folder: Path, moment: Moment) -> None:
    desk = open_desk_at(url, folder, moment)
    assert not is_current(desk.store.engine)
    before, after = migrate(desk.store.engine)
    assert (before, is_current(desk.store.engine)) == (None, True)
    assert differences(desk.store.engine) == []
    assert migrate(desk.store.engine) == (after, after)
    with desk.store.engine.connect() as connection:
        assert current_revision(connection) == after
    assert not is_seeded(desk)
    passwords = seed(desk)
    assert is_seeded(desk)
    assert set(passwords) == {agent.username for agent in desk.staff.all()}
    for username, password in passwords.items():
        assert desk.staff.sign_in(username, password)
    desk.close()


def test_a_fresh_sqlite_file_equals_the_tables(tmp_path: Path, moment: Moment) -> None:
    check_fresh(f"sqlite:///{tmp_path / 'fresh.db'}", tmp_path, moment)


def test_a_fresh_postgresql_database_equals_the_tables(
    empty_postgres: str, tmp_path: Path, moment: Moment
) -> None:
    check_fresh(empty_postgres, tmp_path, moment)


def check_open_handoffs(url: str, folder: Path, moment: Moment) -> None:
    desk = open_desk_at(url, folder, moment)
    engine = desk.store.engine
    migrate(engine, "0022")
    waiting, over = "c-waiting", "c-over"
    with engine.begin() as connection:
        for number, name in enumerate((waiting, over), start=1):
            whose = {"id": number, "channel": "rest", "external_id": name}
            connection.execute(channel_identities.insert().values(**whose, created_at=moment.now))
            opened = {**whose, "id": name, "identity_id": number, "opened_at": moment.now}
            connection.execute(
                conversations_table.insert().values(
                    **opened, state=ConversationState.QUEUED, fence=0
                )
            )
            asked = {"id": number, "conversation_id": name, "reason": "asked"}
            times = {"requested_at": moment.now, "due_at": moment.now}
            closed = moment.now if name == over else None
            connection.execute(handoffs.insert().values(**asked, **times, closed_at=closed))
    migrate(engine)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(handoff_routes)).mappings().all()
        (row,) = rows
        assert (row["conversation_id"], row["queue"]) == (waiting, "general")
        assert (row["language"], row["since"], row["owner"]) == ("zh", moment.now, None)
        ranks = sa.select(handoffs.c.rank).order_by(handoffs.c.id)
        assert connection.scalars(ranks).all() == [len(load_policies().handoff.ranks) - 1, 0]
    desk.staff.create("lixiao", "李晓", Role.AGENT, "a password")
    desk.staff.sign_in("lixiao", "a password")
    assert desk.people.routing.sweep() == 1
    desk.close()


def test_who_waits_in_a_sqlite_file_at_the_upgrade_is_offered(
    tmp_path: Path, moment: Moment
) -> None:
    check_open_handoffs(f"sqlite:///{tmp_path / 'old.db'}", tmp_path, moment)


def test_who_waits_in_postgresql_at_the_upgrade_is_offered(
    empty_postgres: str, tmp_path: Path, moment: Moment
) -> None:
    check_open_handoffs(empty_postgres, tmp_path, moment)


def test_an_acknowledged_message_survives_the_power_switch(
    sqlite_template: Path, moment: Moment
) -> None:
    store = Store(f"sqlite:///{sqlite_template}", moment.clock())
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_keys_are_forgotten_after_a_month_not_before(desk: Desk, moment: Moment) -> None:
    conversation = Customer(desk).opens()
    first = desk.handoff.request(conversation, "asked", key="old")
    moment.pass_time(days=29)
    assert desk.tidy() == 0
    assert desk.handoff.request(conversation, "asked", key="old") == first
    moment.pass_time(days=2)
    assert desk.tidy() == 1
