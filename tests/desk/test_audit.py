"""The audit log: whoever edits, deletes, swaps or cuts rows is found out (B11 in short form)."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.app import Desk
from desk.model.audit import AuditFilter, AuditRow
from desk.store.audit_tables import audit_head, audit_table
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, agent

ROWS = 300


def looked(desk: Desk, times: int, name: str = "c") -> None:
    someone = agent(desk)
    for number in range(times):
        desk.audit.looked(someone, "ConversationSeen", f"{name}-{number}")


@pytest.fixture
def long(desk: Desk) -> Desk:
    """A desk with some hundred rows."""
    before = desk.audit.verify().rows
    looked(desk, ROWS - before)
    assert (desk.audit.verify().rows, desk.audit.verify().broken) == (ROWS, None)
    return desk


@contextmanager
def tampered(desk: Desk) -> Any:
    """Somebody with the database in hand; afterwards all is as before."""
    with desk.store.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(audit_table)).mappings()]
        heads = [dict(row) for row in connection.execute(sa.select(audit_head)).mappings()]
    with desk.store.engine.begin() as connection:
        yield connection
    verdicts.append(desk.audit.verify().broken)
    with desk.store.engine.begin() as connection:
        for table, kept in ((audit_table, rows), (audit_head, heads)):
            connection.execute(table.delete())
            connection.execute(table.insert(), kept)


verdicts: list[int | None] = []
FIELDS = ("who", "role", "what", "subject", "details", "previous", "hash")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(["edit", "edit and rehash", "delete", "swap", "cut"]),
    seq=st.integers(1, ROWS),
    other=st.integers(1, ROWS),
    field=st.sampled_from(FIELDS),
)
def test_whatever_is_done_to_a_row_is_found(
    long: Desk, kind: str, seq: int, other: int, field: str
) -> None:
    if kind == "swap" and seq == other:
        other = seq % ROWS + 1
    here = audit_table.c.seq == seq
    with tampered(long) as connection:
        if kind == "delete":
            connection.execute(audit_table.delete().where(here))
        elif kind == "cut":
            connection.execute(audit_table.delete().where(audit_table.c.seq >= seq))
        elif kind == "swap":
            for a, b in ((seq, -1), (other, seq), (-1, other)):
                moved = audit_table.update().where(audit_table.c.seq == a).values(seq=b)
                connection.execute(moved)
        else:
            connection.execute(audit_table.update().where(here).values({field: "f" * 8}))
            if kind == "edit and rehash":
                row = connection.execute(sa.select(audit_table).where(here)).mappings().one()
                again = AuditRow(**row).expected_hash()
                connection.execute(audit_table.update().where(here).values(hash=again))
    first = min(seq, other) if kind == "swap" else seq
    # A row hashed anew does not fit the next one, the last one not the seal; a changed `hash` that
    # is right again is no change.
    later = kind == "edit and rehash" and field != "previous"
    unharmed = kind == "edit and rehash" and field == "hash"
    assert verdicts[-1] == (None if unharmed else first + later), (kind, field)


def test_a_whole_new_tail_does_not_fit_the_seal(long: Desk) -> None:
    with tampered(long) as connection:
        rows = connection.execute(
            sa.select(audit_table).where(audit_table.c.seq >= 200).order_by(audit_table.c.seq)
        ).mappings()
        previous = None
        for row in rows.all():
            new = {**row, "who": "nobody", "previous": previous or row["previous"]}
            previous = AuditRow(**new).expected_hash()
            here = audit_table.c.seq == row["seq"]
            connection.execute(audit_table.update().where(here).values(**new | {"hash": previous}))
        connection.execute(audit_head.update().values(hash=previous))
    assert verdicts[-1] == ROWS


def test_a_forged_end_is_not_made_good_by_what_follows(long: Desk) -> None:
    with tampered(long) as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq > 200))
        last = connection.scalar(sa.select(audit_table.c.hash).where(audit_table.c.seq == 200))
        connection.execute(audit_head.update().values(seq=200, hash=last))
    assert verdicts[-1] == 200
    with long.store.engine.begin() as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq > 200))
        connection.execute(audit_head.update().values(seq=200, hash=last))
    looked(long, 3, "later")
    assert long.audit.verify().broken == 203


def test_an_older_end_put_back_does_not_fit_the_note(long: Desk) -> None:
    with long.store.engine.connect() as connection:
        old = dict(connection.execute(sa.select(audit_head)).mappings().one())
    looked(long, 5, "later")
    long.tidy()
    with tampered(long) as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq > old["seq"]))
        connection.execute(audit_head.update().values(**old))
    assert verdicts[-1] == ROWS + 1
    # Nor is the note moved back to what is there.
    with tampered(long) as connection:
        connection.execute(audit_table.delete())
        connection.execute(audit_head.delete())
        long_note = _note(long)
    assert verdicts[-1] == 1
    assert _note(long) == long_note


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"seq": 1, "hash": "x", "seal": "y"}'])
def test_a_note_that_is_not_ours_fits_nothing(long: Desk, text: str) -> None:
    (long.settings.data_dir / "audit-anchor.json").write_text(text)
    assert long.audit.verify().broken == 1


def _note(desk: Desk) -> str:
    return (desk.settings.data_dir / "audit-anchor.json").read_text()


def test_changes_are_written_with_the_change(desk: Desk) -> None:
    here = Customer(desk).opens()
    desk.handoff.request(here, "asked", key="h")
    desk.handoff.take(here, agent(desk))
    desk.workplace.notes.write(here, agent(desk), "客户电话 13812345678，姓王")
    rows = desk.audit.listed(AuditFilter(subject=here))
    assert [(row.who, row.role, row.what) for row in rows] == [
        ("lixiao", "agent", "NoteWritten"),
        ("lixiao", "agent", "ConversationTaken"),
    ]
    # What customers and the bot do is the journal's.
    assert not desk.audit.listed(AuditFilter(who="customer"))


def test_personal_data_in_details_is_masked(desk: Desk) -> None:
    customer = Customer(desk)
    here = customer.opens()
    customer.proves_identity(here, "13800000001")
    why = "回拨 13812345678，我叫王小明"
    desk.workplace.oversight.unmask(here, agent(desk, "zhuguan"), why)
    (row,) = desk.audit.listed(AuditFilter(what="CustomerUnmasked"))
    assert json.loads(row.details)["why"] == "回拨 〔手机号〕，我叫〔姓名〕"


def test_what_is_undone_is_not_written(desk: Desk) -> None:
    before = desk.audit.verify().rows
    with pytest.raises(RuntimeError), desk.store.writing() as work:
        work.emit("NoteWritten", actor="lixiao", conversation_id="c-1")
        raise RuntimeError
    assert desk.audit.verify().rows == before


def test_many_at_once_stay_one_chain(database_url: str, tmp_path: Path, moment: Moment) -> None:
    desks = [open_desk_at(database_url, tmp_path, moment) for _ in range(4)]
    before = desks[0].audit.verify().rows
    jobs: list[Callable[[], object]] = [
        lambda desk=desk, place=place: looked(desk, 10, f"p{place}")  # type: ignore[misc]
        for place, desk in enumerate(desks)
    ]
    assert at_once(*jobs) == [None] * 4
    verdict = desks[0].audit.verify()
    assert (verdict.rows, verdict.broken) == (before + 40, None)
    for desk in desks:
        desk.close()


def test_retention_leaves_the_chain_whole(long: Desk, moment: Moment) -> None:
    moment.pass_time(days=4000)
    long.retention.run(long.retention.today())
    assert (long.audit.verify().rows, long.audit.verify().broken) == (ROWS, None)
