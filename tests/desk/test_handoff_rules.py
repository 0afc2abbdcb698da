"""Rules of the hand-over without a database: whose turn, which mood, what to do first."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from actions.change_steps import STEPS
from actions.second_matter import intent_labels
from desk.handoff_policy import HandoffPolicy
from desk.model.diagnosis import RunState
from desk.model.errors import BadData
from desk.model.handoff import Case, Mark, Pace, Reason, denials, expected_wait, most_alike
from desk.policies import FOLDER, load_policies, validate

POLICIES = load_policies()
POLICY = POLICIES.handoff
MANNERS = {"distress": POLICIES.manners.distress, "abuse": POLICIES.manners.abuse}
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "marks", "rank", "priority"),
    [
        ("asked", [], "普通", "normal"),
        ("bot_failed", [], "普通", "normal"),
        ("asked", [Mark.ELDERLY], "长辈", "normal"),
        ("elderly", [], "长辈", "normal"),
        ("asked", [Mark.VIP], "VIP", "normal"),
        ("asked", [Mark.ELDERLY, Mark.VIP], "VIP", "normal"),
        ("vip", [Mark.URGENT], "紧急", "urgent"),
        ("serious_complaint", [], "紧急", "urgent"),
        ("distress", [Mark.ELDERLY], "紧急", "urgent"),
    ],
)
def test_who_is_served_before_whom(
    reason: str, marks: list[Mark], rank: str, priority: str
) -> None:
    found = POLICY.rank(Reason(reason), marks)
    assert (found.name, str(found.priority)) == (rank, priority)
    assert POLICY.ranks[found.number].name == rank


@pytest.mark.parametrize(
    ("newest_first", "mood", "because"),
    [
        ([], "calm", None),
        ([("好的", "affirm"), ("宽带上不了网", "report_broadband_fault")], "calm", None),
        ([("谢谢", "thank")], "pleased", "谢谢"),
        ([("嗯", "affirm"), ("你们太慢了", None)], "upset", "你们太慢了"),
        ([("嗯", None), ("随便", "file_complaint")], "upset", "随便"),
        ([("谢谢", "thank"), ("垃圾公司", None)], "angry", "垃圾公司"),
        ([("垃圾公司", None), ("我不想活了", None)], "distress", "我不想活了"),
    ],
)
def test_how_the_customer_feels(
    newest_first: list[tuple[str, str | None]], mood: str, because: str | None
) -> None:
    found = POLICY.mood(newest_first, MANNERS)
    assert (found.name, found.because) == (mood, because)


@pytest.mark.parametrize(
    ("reason", "run", "drafts", "order", "words"),
    [
        ("asked", None, [], None, "问清客户"),
        ("asked", None, [], "BX1", "工单 BX1 的进度"),
        ("asked", None, ["complaint"], "BX1", "接着登记投诉"),
        ("asked", RunState.ASKING, ["repair"], None, "从未完成的排障步骤"),
        ("asked", RunState.SOLVED, [], None, "问清客户"),
        ("diagnosis_failed", RunState.HUMAN, ["repair"], None, "直接登记报修"),
        ("serious_complaint", None, [], "TS9", "投诉编号 TS9"),
        # Without an order there is no number to tell: the next that fits.
        ("serious_complaint", None, [], None, "问清客户"),
        ("distress", RunState.ASKING, ["complaint"], "TS9", "先安抚"),
    ],
)
def test_what_to_do_first(
    reason: str, run: RunState | None, drafts: list[str], order: str | None, words: str
) -> None:
    assert words in POLICY.next_step(Reason(reason), run, drafts, order)


def test_what_was_denied_goes_with_its_question() -> None:
    talk = [
        (True, "不要", "deny", AT),  # nothing had been asked
        (False, "重启过吗？", None, AT),
        (True, "没用的", "inform_not_fixed", AT),
        (True, "真的没有", "deny", AT),
        (False, "可以上门吗？", None, AT),
        (True, "可以", "affirm", AT),
    ]
    found = denials(talk, POLICY.denies)
    assert [(one.asked, one.said) for one in found] == [
        ("重启过吗？", "没用的"),
        ("重启过吗？", "真的没有"),
    ]


def test_the_most_alike_come_first_and_the_unlike_not_at_all() -> None:
    cases = [
        Case("A", "光猫红灯一直闪，上不了网，重启没用"),
        Case("B", "手机停机了要复机"),
        Case("C", "光猫红灯闪，上不了网"),
        Case("D", "短"),
    ]
    found = most_alike("光猫红灯闪，上不了网", cases, least=0.3, at_most=3)
    assert [one.number for one in found] == ["C", "A"]
    assert most_alike("", cases, least=0.3, at_most=3) == []
    assert len(most_alike("光猫红灯闪，上不了网", cases * 5, least=0.3, at_most=3)) == 3


def test_every_matter_customers_are_asked_about_has_a_word_for_staff() -> None:
    assert set(intent_labels()) == set(POLICY.matters)


def test_what_a_change_needs_is_what_its_questions_ask() -> None:
    asked = {matter: tuple(step.name for step in steps) for matter, steps in STEPS.items() if steps}
    assert POLICY.drafts["change"].by_matter == asked


@pytest.mark.parametrize(
    ("position", "waits", "handlings", "places", "held", "seconds"),
    [
        (1, [60] * 5, [], 2, 0, 60),  # a free place: the usual wait
        (2, [60] * 5, [], 2, 0, 60),
        (2, [30, 40, 60, 600, 900], [], 4, 2, 60),  # the usual is the middle, not the mean
        (3, [60] * 5, [300] * 5, 2, 2, 450),  # three must end, two at a time
        (1, [900] * 5, [300] * 5, 2, 2, 900),  # never less than usual
        (3, [60] * 5, [300] * 4, 2, 2, None),  # too few measured
        (1, [60] * 4, [300] * 5, 2, 0, None),
        (1, [60] * 5, [300] * 5, 0, 0, None),  # nobody there
        (2, [60] * 5, [300] * 5, 2, 5, 300),  # more held than there are places: people went home
    ],
)
def test_the_expected_wait_is_measured_or_unknown(
    position: int,
    waits: list[float],
    handlings: list[float],
    places: int,
    held: int,
    seconds: float | None,
) -> None:
    pace = Pace(tuple(waits), tuple(handlings), places, held)
    assert expected_wait(position, pace, 5) == seconds


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("登记回电", True),
        ("不想等了，给我打电话", True),
        ("那就预约回电吧", True),
        ("给我回个电话", True),
        ("你们打电话给我吧", True),
        ("不用登记回电", False),
        ("别给我打电话", False),
        ("电话打不通", False),
        ("还有多久", False),
    ],
)
def test_who_would_rather_be_called_back(words: str, heard: bool) -> None:
    assert POLICY.callback.hears(words) is heard


def broken(key: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    data: Any = yaml.safe_load((FOLDER / "handoff.yml").read_text(encoding="utf8"))
    place = data
    for part in key[:-1]:
        place = place[part]
    if value is None:
        del place[key[-1]]
    else:
        place[key[-1]] = value
    return dict(data)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (("reasons", "asked"), None, "reasons has no words for asked"),
        (("reasons", "bored"), "无聊", "reasons.bored"),
        (("marks", "vip"), None, "marks has no words for vip"),
        (("runs", "moved"), None, "runs has no words for moved"),
        (("ranks", 3, "marks"), ["vip"], "the last of ranks"),
        (("ranks", 0, "reasons"), ["bored"], "ranks.0.reasons"),
        (("next_steps", 0, "drafts"), ["poem"], "the draft poem"),
        (("next_steps", 0, "say"), "工单 {nummer}", "nummer"),
        (("next_steps",), [{"say": "问", "orders": True}], "the last of next_steps"),
        (("drafts", "repair", "needs"), ["ladder"], "ladder, which has no words"),
        (("drafts", "change", "by_matter"), {"recharge": ["ladder"]}, "ladder, which has no words"),
        (("moods", 0, "heard"), "joy", "moods.0.heard"),
        (("similar", "least"), 0, "similar.least"),
        (("hours", "day_off", "until"), "08:00", "until must be later"),
        (("dispositions", "withdrawn"), None, "dispositions lack withdrawn"),
        (("callback", "confirmed"), "工单 {nummer}", "nummer"),
        (("colour",), "red", "colour"),
    ],
)
def test_a_wrong_file_is_refused_by_key(key: tuple[str | int, ...], value: Any, told: str) -> None:
    with pytest.raises(BadData) as refused:
        validate(HandoffPolicy, broken(key, value), "handoff.yml")
    assert "handoff.yml" in str(refused.value)
    assert told in str(refused.value)


WISHES_A_CALL = [
    "打个电话给我",
    "让师傅给我打电话",
    "回电话吧",
    "登记回电",
    "预约回电",
    "安排回电",
    "我要回电",
    "改成回电吧",
    "那就回电吧",
    "给我回个电话",
    "给我回电话吧",
    "回个电话给我",
    "你们打电话给我",
    "你们打电话给我吧",
    "让客服打电话给我",
    "给我打电话",
    "给我打个电话吧",
    "不想等了，给我打电话",
    "麻烦给我打个电话",
    "请给我回电",
    "你们能给我打电话吗",
    "能不能给我回个电话",
    "可以让人工给我打电话吗",
    "太久了，登记一下回电",
    "帮我登记回电",
    "我不等了，你们打电话给我吧",
    "明天给我打电话",
    "登记回电 13800138000",
    "帮我预约一下电话回访",
    "让人工客服回个电话给我",
    "等不了，回电吧",
    "给我打电话 13912345678",
    "我想要回电",
    "有空给我打电话",
]
TELLS_OF_A_CALL = [
    "我再打电话",
    "我打电话吧",
    "打电话",
    "师傅给我打电话，说没货",
    "你们打电话给我，态度很差",
    "昨天师傅给我打电话说没货",
    "有骗子打电话给我",
    "你们客服昨天给我打电话承诺退费",
    "不要给我打电话",
    "别打电话给我",
    "取消登记回电",
    "为什么没人给我回电话",
    "没给我打电话",
    "你们上次打电话给我说能修好",
    "师傅给我打过电话了",
    "天天有人给我打电话推销",
    "他们给我打电话说欠费",
    "说好给我打电话一直没打",
    "刚才是谁给我打电话",
    "你们打电话给我说要升级套餐",
    "银行给我打电话",
    "怎么一直有人打电话给我",
    "不用登记回电",
    "之前登记回电没人打",
    "营业厅的人给我打电话让我去办",
    "给我打电话的人说可以退",
    "我想要回电视盒子的押金",
    "前天给我打电话",
    "我要回电信营业厅办",
    "你们天天打电话给我",
    "你们总是打电话给我",
    "你们客服打电话给我骂我",
]


@pytest.mark.parametrize("text", WISHES_A_CALL)
def test_who_asks_for_a_call_back_is_heard(text: str) -> None:
    assert POLICY.callback.hears(text)


@pytest.mark.parametrize("text", TELLS_OF_A_CALL)
def test_who_tells_of_a_call_keeps_the_place_in_the_queue(text: str) -> None:
    assert not POLICY.callback.hears(text)
