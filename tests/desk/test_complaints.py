"""投诉: classified by rule, promised by the calendar, a repeat reopens the first."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desk.app import Desk
from desk.model.errors import InvalidPhone, UnknownConversation
from desk.model.work_orders import ComplaintReceipt, Severity, State
from tests.conftest import Moment
from tests.desk.talking import Customer

WANG = "13800000001"


def complain(
    desk: Desk,
    conversation_id: str,
    description: str = "多扣了我二十块钱",
    *,
    category: str = "资费",
    key: str | None = None,
) -> ComplaintReceipt:
    return desk.complaints.file(
        conversation_id, category, description, "退钱", WANG, key=key or Customer(desk).key()
    )


def end_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("这个月多扣了二十块钱", "资费"),
        ("乱收费，账单不对", "资费"),
        ("莫名其妙被收了违约金", "资费"),
        ("营业员态度很差", "服务"),
        ("打了三次电话没人管", "服务"),
        ("你们互相踢皮球", "服务"),
        ("宽带老是掉线", "网络"),
        ("小区里一点信号都没有", "网络"),
        ("WIFI 慢得要命", "网络"),
        ("APP 登录不上", "技术"),
        ("机顶盒打不开", "技术"),
        ("我就是不满意", "其他"),
    ],
)
def test_the_category_is_read_from_the_words(sqlite_desk: Desk, words: str, category: str) -> None:
    assert sqlite_desk.complaints.classify(words) == category
    assert category in sqlite_desk.complaints.categories()


@pytest.mark.parametrize(
    ("words", "severity", "reasons"),
    [
        ("多扣了二十块钱", Severity.GENERAL, []),
        ("再不解决我找工信部", Severity.SERIOUS, ["涉及监管或媒体"]),
        ("我都打了五次电话了", Severity.SERIOUS, ["多次反映未解决"]),
        ("断网一个星期了", Severity.SERIOUS, ["影响时间长"]),
        ("断网三天，打了好几次，我要打12315", Severity.MAJOR, None),
    ],
)
def test_severity_comes_with_its_reasons(
    sqlite_desk: Desk, words: str, severity: Severity, reasons: list[str] | None
) -> None:
    found, why = sqlite_desk.complaints.severity(words)
    assert found is severity
    assert (len(why) == 3) if reasons is None else (why == reasons)


@pytest.mark.parametrize(
    ("words", "label", "first_result", "close"),
    [
        ("多扣了二十块钱", "一般", "2026-11-23", "2026-11-27"),
        ("再不解决我找工信部", "较严重", "2026-11-24", "2026-12-01"),
        ("断网三天，打了好几次，我要打12315", "重大", "2026-11-25", "2026-12-04"),
    ],
)
def test_what_is_promised_on_a_saturday_evening(
    desk: Desk, words: str, label: str, first_result: str, close: str
) -> None:
    receipt = complain(desk, Customer(desk).opens(), words)
    assert (receipt.severity, receipt.category, receipt.reopened) == (label, "资费", False)
    assert receipt.first_result_by == end_of(first_result)
    assert receipt.close_by == end_of(close)
    order = desk.work_order_view.one(receipt.number)
    assert receipt.number.startswith("TS261121")
    assert order["promised_at"] == receipt.first_result_by
    assert order["marks"][:2] == ["资费", label]
    assert f"【资费】{words}\n期望：退钱" == order["description"]
    assert {clock["label"] for clock in order["clocks"]} == {
        "派单",
        "首次联系客户",
        "处理方案",
        "首次答复",
        "办结",
        "答复（法定上限）",
    }


def test_the_same_matter_again_reopens_the_first_one_step_more_severe(
    desk: Desk, moment: Moment
) -> None:
    here = Customer(desk).opens()
    first = complain(desk, here)
    moment.pass_time(days=1)
    again = complain(desk, here, "还是没退钱")
    assert (again.number, again.reopened, again.severity) == (first.number, True, "较严重")
    order = desk.work_order_view.one(first.number)
    assert "再次反映：还是没退钱" in order["description"]
    assert any(mark.startswith("同一事项再次投诉（") for mark in order["marks"])
    assert len(desk.work_order_view.listed("all", "")) == 1


def test_a_repeat_while_the_promise_still_runs_gets_no_later_one(
    desk: Desk, moment: Moment
) -> None:
    here = Customer(desk).opens()
    first = complain(desk, here)
    moment.pass_time(hours=2)
    again = complain(desk, here)
    assert (again.first_result_by, again.close_by) == (first.first_result_by, first.close_by)


def test_a_repeat_after_the_end_is_promised_anew_and_its_clocks_run(
    desk: Desk, moment: Moment
) -> None:
    """The customer must never be told a day that is past."""
    here = Customer(desk).opens()
    first = complain(desk, here)
    for state in (State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.RESOLVED):
        desk.work_orders.move(first.number, state, actor="lixiao")
    moment.pass_time(days=20)  # Friday 11 December, 20:00
    again = complain(desk, here)
    assert (again.number, again.severity) == (first.number, "较严重")
    assert again.first_result_by == end_of("2026-12-15")
    assert again.close_by == end_of("2026-12-22")
    order = desk.work_order_view.one(first.number)
    assert order["state"] == "in_progress"
    assert order["promised_at"] == again.first_result_by
    running = {clock["label"] for clock in order["clocks"] if clock["state"] == "running"}
    assert running == {"首次联系客户", "处理方案", "首次答复", "办结", "答复（法定上限）"}


def test_after_thirty_days_it_is_a_new_complaint(desk: Desk, moment: Moment) -> None:
    here = Customer(desk).opens()
    first = complain(desk, here)
    moment.pass_time(days=29, hours=23)
    assert complain(desk, here).number == first.number
    moment.pass_time(hours=1)
    later = complain(desk, here)
    assert later.number != first.number
    assert (later.reopened, later.severity) == (False, "一般")


def test_another_category_or_customer_is_another_matter(desk: Desk) -> None:
    here, there = Customer(desk, "wang").opens(), Customer(desk, "li").opens()
    numbers = {
        complain(desk, here).number,
        complain(desk, here, "信号差", category="网络").number,
        complain(desk, there).number,
    }
    assert len(numbers) == 3


def test_a_known_customer_is_recognised_on_another_channel(desk: Desk) -> None:
    phone, web = Customer(desk, "wang", "rest"), Customer(desk, "w-1", "webchat")
    here, there = phone.opens(), web.opens()
    phone.proves_identity(here, WANG)
    web.proves_identity(there, WANG)
    assert complain(desk, here).number == complain(desk, there).number


def test_a_cancelled_complaint_does_not_come_back(desk: Desk) -> None:
    here = Customer(desk).opens()
    first = complain(desk, here)
    desk.work_orders.move(first.number, State.CANCELLED, actor="lixiao")
    assert complain(desk, here).number != first.number


def test_the_same_key_files_once(desk: Desk) -> None:
    here = Customer(desk).opens()
    assert complain(desk, here, key="once") == complain(desk, here, key="once")
    filed = [e for e in desk.journal.after(0) if e.type == "ComplaintFiled"]
    assert len(filed) == 1


def test_an_unknown_category_becomes_other(desk: Desk) -> None:
    assert complain(desk, Customer(desk).opens(), category="天气").category == "其他"


def test_what_cannot_be_filed(desk: Desk) -> None:
    here = Customer(desk).opens()
    with pytest.raises(InvalidPhone):
        desk.complaints.file(here, "资费", "扣费", "退", "12", key="k1")
    with pytest.raises(UnknownConversation):
        complain(desk, "c-nobody")
    assert desk.work_order_view.listed("all", "") == []


def test_a_repeat_is_called_back_on_the_number_given_last(desk: Desk) -> None:
    conversation = Customer(desk).opens()
    first = desk.complaints.file(conversation, "网络", "慢", "修好", "13911110000", key="1")
    desk.complaints.file(conversation, "网络", "还是慢", "修好", "13922220000", key="2")
    assert desk.work_order_view.one(first.number)["customer"] == "139****0000"
    (found,) = desk.work_order_view.listed("all", "13922220000")
    assert found["number"] == first.number
