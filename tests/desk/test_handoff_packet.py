"""The packet that goes with a conversation to a person, on both databases."""

from typing import Any

import pytest

from desk.app import Desk
from desk.model.access import Sight
from desk.model.conversations import Reply, Understood
from desk.model.handoff import DraftTold, Told
from desk.model.work_orders import State
from desk.store.tables import bss_accounts, diagnosis_runs
from tests.conftest import Moment
from tests.desk.talking import Customer, agent

SUN = "13800000004"
WANG = "13800000001"


def talks(desk: Desk, customer: Customer, text: str, intent: str, answer: str = "好的") -> str:
    """One understood and answered message."""
    turn = customer.says(text)
    desk.inbox.finish(turn, [Reply(answer)], Understood(intent, 0.9))
    return turn.conversation_id


def packet(desk: Desk, conversation: str) -> Any:
    return desk.conversation_view.one(conversation)["packet"]


def asks(desk: Desk, conversation: str, reason: str = "asked", **told: Any) -> Any:
    desk.handoff.request(conversation, reason, key=f"{conversation}:{reason}", told=Told(**told))
    return packet(desk, conversation)


def test_somebody_unknown_who_just_asks(desk: Desk, moment: Moment) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    assert packet(desk, conversation) is None
    customer.says("转人工")
    found = asks(desk, conversation, intent="request_human")
    assert found["who"] == {
        "identity": "unknown",
        "identity_label": "未核验",
        "marks": [],
        "mark_labels": [],
        "name": None,
        "phone": None,
    }
    assert (found["reason"], found["reason_label"]) == ("asked", "客户要求人工服务")
    assert (found["rank"], found["requested_at"]) == ("普通", moment.now.isoformat())
    assert [one["matter"] for one in found["heard"]] == ["要求人工"]
    assert (found["mood"]["name"], found["tried"], found["drafts"]) == ("calm", [], [])


def test_who_it_is_is_masked_and_an_ended_proof_is_told(desk: Desk, moment: Moment) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, SUN)
    who = asks(desk, conversation)["who"]
    assert (who["identity"], who["name"], who["phone"]) == ("proven", "孙建国", "138****0004")
    desk.handoff.withdraw(conversation, Reply("好的"))
    moment.pass_time(minutes=31)
    assert asks(desk, conversation, "repeated")["who"]["identity"] == "known"


def test_matters_denials_and_mood_are_those_of_the_talk(desk: Desk) -> None:
    customer = Customer(desk)
    talks(desk, customer, "宽带上不了网", "report_broadband_fault", "光猫重启过吗？")
    talks(desk, customer, "没用的", "inform_not_fixed", "能留个电话吗？")
    talks(desk, customer, "不留", "deny")
    talks(desk, customer, "还是上不了网", "report_broadband_fault")
    conversation = talks(desk, customer, "你们太慢了，我手机 13912345678", "file_complaint")
    found = asks(desk, conversation, also="query_bill", declined=("identity", "moon"))
    assert [one["matter"] for one in found["heard"]] == ["宽带故障", "投诉"]
    assert (found["wants"], found["also"]) == ("投诉", "查账单")
    assert [(one["asked"], one["said"]) for one in found["denied"]] == [
        ("光猫重启过吗？", "没用的"),
        ("能留个电话吗？", "不留"),
        ("不提供身份核验", ""),
    ]
    assert (found["mood"]["name"], found["mood"]["because"]) == (
        "upset",
        "你们太慢了，我手机 〔手机号〕",
    )


def test_steps_tried_with_readings_and_times_and_the_order_they_would_make(
    desk: Desk, moment: Moment
) -> None:
    customer = Customer(desk)
    conversation = customer.opens()
    customer.proves_identity(conversation, SUN)
    desk.diagnosis.start(conversation, "broadband", report="光猫亮红灯", key="d1")
    read_at = moment.now
    moment.pass_time(minutes=3)
    desk.diagnosis.answer(conversation, "还是红灯", signal=None, key="d2")
    found = asks(desk, conversation)
    (run,) = found["tried"]
    assert run["title"] == "宽带故障排查"
    assert "光" in run["reading"]
    assert run["read_at"] == read_at.isoformat()
    assert [(s["question"], s["answer"], s["at"]) for s in run["steps"]] == [
        ("光纤连接", "还是红灯", moment.now.isoformat())
    ]
    (draft,) = found["drafts"]
    assert draft["title"] == "报修工单"
    assert ["故障描述", "光猫亮红灯"] in draft["filled"]
    assert "上门时间" in draft["missing"]


@pytest.mark.parametrize(
    ("told", "title", "filled", "missing"),
    [
        (
            DraftTold("complaint", {"description": "多扣 30 块", "token": "7", "phone": SUN}),
            "投诉工单",
            [["投诉内容", "多扣 30 块"], ["联系电话", "138****0004"]],
            ["类别", "诉求"],
        ),
        (
            DraftTold("change", {"address": "人民路 8 号"}, matter="install_broadband"),
            "办理：新装宽带",
            [["地址", "〔地址〕"]],
            ["套餐", "联系电话"],
        ),
        (
            DraftTold("change", {"services": ["来电显示", "彩铃"]}, matter="subscribe_service"),
            "办理：开通业务",
            [["业务", "来电显示、彩铃"]],
            [],
        ),
        (
            DraftTold("visit", {"number": "BX261121483920"}),
            "改约上门",
            [["号码", "BX261121483920"]],
            ["新的上门时间"],
        ),
    ],
)
def test_drafts_name_what_is_missing(
    sqlite_desk: Desk, told: DraftTold, title: str, filled: list[list[str]], missing: list[str]
) -> None:
    conversation = Customer(sqlite_desk).opens()
    (draft,) = asks(sqlite_desk, conversation, drafts=(told,))["drafts"]
    assert draft == {"title": title, "filled": filled, "missing": missing}


