"""The speech rules: what they find, what they let pass, and that they hold for people and bot."""

from dataclasses import dataclass

import pytest

from desk.app import Desk
from desk.model.conversations import Author
from desk.model.errors import UnknownConversation
from desk.model.speech import inspect, inspect_text
from desk.policies import load_policies
from tests.desk.talking import Customer, agent

RULES = load_policies().speech.speech_rules


@dataclass(frozen=True)
class Line:
    id: int
    author: Author
    text: str


def conversation(*lines: str) -> list[Line]:
    """Lines as "客：…", "通：…" (bot) or "坐：…" (agent)."""
    who = {"客": Author.CUSTOMER, "通": Author.BOT, "坐": Author.AGENT}
    return [Line(n, who[line[0]], line[2:]) for n, line in enumerate(lines, 1)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("这不是我们的问题，您找厂家吧", "推诿"),
        ("这个不归我们管", "推诿"),
        ("您去找别的部门问问", "推诿"),
        ("您自己想办法吧", "推诿"),
        ("规定就是这样", "生硬拒绝"),
        ("您急什么，排队呢", "不耐烦"),
        ("跟您说了好几遍了", "不耐烦"),
        ("您肯定弄错了", "指责客户"),
        ("你稍等一下", "称呼"),
        ("今天保证马上修好", "过度承诺"),
        ("100%能解决", "过度承诺"),
        ("请把身份证号发给我", "索要敏感信息"),
        ("请告诉我您的服务密码", "索要敏感信息"),
        ("您的 SLA 是 2 小时", "内部用语"),
        ("金额 None 元", "内部用语"),
        ("您好，{day_part}好", "内部用语"),
        ("将为您转接。", "转接说明"),
        ("已经登记好了，工单号 BX261121483920。", "受理告知"),
        ("非常抱歉。", "致歉有下文"),
    ],
)
def test_what_one_sentence_breaks(text: str, rule: str) -> None:
    assert [found.split(":")[0] for found in inspect_text(text, RULES)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "给您带来不便，非常抱歉。我来帮您一步一步排查，大约需要几分钟。",
        "将为您转接人工客服，由专人继续帮您处理。您当前排在第 2 位。",
        "已经为您登记好了，工单号 BX261121483920。师傅会在 11月22日 12:00 前上门。",
        "工作人员不会向您索要密码，请勿告诉他人。",
        "这件事由装维班组处理，我已经转给他们，明天 12:00 前给您回话。",
        "我们这边暂时没有查到记录，我帮您再核实一下。",
    ],
)
def test_good_sentences_pass(text: str) -> None:
    assert inspect_text(text, RULES) == []


def test_a_change_without_information_is_found() -> None:
    found = inspect(
        conversation("通：您好，请讲。", "客：退订彩铃", "通：已为您退订视频彩铃。"), RULES
    )
    assert [(f.rule, f.message_id) for f in found] == [("变更告知", 3)]


def test_a_change_with_fee_date_and_way_back_passes() -> None:
    said = conversation(
        "通：您好，请讲。",
        "客：退订彩铃",
        "通：视频彩铃每月 6 元，退订后次月生效，之后可以随时重新开通。确认退订吗？",
        "客：确认",
        "通：已为您退订视频彩铃，受理编号 YW261121000001，12月1日生效。",
    )
    assert inspect(said, RULES) == []


def test_everybody_of_ours_begins_with_a_greeting() -> None:
    said = conversation("客：在吗", "通：请讲。", "坐：什么事", "坐：您好")
    assert [(f.rule, f.message_id, f.author) for f in inspect(said, RULES)] == [
        ("开场问候", 2, Author.BOT),
        ("开场问候", 3, Author.AGENT),
    ]


def test_apologies_are_not_heaped_up() -> None:
    sorry = "通：实在对不起，我们马上为您查明原因并回复。"
    assert inspect(conversation("通：您好", "客：慢", sorry, sorry), RULES) == []
    found = inspect(conversation("通：您好", "客：慢", sorry, sorry, sorry), RULES)
    assert [(f.rule, f.message_id) for f in found] == [("反复道歉", 5)]


def test_what_customers_say_is_not_inspected() -> None:
    assert (
        inspect(conversation("客：你们这群骗子，规定就是这样？", "通：您好，请讲。"), RULES) == []
    )


def test_stored_conversations_are_inspected(desk: Desk) -> None:
    customer = Customer(desk)
    conversation_id = customer.opens()
    desk.handoff.request(conversation_id, "asked", key="h")
    lixiao = agent(desk)
    desk.handoff.take(conversation_id, lixiao)
    assert desk.inspection_view.one(conversation_id).findings == ()
    told = desk.handoff.answer(conversation_id, lixiao, "这个不归我们管", "c-1")
    (finding,) = desk.inspection_view.one(conversation_id).findings
    assert (finding.rule, finding.message_id, finding.author) == ("推诿", told.id, Author.AGENT)
    assert finding.excerpt == "不归我们管"
    assert [i.conversation_id for i in desk.inspection_view.newest(10)] == [conversation_id]
    with pytest.raises(UnknownConversation):
        desk.inspection_view.one("c-nobody")
