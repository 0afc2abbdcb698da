"""上门时间: what is offered when, booked once, moved, freed; on both databases."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from desk.app import Desk
from desk.model.errors import SlotTaken, UnknownWorkOrder, VisitTooNear
from desk.model.visits import SlotWish
from desk.model.work_orders import State
from desk.store.tables import diagnosis_runs
from desk.store.visit_tables import crews_table, visits_table
from tests.conftest import Moment, open_desk_at
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer, deliver_sms
from tests.desk.test_diagnosis import PHONES, Talk, talk, told

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def at_question(desk: Desk, name: str = "孙建国") -> Talk:
    """A diagnosis whose open question is the visit."""
    opened = talk(desk, name)
    opened.starts()
    opened.says("还是红灯")
    return opened


def ordered(desk: Desk, said: str = "可以", wish: SlotWish | None = None) -> tuple[Talk, str]:
    opened = at_question(desk)
    turn = opened.says(said, wish=wish)
    assert turn.order is not None
    return opened, turn.order.number


def times(desk: Desk) -> list[datetime]:
    with desk.store.reading() as session:
        return list(
            session.scalars(
                visits_table.select()
                .with_only_columns(visits_table.c.starts_at)
                .where(visits_table.c.state == "booked")
                .order_by(visits_table.c.id)
            )
        )


def fill(desk: Desk, day: date, hour: int) -> None:
    """Take every place of a slot in 城西区."""
    starts = datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)
    with desk.store.writing() as work:
        crew = work.session.execute(
            crews_table.select().where(crews_table.c.area == "城西区")
        ).one()
        for place in range(1, crew.per_slot + 1):
            work.session.execute(
                visits_table.insert().values(
                    order_number=f"BX{day:%m%d}{hour}{place}",
                    crew_id=crew.id,
                    starts_at=starts,
                    ends_at=starts + timedelta(hours=2),
                    booked_at=work.now,
                    place=place,
                    state="booked",
                )
            )


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 11, 21, 12, tzinfo=UTC), "明天 8–10点"),  # Saturday evening
        (datetime(2026, 11, 23, 2, tzinfo=UTC), "明天 8–10点"),  # Monday at ten
        (datetime(2026, 11, 23, 18, tzinfo=UTC), "今天 8–10点"),  # two at night: this morning
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "今天 10–12点"),  # half past seven: an hour on
    ],
)
def test_the_first_slot_offered(
    sqlite_desk: Desk, moment: Moment, now: datetime, first: str
) -> None:
    moment.now = now
    opened = at_question(sqlite_desk)
    current = sqlite_desk.diagnosis.current(opened.id)
    assert current is not None
    assert current.prompts[-1].buttons[0] == first


def test_a_vip_is_offered_today(desk: Desk, moment: Moment) -> None:
    moment.now = datetime(2026, 11, 23, 4, tzinfo=UTC)  # Monday noon, the outage is over
    desk.access_network.set_fault("PON-0201", "fibre")
    opened = talk(desk, "赵敏")
    opened.starts()
    assert opened.says("还是红灯").prompts[-1].buttons[0] == "今天 14–16点"


def test_on_days_off_fewer_crews_come(desk: Desk) -> None:
    ordered(desk)
    opened = at_question(desk, "周丽")
    # One place on Sundays, and it is taken.
    turn = opened.says("还是不行")
    assert turn.state == "asking"


@pytest.mark.parametrize(
    ("said", "wish", "starts"),
    [
        ("明天 10–12点", None, datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("明天下午三点", SlotWish(SUNDAY, "15:00"), datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ("周一上午十点", SlotWish(MONDAY, "10:00"), datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("越快越好", None, datetime(2026, 11, 22, tzinfo=UTC)),
        ("都可以", None, datetime(2026, 11, 22, tzinfo=UTC)),
        ("可以", None, datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_a_time_is_chosen_in_the_customers_words(
    sqlite_desk: Desk, said: str, wish: SlotWish | None, starts: datetime
) -> None:
    ordered(sqlite_desk, said, wish)
    assert times(sqlite_desk) == [starts]


@pytest.mark.parametrize(
    "said", ["其他时间", "换个时间吧", "那个时间不方便", "有没有别的时间", "要上班"]
)
def test_other_times_are_shown(sqlite_desk: Desk, said: str) -> None:
    turn = at_question(sqlite_desk).says(said)
    assert turn.state == "asking"
    assert turn.prompts[-1].buttons == ("明天 8–10点", "明天 10–12点", "明天 14–16点", "其他时间")


def test_a_wish_that_fits_two_slots_is_a_choice(desk: Desk) -> None:
    opened = at_question(desk)
    turn = opened.says("明天下午", wish=SlotWish(SUNDAY, "下午"))
    assert turn.prompts[-1].buttons[:2] == ("明天 14–16点", "明天 16–18点")
    assert opened.says("明天 16–18点").state == "ordered"
    assert times(desk) == [datetime(2026, 11, 22, 8, tzinfo=UTC)]


def test_a_full_slot_leads_to_the_nearest(desk: Desk) -> None:
    fill(desk, SUNDAY, 14)
    opened = at_question(desk)
    turn = opened.says("明天下午三点", wish=SlotWish(SUNDAY, "15:00"))
    assert "约满" in told(turn)
    assert turn.prompts[-1].buttons[:3] == ("明天 8–10点", "明天 10–12点", "明天 16–18点")


def test_a_slot_taken_meanwhile_is_told_and_others_offered(desk: Desk) -> None:
    opened = at_question(desk)
    fill(desk, SUNDAY, 8)
    turn = opened.says("可以")
    assert (turn.state, "刚刚被约走" in told(turn)) == ("asking", True)
    assert desk.work_order_view.listed("all", "") == []
    assert opened.says("明天 10–12点").state == "ordered"


def test_when_all_is_full_within_the_limit_somebody_still_comes(desk: Desk) -> None:
    for day in (SUNDAY, MONDAY):
        for hour in (8, 10, 14, 16):
            fill(desk, day, hour)
    opened = at_question(desk)
    turn = opened.says("可以")
    assert turn.order is not None
    assert turn.order.promised_at == desk.clock.now() + timedelta(hours=24)
    assert "预约已满，需加派" in opened.order()["marks"]


def test_two_customers_never_get_the_last_place(
    postgres_url: str, tmp_path: Path, moment: Moment
) -> None:
    """Six customers of one area at the same instant, one place on Sunday morning."""
    desk = open_desk_at(postgres_url, tmp_path, moment)
    callers = []
    for number in range(6):
        customer = Customer(desk, name=f"c{number}")
        opened = Talk(desk, customer, customer.opens())
        opened.starts()
        opened.says("红灯一直闪")
        opened.says("还是红灯")
        callers.append(opened)
    with desk.store.writing() as work:
        # As if each had proved who they are: the area and the number are known.
        offered = {"area": "城西区", "contact": "13911112222", "node": "confirm_visit"}
        slots = ["2026-11-22/08:00"]
        work.session.execute(diagnosis_runs.update().values(**offered, offered=slots))

    def choose(opened: Talk, key: str) -> str:
        return desk.diagnosis.answer(opened.id, "明天 8–10点", signal=None, key=key).state

    got = at_once(*(partial(choose, each, each.customer.key()) for each in callers))
    assert sorted(map(str, got)) == ["asking"] * 5 + ["ordered"]
    assert times(desk) == [datetime(2026, 11, 22, tzinfo=UTC)]
    assert len(desk.work_order_view.listed("all", "")) == 1
    desk.close()


# -- the same fault again --------------------------------------------------------------------------


def test_the_same_fault_while_a_visit_is_coming_adds_to_its_order(desk: Desk) -> None:
    opened, number = ordered(desk)
    opened.starts()
    turn = opened.says("还是红灯")
    assert "您已经报过修，明天 8–10点 师傅会上门" in told(turn)
    again = opened.says("可以")
    assert again.order is not None
    assert again.order.number == number
    assert len(times(desk)) == 1
    order = opened.order()
    assert {"30天内重复故障", "优先处理"} <= set(order["marks"])
    assert len([s for s in order["steps"] if s["question"] == "光纤连接"]) == 2


def test_a_fault_that_comes_back_within_30_days_reopens_the_order(
    desk: Desk, moment: Moment
) -> None:
    opened, number = ordered(desk)
    for state in (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.RESOLVED):
        desk.work_orders.move(number, state, actor="cli")
    moment.pass_time(days=5)
    opened.customer.proves_identity(opened.id, PHONES["孙建国"])
    opened.starts()
    opened.says("还是红灯")
    turn = opened.says("可以")
    assert turn.order is not None
    assert turn.order.number == number
    assert "重新打开" in told(turn)
    order = opened.order()
    assert order["state"] == "new"
    assert any("重新处理" in event["text"] for event in order["history"])


def test_after_30_days_it_is_a_new_fault(desk: Desk, moment: Moment) -> None:
    opened, number = ordered(desk)
    moment.pass_time(days=31)
    opened.customer.proves_identity(opened.id, PHONES["孙建国"])
    opened.starts()
    opened.says("还是红灯")
    turn = opened.says("可以")
    assert turn.order is not None
    assert turn.order.number != number


def test_another_service_is_another_order(desk: Desk) -> None:
    opened, number = ordered(desk)
    turn = opened.starts("landline", "座机没声音")
    turn = opened.says("还是不行")
    turn = opened.says("可以")
    assert turn.order is not None
    assert turn.order.number != number


# -- moving and freeing ----------------------------------------------------------------------------


def test_a_visit_is_moved_and_its_old_place_is_free(desk: Desk) -> None:
    opened, number = ordered(desk)
    (planned,) = desk.visits.mine(opened.id)
    assert (planned.order_number, planned.label, planned.movable) == (number, "明天 8–10点", True)
    offer = desk.visits.offer(opened.id, number, SlotWish(MONDAY, "下午"))
    assert (offer.met, [slot.label for slot in offer.slots]) == (
        True,
        ["后天 14–16点", "后天 16–18点"],
    )
    receipt = desk.visits.move(opened.id, number, offer.slots[0].id, key="move")
    assert desk.visits.move(opened.id, number, offer.slots[0].id, key="move") == receipt
    assert receipt.label == "后天 14–16点"
    assert times(desk) == [datetime(2026, 11, 23, 6, tzinfo=UTC)]
    free = [slot.label for slot in desk.visits.offer(opened.id, number).slots]
    assert free[0] == "明天 8–10点"
    deliver_sms(desk)
    assert "已改为 后天 14–16点" in desk.journal.sms()[0].text
    due = {c["label"]: c["due_at"] for c in opened.order()["clocks"]}
    assert due["上门"] == receipt.promised_at


def test_a_wish_that_cannot_be_met_gets_the_nearest(desk: Desk) -> None:
    opened, number = ordered(desk)
    offer = desk.visits.offer(opened.id, number, SlotWish(SUNDAY, "晚上"))
    assert (offer.met, offer.slots[0].label) == (False, "明天 10–12点")


def test_a_slot_that_is_gone_cannot_be_taken(desk: Desk) -> None:
    opened, number = ordered(desk)
    fill(desk, MONDAY, 14)
    with pytest.raises(SlotTaken):
        desk.visits.move(opened.id, number, "2026-11-23/14:00", key="m")
    with pytest.raises(SlotTaken):
        desk.visits.move(opened.id, number, "2026-11-23/13:00", key="n")
    assert times(desk)[0] == datetime(2026, 11, 22, tzinfo=UTC)


def test_shortly_before_the_visit_it_is_not_moved(desk: Desk, moment: Moment) -> None:
    opened, number = ordered(desk)
    moment.now = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert [p.movable for p in desk.visits.mine(opened.id)] == [False]
    with pytest.raises(VisitTooNear):
        desk.visits.move(opened.id, number, "2026-11-23/14:00", key="m")


def test_strangers_move_nothing(desk: Desk) -> None:
    _, number = ordered(desk)
    stranger = Customer(desk, name="stranger").opens()
    assert desk.visits.mine(stranger) == ()
    with pytest.raises(UnknownWorkOrder):
        desk.visits.move(stranger, number, "2026-11-23/14:00", key="m")


def test_a_cancelled_order_frees_its_slot(desk: Desk) -> None:
    _, number = ordered(desk)
    desk.work_orders.move(number, State.CANCELLED, actor="customer")
    assert times(desk) == []


def test_an_order_without_a_time_can_get_one(desk: Desk) -> None:
    stranger = talk(desk)
    stranger.starts()
    stranger.says("红灯一直闪")
    stranger.says("还是红灯")
    stranger.says("13911112222")
    turn = stranger.says("等师傅电话约")
    assert turn.order is not None
    (planned,) = desk.visits.mine(stranger.id)
    assert planned.label is None
    stranger.customer.proves_identity(stranger.id, PHONES["孙建国"])
    offer = desk.visits.offer(stranger.id, turn.order.number)
    receipt = desk.visits.move(stranger.id, turn.order.number, offer.slots[0].id, key="m")
    assert receipt.label == "明天 8–10点"


# -- whom we do not know -------------------------------------------------------------------------


def stranger_asked_where(desk: Desk) -> Talk:
    """Nobody has proved anything; the number for the crew is given, the area is asked for."""
    opened = talk(desk)
    opened.starts(report="宽带断了，红灯")
    opened.says("LOS 亮红灯")
    opened.says("还是红灯")
    asked = opened.says("13912345678")
    assert "哪个区" in asked.prompts[-1].text
    assert "城西区" in asked.prompts[-1].buttons
    return opened


@pytest.mark.parametrize("said", ["城西区", "城西", "我住城西和平路12号"])
def test_a_stranger_names_the_area_and_chooses_a_time(desk: Desk, said: str) -> None:
    opened = stranger_asked_where(desk)
    assert desk.diagnosis.is_answer(opened.id, said)
    offered = opened.says(said)
    assert offered.state == "asking"
    assert offered.prompts[-1].buttons[0] == "明天 8–10点"
    done = opened.says("可以")
    assert done.order is not None
    assert "明天 8–10点" in done.prompts[0].text
    order = opened.order()
    assert order["area"] == "城西区"
    assert {"城西区"} == {s["answer"] for s in order["steps"] if s["question"] == "所在区域"}
    assert times(desk) == [datetime(2026, 11, 22, tzinfo=UTC)]


def test_a_stranger_in_an_outage_hears_of_it_instead_of_a_visit(desk: Desk) -> None:
    opened = stranger_asked_where(desk)
    told = opened.says("高新区")
    assert (told.state, told.order) == ("blocked", None)
    assert "正在发生网络故障" in told.prompts[0].text
    assert desk.work_order_view.listed("all", "") == []


@pytest.mark.parametrize("said", ["等师傅电话约", "不清楚", "不方便说"])
def test_a_stranger_who_does_not_say_where_is_called(sqlite_desk: Desk, said: str) -> None:
    opened = stranger_asked_where(sqlite_desk)
    done = opened.says(said)
    assert (done.state, times(sqlite_desk)) == ("ordered", [])
    assert "与您约时间" in done.prompts[0].text


def test_a_place_without_a_crew_is_asked_once_more_then_taken_down(sqlite_desk: Desk) -> None:
    opened = stranger_asked_where(sqlite_desk)
    assert not opened.says("火星路一号").understood
    done = opened.says("火星路一号")
    assert done.state == "ordered"
    assert "火星路一号" in [s["answer"] for s in opened.order()["steps"]]


@pytest.mark.parametrize(
    ("said", "signal", "state"),
    [
        ("先不用了", None, "stopped"),
        ("取消", "cancel", "stopped"),
        ("等一下", "wait", "asking"),
        ("再说一遍", "repeat", "asking"),
        ("还是13911112222吧", None, "asking"),
        ("又好了，能上网了", None, "solved"),
    ],
)
def test_at_the_question_where(
    sqlite_desk: Desk, said: str, signal: str | None, state: str
) -> None:
    assert stranger_asked_where(sqlite_desk).says(said, signal).state == state