def test_an_unknown_draft_or_reason_is_a_mistake_of_ours_not_the_customers(
    sqlite_desk: Desk,
) -> None:
    conversation = Customer(sqlite_desk).opens()
    with pytest.raises(ValueError, match="bored"):
        sqlite_desk.handoff.request(conversation, "bored", key="b")
    assert asks(sqlite_desk, conversation, drafts=(DraftTold("poem", {}),))["drafts"] == []


def closes(desk: Desk, customer: str, words: str, note: str) -> str:
    """A complaint that was resolved and closed."""
    conversation = Customer(desk, customer).opens()
    receipt = desk.complaints.file(conversation, "资费", words, "退钱", WANG, key=f"{customer}:f")
    desk.work_orders.assign(receipt.number, team=None, person="lixiao", actor="zhuguan", why="指派")
    for state, actor in (
        (State.ACKNOWLEDGED, "lixiao"),
        (State.IN_PROGRESS, "lixiao"),
        (State.RESOLVED, "lixiao"),
        (State.CLOSED, "customer"),
    ):
        desk.work_orders.move(receipt.number, state, actor=actor, note=note)
    return receipt.number


def test_closed_orders_that_read_alike_come_along_without_anybodys_data(desk: Desk) -> None:
    alike = closes(
        desk, "a", "视频会员没订却扣了 15 元，电话 13911112222", "核实为误订，已退费 15 元"
    )
    closes(desk, "b", "营业厅排队两小时没人理", "已道歉")
    conversation = Customer(desk, "c").opens()
    words = {"description": "我没订视频会员，怎么扣了 15 元"}
    (case,) = asks(desk, conversation, drafts=(DraftTold("complaint", words),))["similar"]
    assert case["number"] == alike
    assert case["result"] == "核实为误订，已退费 15 元"
    assert "13911112222" not in case["about"]


def test_the_packet_stays_as_it_was(desk: Desk) -> None:
    customer = Customer(desk)
    conversation = talks(desk, customer, "宽带上不了网", "report_broadband_fault")
    first = asks(desk, conversation)
    talks(desk, customer, "查账单", "query_bill")
    desk.handoff.request(conversation, "angry", key="again")
    assert packet(desk, conversation) == first
    desk.handoff.take(conversation, agent(desk))
    assert packet(desk, conversation) == first
    desk.handoff.release(agent(desk))
    assert packet(desk, conversation) == first
    desk.handoff.take(conversation, agent(desk))
    desk.handoff.close(conversation, agent(desk), "好了", "resolved")
    later = asks(desk, conversation, "repeated")
    assert [one["matter"] for one in later["heard"]] == ["宽带故障", "查账单"]


def is_vip(desk: Desk, phone: str) -> None:
    with desk.store.engine.begin() as connection:
        connection.execute(
            bss_accounts.update().where(bss_accounts.c.phone == phone).values(vip=True)
        )


def test_the_queue_is_by_need_then_by_time(desk: Desk) -> None:
    def waits(name: str, reason: str = "asked", words: str = "你好", phone: str = "") -> str:
        customer = Customer(desk, name)
        conversation = talks(desk, customer, words, "greet")
        if phone:
            customer.proves_identity(conversation, phone)
        desk.handoff.request(conversation, reason, key=f"{name}:h")
        return conversation

    is_vip(desk, WANG)
    first, second = waits("a"), waits("b")
    elderly = waits("c", words="我今年七十多岁了")
    vip = waits("d", phone=WANG)
    urgent = waits("e", "serious_complaint")
    order = [urgent, vip, elderly, first, second]
    assert [desk.handoff.position(c) for c in order] == [1, 2, 3, 4, 5]
    box = desk.conversation_view.in_box("queued", Sight(agent(desk).id))["conversations"]
    assert [row["id"] for row in box] == order
    assert [row["rank"] for row in box] == ["紧急", "VIP", "长辈", None, None]
    assert packet(desk, vip)["who"]["mark_labels"] == ["VIP客户"]
    assert packet(desk, elderly)["who"]["mark_labels"] == ["老年客户"]


def test_the_urgent_are_promised_an_earlier_answer_and_their_clock_knows(
    desk: Desk, moment: Moment
) -> None:
    urgent, usual = Customer(desk, "a").opens(), Customer(desk, "b").opens()
    ticket = desk.handoff.request(urgent, "distress", key="1")
    assert ticket.promised_minutes == 5
    assert desk.handoff.request(usual, "asked", key="2").promised_minutes == 15
    moment.pass_time(minutes=6)
    assert desk.levels.sweep() == 1
    breached = [e.conversation_id for e in desk.journal.after(0) if e.type == "SlaBreached"]
    assert breached == [urgent]
    assert desk.handoff.request(urgent, "distress", key="3").promised_minutes == 0


def test_a_conversation_with_any_end_of_diagnosis_is_shown(desk: Desk) -> None:
    """The console knew six ends of eight: a conversation with another one could not be opened."""
    customer = Customer(desk)
    conversation = customer.opens()
    desk.diagnosis.start(conversation, "broadband", key="d1")
    for state, label in desk.policies.handoff.runs.items():
        with desk.store.engine.begin() as connection:
            connection.execute(diagnosis_runs.update().values(state=state))
        summary = desk.conversation_view.one(conversation)["context"]["summary"]
        assert {"label": "宽带故障排查", "value": label} in summary
