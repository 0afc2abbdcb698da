"""通知: own channel first, SMS otherwise, held at night, never the same twice."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from desk.app import Desk
from desk.model.notices import Notice, after_quiet
from desk.model.work_orders import State
from desk.services.work_orders import find_by_number
from tests.conftest import Moment
from tests.desk.concurrently import at_once
from tests.desk.talking import Customer

ZONE = ZoneInfo("Asia/Shanghai")
PHONE = "13911112222"


@pytest.mark.parametrize(
    ("moment", "quiet", "expected"),
    [
        ("2026-11-21T21:59", ("22:00", "08:00"), "2026-11-21T21:59"),
        ("2026-11-21T22:00", ("22:00", "08:00"), "2026-11-22T08:00"),
        ("2026-11-22T00:00", ("22:00", "08:00"), "2026-11-22T08:00"),
        ("2026-11-22T07:59", ("22:00", "08:00"), "2026-11-22T08:00"),
        ("2026-11-22T08:00", ("22:00", "08:00"), "2026-11-22T08:00"),
        ("2026-11-22T13:00", ("12:00", "14:00"), "2026-11-22T14:00"),
        ("2026-11-22T11:59", ("12:00", "14:00"), "2026-11-22T11:59"),
        ("2026-11-22T12:00", ("12:00", "12:00"), "2026-11-22T12:00"),  # no quiet hours
    ],
)
def test_quiet_hours(moment: str, quiet: tuple[str, str], expected: str) -> None:
    begin, end = (time.fromisoformat(text) for text in quiet)
    given = datetime.fromisoformat(moment).replace(tzinfo=ZONE).astimezone(UTC)
    wanted = datetime.fromisoformat(expected).replace(tzinfo=ZONE)
    assert after_quiet(given, begin, end, ZONE) == wanted


def filed(desk: Desk, here: str) -> str:
    return desk.complaints.file(here, "网络", "网速慢", "修好", PHONE, key=f"f-{here}").number


def tell(desk: Desk, number: str, kind: str = "resolved", **values: str) -> bool:
    with desk.store.writing() as work:
        order = find_by_number(work.session, number)
        assert order is not None
        return desk.notices.tell(work, order, kind, **values)


def heard(desk: Desk, customer: Customer) -> list[str]:
    _, messages = desk.conversations.history(customer.channel, customer.name)
    return [message.text for message in messages if message.author == "system"]


def sms(desk: Desk) -> list[str]:
    found = [d for d in desk.outbox.claim(["sms"]) if d.recipient == PHONE]
    for one in found:
        desk.outbox.delivered(one.outbox_id)
    return [one.text for one in found]


def test_the_receipt_comes_by_sms_at_any_hour(desk: Desk, moment: Moment) -> None:
    moment.now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 2 at night
    number = filed(desk, Customer(desk).opens())
    assert sms(desk) == [f"【小通电信】您的诉求已受理，工单号 {number}，可随时凭号查询进度。"]


def test_told_where_the_customer_was_last(desk: Desk, moment: Moment) -> None:
    home, away = Customer(desk, "zhang"), Customer(desk, "w-1", "webchat")
    here = home.opens()
    home.proves_identity(here, "13800000001")
    number = filed(desk, here)
    moment.pass_time(minutes=1)
    there = away.opens()
    assert tell(desk, number)
    assert (len(heard(desk, home)), heard(desk, away)) == (1, [])
    moment.pass_time(minutes=1)
    away.proves_identity(there, "13800000001")
    away.hears(away.says("你好"), "您好")
    assert tell(desk, number, "cancelled", why="重复")
    assert len(heard(desk, away)) == 1 and "重复" in heard(desk, away)[0]


def test_a_later_visitor_is_not_told(desk: Desk, moment: Moment) -> None:
    home, cafe = Customer(desk, "zhang"), Customer(desk, "w-1", "webchat")
    here = home.opens()
    home.proves_identity(here, "13800000001")
    number = filed(desk, here)
    there = cafe.opens()
    cafe.proves_identity(there, "13800000001")
    moment.pass_time(minutes=31)
    cafe.hears(cafe.says("你好"), "您好")
    assert tell(desk, number)
    assert (len(heard(desk, home)), heard(desk, cafe)) == (1, [])


def test_in_wechat_who_proved_once_is_still_told(desk: Desk, moment: Moment) -> None:
    home, wechat = Customer(desk, "w-1", "webchat"), Customer(desk, "o-1", "wechat")
    here = home.opens()
    home.proves_identity(here, "13800000001")
    number = filed(desk, here)
    there = wechat.opens()
    wechat.proves_identity(there, "13800000001")
    moment.pass_time(hours=20)
    wechat.hears(wechat.says("谢谢"), "不客气")
    assert tell(desk, number)
    assert (heard(desk, home), len(heard(desk, wechat))) == ([], 1)
    # What we said there does not make it the channel used last.
    moment.pass_time(minutes=1)
    home.hears(home.says("在吗"), "在的")
    tell(desk, number, "cancelled", why="甲")
    assert len(heard(desk, home)) == 1
    assert tell(desk, number, "cancelled", why="乙")
    assert (len(heard(desk, home)), len(heard(desk, wechat))) == (2, 1)


def test_somebody_elses_wechat_is_never_told(desk: Desk, moment: Moment) -> None:
    home, wechat = Customer(desk, "w-1", "webchat"), Customer(desk, "o-1", "wechat")
    here = home.opens()
    home.proves_identity(here, "13800000001")
    number = filed(desk, here)
    there = wechat.opens()
    wechat.hears(wechat.says("我是王芳，13800000001"), "好的")
    assert tell(desk, number)
    assert (len(heard(desk, home)), heard(desk, wechat)) == (1, [])
    wechat.proves_identity(there, "13800000002")
    assert tell(desk, number, "cancelled", why="重复")
    assert heard(desk, wechat) == []


def test_where_nobody_is_a_notice_goes_by_sms_once(desk: Desk) -> None:
    zhang = Customer(desk, "w-1", "webchat")
    number = filed(desk, zhang.opens())
    sms(desk)
    assert tell(desk, number)
    _, said = desk.conversations.history("webchat", "w-1")
    assert [desk.notices.nobody_there(said[-1].id) for _ in range(2)] == [True, True]
    (text,) = sms(desk)
    assert text.startswith(f"【小通电信】您的诉求（工单 {number}）已处理完成")
    assert not desk.notices.nobody_there(said[-2].id)  # an answer of the bot


def test_at_night_it_is_held_and_no_reply_waits_behind_it(desk: Desk, moment: Moment) -> None:
    moment.now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 23:00
    zhang = Customer(desk)
    number = filed(desk, zhang.opens())
    assert tell(desk, number)
    assert not tell(desk, number)
    zhang.hears(zhang.says("在吗"), "在的")
    assert heard(desk, zhang) == []
    assert "在的" in [d.text for d in desk.outbox.claim(["rest"])]
    moment.now = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    assert desk.notices.sweep() == 0
    moment.pass_time(minutes=1)
    assert sorted(at_once(desk.notices.sweep, desk.notices.sweep)) == [0, 1]  # type: ignore[type-var]
    assert len(heard(desk, zhang)) == 1
    events = [e for e in desk.journal.after(0) if e.type == "CustomerNotified"]
    assert [(e.data["kind"], e.data["channel"]) for e in events] == [
        ("receipt", "sms"),
        ("resolved", "rest"),
    ]


def test_the_same_words_are_told_again_only_after_a_day(desk: Desk, moment: Moment) -> None:
    zhang = Customer(desk)
    number = filed(desk, zhang.opens())
    assert [tell(desk, number), tell(desk, number)] == [True, False]
    assert tell(desk, number, "cancelled", why="甲") and tell(desk, number, "cancelled", why="乙")
    moment.pass_time(hours=24)
    assert tell(desk, number)


def test_without_a_conversation_it_is_an_sms_and_without_a_phone_nothing(desk: Desk) -> None:
    number = filed(desk, Customer(desk).opens())
    sms(desk)
    with desk.store.writing() as work:
        order = find_by_number(work.session, number)
        assert order is not None
        order.conversation_id = None
        assert desk.notices.tell(work, order, "rejected")
        order.contact_phone = None
        assert not desk.notices.tell(work, order, "resolved")
    assert sms(desk) == [
        f"【小通电信】收到，您的投诉（工单 {number}）已转投诉负责人重新处理，会再与您联系。"
    ]
    with desk.store.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 2


def test_who_was_not_there_is_told_of_a_cancellation(desk: Desk) -> None:
    zhang, li = Customer(desk), Customer(desk, "li")
    by_staff, by_customer = filed(desk, zhang.opens()), filed(desk, there := li.opens())
    desk.work_orders.move(by_staff, State.CANCELLED, actor="lixiao", note="重复登记")
    desk.order_requests.cancel(there, by_customer, key="c")
    assert "重复登记" in heard(desk, zhang)[0] and heard(desk, li) == []
