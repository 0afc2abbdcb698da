"""Retention: nothing younger than its period goes, nothing unarchived, a kill loses nothing."""

import gzip
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.changes import ChangeKind
from desk.model.errors import BadData
from desk.model.retention import ClassReport, months_back
from desk.model.work_orders import State
from desk.retention_policy import load_retention
from desk.services.retention import MANIFEST, RetentionRefused
from desk.store.change_tables import changes_table
from desk.store.mapping import metadata
from desk.store.records import KEPT, RECORDS
from desk.store.tables import conversations_table, messages, work_orders_table
from tests.conftest import Moment
from tests.desk.talking import Customer


def counts(desk: Desk) -> dict[str, int]:
    with desk.store.reading() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def archived(desk: Desk) -> list[dict[str, Any]]:
    """All archived rows, with every file checked against the manifest."""
    folder = desk.settings.data_dir / "archive"
    rows = []
    for entry in json.loads((folder / MANIFEST).read_text())["files"]:
        content = (folder / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        lines = [json.loads(line) for line in gzip.decompress(content).decode().splitlines()]
        assert len(lines) == sum(entry["rows"].values())
        rows += lines
    return rows


def by_class(reports: list[ClassReport]) -> dict[str, tuple[int, int, int]]:
    return {one.name: (one.found, one.archived, one.deleted) for one in reports}


def complaint(desk: Desk, name: str, *, ended: bool) -> tuple[str, str]:
    conversation = Customer(desk, name).opens()
    number = desk.complaints.file(
        conversation, "网络", "网速慢", "修好", "13911112222", key=name
    ).number
    if ended:
        desk.work_orders.move(number, State.CANCELLED, actor="cli")
    return conversation, number


def later(moment: Moment, months: int, days: int = 1) -> None:
    """So many months and a day on, as the calendar counts them."""
    day = moment.now.date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    moment.now = moment.now.replace(year=year, month=month + 1) + timedelta(days=days)


def test_every_table_has_decided() -> None:
    covered = {record.key.table.name for record in RECORDS}
    covered |= {part.column.table.name for record in RECORDS for part in record.parts}
    embedded = {name for name in metadata.tables if name.startswith("bss_")}
    assert covered | set(KEPT) | embedded == set(metadata.tables)
    assert not covered & set(KEPT)


def test_rows_go_before_what_they_point_at() -> None:
    for record in RECORDS:
        order = [part.column.table for part in record.parts] + [record.key.table]
        for place, table in enumerate(order):
            for key in table.foreign_keys:
                target = key.column.table
                assert target not in order or order.index(target) >= place, (
                    table.name,
                    target.name,
                )


def test_talk_goes_after_a_year_the_complaint_after_three(desk: Desk, moment: Moment) -> None:
    Customer(desk, "talker").opens()
    _, number = complaint(desk, "angry", ended=True)
    before = counts(desk)
    later(moment, 12, days=-1)
    assert set(by_class(desk.retention.run(desk.retention.today())).values()) == {(0, 0, 0)}
    assert counts(desk) == before
    later(moment, 0, days=2)
    told = by_class(desk.retention.run(desk.retention.today()))
    assert told["requests"] == (1, 1, 1)
    assert told["complaints"] == (0, 0, 0)
    assert desk.work_order_view.one(number)["number"] == number
    later(moment, 24)
    told = by_class(desk.retention.run(desk.retention.today()))
    assert (told["complaints"], told["requests"]) == ((1, 1, 1), (1, 1, 1))
    after = counts(desk)
    for table in ("work_orders", "complaints", "sla_clocks", "conversations", "messages"):
        assert after[table] == 0, table
    rows = archived(desk)
    for table in ("work_orders", "complaints", "messages", "conversations", "sla_clocks"):
        assert sum(row["table"] == table for row in rows) == before[table], table


def test_what_is_not_ended_stays_whatever_its_age(desk: Desk, moment: Moment) -> None:
    conversation, number = complaint(desk, "open", ended=False)
    desk.handoff.request(conversation, "asked", key="h")
    later(moment, 240)
    told = by_class(desk.retention.run(desk.retention.today()))
    assert (told["complaints"], told["requests"]) == ((0, 0, 0), (0, 0, 0))
    assert desk.conversation_view.one(conversation)["messages"]
    assert desk.work_order_view.one(number)["state"] == State.NEW


def test_looking_changes_nothing_and_tells_the_same(desk: Desk, moment: Moment) -> None:
    Customer(desk, "talker").opens()
    later(moment, 13)
    before = counts(desk)
    looked = desk.retention.look(desk.retention.today())
    assert counts(desk) == before
    assert not (desk.settings.data_dir / "archive").exists()
    done = desk.retention.run(desk.retention.today())
    found = {one.name: one.found for one in looked}
    # Nobody is without any record before the records are gone.
    assert found | {"identities": 1} == {one.name: one.found for one in done}
    assert by_class(looked)["requests"] == (1, 0, 0)


def test_a_kill_between_file_and_commit_loses_and_doubles_nothing(
    desk: Desk, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        Customer(desk, name).opens()
    later(moment, 13)
    before = counts(desk)
    policy = desk.retention._policy.model_copy(update={"batch": 1})  # noqa: SLF001
    monkeypatch.setattr(desk.retention, "_policy", policy)
    done: list[str] = []
    (requests,) = (record for record in RECORDS if record.class_name == "requests")
    statements_per_batch = len(requests.parts) + 1

    def killed(_table: sa.Table) -> Any:
        # After the second file is on the disk, before its rows are gone.
        done.append("statement")
        if len(done) > statements_per_batch:
            raise KeyboardInterrupt
        return real(_table)

    real = sa.delete
    with monkeypatch.context() as patch:
        patch.setattr("desk.services.retention.sa.delete", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.retention.run(desk.retention.today())
    half = counts(desk)
    assert 0 < half["conversations"] < before["conversations"]
    orphans = {path.name for path in (desk.settings.data_dir / "archive").glob("*.gz")}
    assert len(orphans) == before["conversations"] - half["conversations"] + 1
    told = by_class(desk.retention.run(desk.retention.today()))
    assert told["requests"][2] == half["conversations"]
    rows = archived(desk)
    for table in (conversations_table.name, messages.name):
        kept = [json.dumps(row) for row in rows if row["table"] == table]
        assert (len(kept), len(set(kept))) == (before[table], before[table])


def test_a_confirmed_change_keeps_its_order(desk: Desk, moment: Moment) -> None:
    _, number = complaint(desk, "angry", ended=True)
    with desk.store.engine.begin() as connection:
        connection.execute(work_orders_table.update().values(kind="business"))
        connection.execute(_change(number, moment))
    later(moment, 40)
    assert by_class(desk.retention.run(desk.retention.today()))["executions"] == (0, 0, 0)
    later(moment, 21)
    told = by_class(desk.retention.run(desk.retention.today()))
    assert (told["acceptances"], told["executions"][2]) == ((1, 1, 1), 1)


def _change(number: str, moment: Moment) -> sa.Insert:
    return changes_table.insert().values(
        kind=next(iter(ChangeKind)),
        state="confirmed",
        conversation_id="c-none",
        details={},
        title="换套餐",
        lines=[],
        quoted_at=moment.now,
        expires_at=moment.now,
        effective_on=moment.now.date(),
        confirmed_at=moment.now,
        number=number,
    )


def test_a_day_to_come_is_only_looked_at(desk: Desk) -> None:
    tomorrow = desk.retention.today() + timedelta(days=1)
    assert desk.retention.look(tomorrow)
    with pytest.raises(RetentionRefused, match="将来"):
        desk.retention.run(tomorrow)


def test_only_one_run_at_a_time(desk: Desk) -> None:
    with (
        desk.retention._alone(),  # noqa: SLF001
        pytest.raises(RetentionRefused, match="正在运行"),
    ):
        desk.retention.run(desk.retention.today())


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 21), 12, date(2025, 11, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 30), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 11, 21), 60, date(2021, 11, 21)),
    ],
)
def test_months_back(day: date, months: int, expected: date) -> None:
    assert months_back(day, months) == expected


def test_the_periods_are_those_of_the_service_standard() -> None:
    policy = load_retention()
    assert policy.months("requests") >= 12
    assert min(policy.months("executions"), policy.months("complaints")) >= 36
    assert policy.months("acceptances") >= 60


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("logs: {months: 3}", "retention.yml: logs.months: "),
        ("logs: {months: x}", "retention.yml: logs.months: "),
        ("colour: red", "retention.yml: colour: "),
        ("batch: 0", "retention.yml: batch: "),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, line: str, told: str) -> None:
    names = ("requests", "executions", "complaints", "acceptances", "identities", "logs")
    lines = {name: f"{name}: {{months: 12}}" for name in names} | {"batch": "batch: 10"}
    lines[line.partition(":")[0]] = line
    (tmp_path / "retention.yml").write_text("\n".join(lines.values()))
    with pytest.raises(BadData) as caught:
        load_retention(tmp_path)
    assert str(caught.value).startswith(told)
