"""Clocks of real orders: warned, told, missed and escalated once; recomputed; explained."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.errors import UnknownWorkOrder
from desk.model.service_levels import LevelPolicy, PolicyBook, Span
from desk.model.sla import SlaClock
from desk.model.work_orders import State
from desk.policies import FOLDER
from desk.ports.working_days import ChinaWorkingDays
from desk.service_levels import level_policy, load_levels, policy_book, read_level
from desk.services.sla import ServiceLevels
from desk.store.tables import sla_clocks
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer

PHONE = "13911112222"
FILE = FOLDER / "service_levels" / "2026-01-01.yml"
# A Monday morning: nothing is held back because it is night.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def reported(desk: Desk) -> str:
    """A business order with the promise `handling`, eight hours."""
    here = Customer(desk).opens()
    return desk.spam.report(here, "95001", "推销", key="spam").number


def complained(desk: Desk) -> str:
    here = Customer(desk).opens()
    return desk.complaints.file(here, "网络", "网速慢", "修好", PHONE, key="c").number


def said(desk: Desk, *types: str) -> list[tuple[str, str, str]]:
    """What the sweeper wrote about clocks: event, clock and role."""
    return [
        (e.type, e.data["clock"], e.data.get("role", ""))
        for e in desk.journal.after(0)
        if e.type in (types or ("SlaWarned", "SlaBreached", "SlaEscalated", "CustomerToBeWarned"))
    ]


def rows(desk: Desk, subject: str) -> dict[str, SlaClock]:
    with desk.store.reading() as session:
        found = session.scalars(sa.select(SlaClock).where(sla_clocks.c.subject == subject))
        return {row.kind: row for row in found}


def move(desk: Desk, number: str, *states: State) -> None:
    for state in states:
        desk.work_orders.move(number, state, actor="cli")


def to_work(desk: Desk, number: str) -> None:
    """As far as in progress, however far the dispatch has brought it already."""
    path = [State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS]
    at = desk.work_order_view.one(number)["state"]
    move(desk, number, *path[path.index(State(at)) + 1 if at in path else 0 :])


def prioritise(desk: Desk, number: str, priority: str) -> None:
    with desk.store.writing() as work:
        work.emit("WorkOrderPriorityChanged", work_order=number, priority=priority)


def test_warned_told_missed_and_escalated_each_once(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    number = reported(desk)
    to_work(desk, number)
    begun = moment.now
    seen: list[Any] = []
    for minutes in (383, 384, 449, 450, 479, 480, 959, 960, 2000):
        moment.now = begun + timedelta(minutes=minutes)
        at_once(*[desk.levels.sweep] * 3)
        new = [one for one in said(desk)[len(seen) :] if one[1] == "handling"]
        seen = said(desk)
        assert new == {
            384: [("SlaWarned", "handling", ""), ("SlaEscalated", "handling", "owner")],
            450: [("CustomerToBeWarned", "handling", "")],
            480: [("SlaBreached", "handling", ""), ("SlaEscalated", "handling", "team_lead")],
            960: [("SlaEscalated", "handling", "supervisor")],
        }.get(minutes, []), minutes
    assert rows(desk, number)["handling"].next_at is None
    history = [event["text"] for event in desk.work_order_view.one(number)["history"]]
    assert {"即将超时：办理", "超时：办理", "办理：通知班组长", "提前告知客户可能延迟：办理"} <= {
        *history
    }


def test_a_sweeper_that_slept_over_the_end_says_no_word_before_it(
    desk: Desk, moment: Moment
) -> None:
    moment.now = MONDAY
    number = reported(desk)
    to_work(desk, number)
    moment.pass_time(hours=9)
    desk.levels.sweep()
    assert [one[0] for one in said(desk)] == ["SlaBreached", "SlaEscalated"]
    assert desk.levels.sweep() == 0


def test_the_customer_is_told_before_the_miss(desk: Desk, moment: Moment) -> None:
    moment.now = MONDAY
    here = Customer(desk).opens()
    number = desk.complaints.file(here, "网络", "网速慢", "修好", PHONE, key="c").number
    to_work(desk, number)
    moment.now = rows(desk, number)["first_result"].due_at - timedelta(hours=7)
    desk.levels.sweep()
    _, messages = desk.conversations.history("rest", "zhang")
    told = messages[-1].text
    assert told.startswith(f"很抱歉，您的诉求（工单 {number}）承诺 11月24日 23:59 前完成“首次答复”")


def test_nothing_is_said_while_the_customer_is_waited_for(desk: Desk, moment: Moment) -> None:
    number = reported(desk)
    to_work(desk, number)
    moment.pass_time(hours=1)
    move(desk, number, State.PENDING)
    moment.pass_time(days=30)
    assert desk.levels.sweep() == 0
    move(desk, number, State.IN_PROGRESS)
    assert rows(desk, number)["handling"].due_at == moment.now + timedelta(hours=7)


def test_a_priority_keeps_the_time_given_back(desk: Desk, moment: Moment) -> None:
    number = reported(desk)
    to_work(desk, number)
    moment.pass_time(hours=1)
    move(desk, number, State.PENDING)
    moment.pass_time(days=2)
    move(desk, number, State.IN_PROGRESS)
    prioritise(desk, number, "important")  # 4 h, of which one is over
    clock = rows(desk, number)["handling"]
    assert clock.due_at == moment.now + timedelta(hours=3)
    assert desk.work_order_view.one(number)["promised_at"] == clock.due_at
    prioritise(desk, number, "normal")
    assert rows(desk, number)["handling"].due_at == moment.now + timedelta(hours=7)


def other_policy(desk: Desk, version: str = "2026-12", **hours: float) -> LevelPolicy:
    """The policy in force with other lengths for some clocks of business orders."""
    policy = level_policy(version, read_level(FILE), desk.settings.zone, desk.working_days)
    business = policy.subjects["business"]
    clocks = dict(business.clocks)
    for kind, length in hours.items():
        spans = {value: Span(hours=length) for value in clocks[kind].spans}
        clocks[kind] = replace(clocks[kind], spans=spans)
    subjects = {**policy.subjects, "business": replace(business, clocks=clocks)}
    return replace(policy, subjects=subjects, effective_from=date(2026, 12, 1))


def levels_with(desk: Desk, *policies: LevelPolicy) -> ServiceLevels:
    book = PolicyBook((*desk.levels.book.versions, *policies))
    return ServiceLevels(desk.store, book, desk.settings.zone)


def test_an_order_keeps_its_version_until_it_is_recomputed(desk: Desk, moment: Moment) -> None:
    number = reported(desk)
    begun = moment.now
    levels = levels_with(desk, other_policy(desk, handling=2))
    moment.pass_time(days=14)  # the new version is in force
    assert levels.recompute() == []
    assert levels.policy(moment.now).version == "2026-12"
    (moved,) = levels.recompute(to="2026-12")
    assert (moved.subject, moved.clock) == (number, "handling")
    assert (moved.before, moved.after) == (begun + timedelta(hours=8), begun + timedelta(hours=2))
    assert rows(desk, number)["handling"].policy == "2026-12"
    assert levels.recompute(to="2026-12") == []
    texts = [event["text"] for event in desk.work_order_view.one(number)["history"]]
    assert "时限重新计算" in texts


def test_another_version_keeps_the_time_given_back(desk: Desk, moment: Moment) -> None:
    number = reported(desk)
    to_work(desk, number)
    moment.pass_time(hours=1)
    move(desk, number, State.PENDING)
    moment.pass_time(days=2)
    move(desk, number, State.IN_PROGRESS)
    levels = levels_with(desk, other_policy(desk, handling=5))
    (moved,) = levels.recompute(to="2026-12")
    assert moved.after == moment.now + timedelta(hours=4)
    assert desk.work_order_view.one(number)["promised_at"] == moved.after


def test_other_days_do_not_lengthen_a_complaint_that_was_raised(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    for key in ("c", "again"):
        number = desk.complaints.file(here, "网络", "网速慢", "修好", PHONE, key=key).number
    before = rows(desk, number)["close"].due_at
    off = ChinaWorkingDays(days_off={date(2026, 11, 25)})
    book = policy_book(load_levels(FOLDER / "service_levels"), desk.settings.zone, off)
    ServiceLevels(desk.store, book, desk.settings.zone).recompute()
    assert rows(desk, number)["close"].due_at == before + timedelta(days=3)  # over a weekend


def test_what_reaches_into_an_unannounced_year_is_recomputed_when_it_is_announced(
    desk: Desk, moment: Moment
) -> None:
    moment.now = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
    number = complained(desk)
    before = rows(desk, number)
    assert {kind for kind, row in before.items() if row.provisional} == {"close"}
    assert desk.levels.recompute(provisional=True) == []
    announced = ChinaWorkingDays(days_off={date(2027, 1, 4)}, announced={2027})
    zone = desk.settings.zone
    book = policy_book(load_levels(FOLDER / "service_levels"), zone, announced)
    levels = ServiceLevels(desk.store, book, zone)
    (moved,) = levels.recompute(provisional=True)
    assert (moved.clock, moved.provisional) == ("close", False)
    assert moved.before == before["close"].due_at
    assert moved.after == moved.before + timedelta(days=1)
    assert not rows(desk, number)["close"].provisional
    assert levels.recompute(provisional=True) == []


def test_rows_and_fold_agree_after_a_life(desk: Desk, moment: Moment) -> None:
    number = complained(desk)
    to_work(desk, number)
    for state in (State.PENDING, State.IN_PROGRESS, State.RESOLVED):
        moment.pass_time(hours=7)
        move(desk, number, state)
        desk.levels.sweep()
    with desk.store.reading() as session:
        folded = desk.levels.folded(session, number)
    assert {c.kind: (c.due_at, c.state, c.next_at()) for c in folded.clocks} == {
        kind: (row.due_at, row.state, row.next_at) for kind, row in rows(desk, number).items()
    }


def test_explained_step_by_step(desk: Desk, moment: Moment) -> None:
    number = reported(desk)
    begun = moment.now
    to_work(desk, number)
    moment.pass_time(hours=1)
    move(desk, number, State.PENDING)
    moment.pass_time(hours=20)
    move(desk, number, State.IN_PROGRESS)
    moment.pass_time(hours=8)
    desk.levels.sweep()
    move(desk, number, State.RESOLVED)
    found = desk.level_view.explain(number)
    (life,) = [life for life in found.clocks if life.clock.kind == "handling"]
    hours = [(step.what, step.counted / timedelta(hours=1)) for step in life.steps]
    assert hours == [
        ("started", 0),
        ("paused", 1),
        ("resumed", 0),
        ("SlaBreached", 8),
        ("SlaEscalated", 0),
        ("fulfilled", 0),
    ]
    assert life.counted == timedelta(hours=9)
    assert [step.due_at - begun for step in life.steps] == [
        timedelta(hours=hours) for hours in (8, 8, 28, 28, 28, 28)
    ]
    assert (found.policy, life.clock.state) == ("2026-01-01", "late")
    with pytest.raises(UnknownWorkOrder):
        desk.level_view.explain("YW261121000000")


def test_replayed_under_another_policy(desk: Desk, moment: Moment) -> None:
    first = reported(desk)
    to_work(desk, first)
    moment.pass_time(hours=3)
    move(desk, first, State.RESOLVED)
    before = desk.journal.after(0)[-1].id
    day = timedelta(days=1)
    replayed = desk.level_view.replay(
        other_policy(desk, handling=2), moment.now - day, moment.now + day
    )
    assert replayed.orders == 1
    changed = [
        (o.number, o.clock, o.before, o.after) for o in replayed.outcomes if o.before != o.after
    ]
    assert changed == [(first, "handling", "met", "late")]
    now, then = replayed.totals["handling"]
    assert (now["met"], now["late"], then["met"], then["late"]) == (1, 0, 0, 1)
    nothing = desk.level_view.replay(other_policy(desk), moment.now + day, moment.now + 2 * day)
    assert (nothing.orders, nothing.outcomes) == (0, ())
    assert desk.journal.after(0)[-1].id == before


def test_a_row_without_a_journal_behind_it_is_dropped(desk: Desk, moment: Moment) -> None:
    with desk.store.writing() as work:
        stray = SlaClock("dispatch", "BX261121000001", moment.now, moment.now, next_at=moment.now)
        work.session.add(stray)
    assert desk.levels.sweep() == 0
    assert rows(desk, "BX261121000001") == {}
