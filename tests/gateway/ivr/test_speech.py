"""Written replies as a voice says them, and how much of them at a time."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from desk.model.conversations import Author, Message
from desk.settings import ROOT
from gateway import phrases
from gateway.channels.ivr import wording
from gateway.channels.ivr.figures import digits, spoken_figures
from gateway.channels.ivr.prompt import asks_for_code, asks_for_phone, prompt
from gateway.channels.ivr.speech import sentences
from tests.conftest import START


def said(text: str, author: Author = Author.BOT, **more: Any) -> Message:
    return Message("c-1", author, text, START, **more)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("13800000001", "幺三八，零零零零，零零零幺"),
        ("+86 138-0000-0001", "幺三八，零零零零，零零零幺"),
        ("138****0001", "尾号零零零幺"),
        ("010-82345678", "零幺零，八二三四，五六七八"),
        ("BX261121483920", "B，X，二六幺幺，二幺四八，三九二零"),
        ("10086", "幺零零八六"),
        ("验证码 123456", "验证码幺二三，四五六"),
        ("尾号 0001", "尾号零零零幺"),
        ("12.50 元", "12元5角"),
        ("¥1,234.05", "1234元零5分"),
        ("0.05 元", "5分"),
        ("0.5 元", "5角"),
        ("100.00元", "100元"),
        ("10000 元", "10000元"),
        ("59 元/月", "每个月59元"),
        ("5 元/次", "每次5元"),
        ("80%", "百分之80"),
        ("20 GB", "20G"),
        ("500Mbps", "500兆"),
        ("-27.5 dBm", "负27.5分贝毫瓦"),
        ("2026-11-21", "2026年11月21日"),
        ("2026-11", "2026年11月"),
        ("11月21日", "11月21日"),
        ("14:30", "下午2点30分"),
        ("00:05", "凌晨0点5分"),
        ("下午 2:30", "下午2点30分"),
        ("12:00", "中午12点"),
        ("8:00-12:00", "早上8点到中午12点"),
        ("3-5 天", "3到5 天"),
        ("１００元", "100元"),
        ("500 条", "500 条"),
    ],
)
def test_figures(written: str, spoken: str) -> None:
    assert spoken_figures(written) == spoken


@pytest.mark.parametrize(
    ("figures", "groups"),
    [("123", "幺二三"), ("1234", "幺二三四"), ("123456", "幺二三，四五六"),
     ("12345678", "幺二三四，五六七八"), ("100", "幺零零")],
)  # fmt: skip
def test_digits_come_in_groups(figures: str, groups: str) -> None:
    assert digits(figures) == groups


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("您好！", ["您好！"]),
        ("查到了：剩 8 GB（共 20 GB）。", ["查到了：剩8G，共20G。"]),
        ("请看 https://a.example.com/x?y=1 。好吗？", ["好吗？"]),
        ("**重点**：`重启`光猫 😀", ["重点：重启光猫。"]),
        ("· 套餐：59 元/月\n· 宽带：100 元/月", ["套餐：每个月59元。", "宽带：每个月100元。"]),
        ("| 项目 | 金额 |\n|---|---|\n| 月租 | 59.00 元 |", ["项目：月租，金额：59元。"]),
        ("点击“我的”→“账单”", ["选择我的，账单。"]),
        ("回复“转人工”找客服。", ["说转人工找客服。"]),
        ("麻烦您打字告诉我。", ["麻烦您告诉我。"]),
        ("请把数字发给我。", ["请把数字告诉我。"]),
        ("选 5G/4G 自动", ["选5G或4G自动。"]),
        ("129×6×30%=232.2 元", ["129乘6乘百分之30等于232元2角。"]),
        ("说“查话费”“查流量”", ["说查话费、查流量。"]),
        ("您可以点下面的选项。", ["您可以选一项。"]),
        ("光猫接触点下方", ["光猫接触点下方。"]),
        ("设置—移动网络", ["设置，移动网络。"]),
        ("家里 Wi-Fi 慢", ["家里无线网慢。"]),
        ("", []),
        ("😀👍", []),
        ("……。", []),
    ],
)
def test_sentences(written: str, spoken: list[str]) -> None:
    assert sentences(written) == spoken


def test_a_long_sentence_becomes_two() -> None:
    long = "，".join(["请检查光猫底部那根光纤有没有插紧"] * 6) + "。"
    pieces = sentences(long)
    assert len(pieces) > 1
    assert all(len(piece) <= 61 and piece.endswith("。") for piece in pieces)


def _texts() -> list[str]:
    """Everything that is written for customers."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf8"))
    found = [one["text"] for ones in domain["responses"].values() for one in ones if "text" in one]
    for path in sorted(Path(ROOT / "data" / "diagnosis").glob("*.yml")):
        found += re.findall(r"(?:ask|say|simpler): (.+)", path.read_text(encoding="utf8"))
    for path in sorted(Path(ROOT / "data" / "knowledge").rglob("*.md")):
        found.append(path.read_text(encoding="utf8").split("---")[-1])
    return found


def test_nothing_that_only_eyes_understand_is_left_of_any_text() -> None:
    texts = _texts()
    assert len(texts) > 500
    unsayable = re.compile(r"https?:|www\.|[（）()\[\]【】“”*`|<>→/{}]|\d{6,}")
    # Placeholders are filled before a text is spoken.
    filled = [re.sub(r"\{\w+\}", "一", text) for text in texts]
    left = [line for text in filled for line in sentences(text) if unsayable.search(line)]
    assert left == []


@pytest.mark.parametrize("seed", range(20))
def test_no_text_breaks_it(seed: int) -> None:
    chance = Random(seed)
    alphabet = "您好0123456789.,:-/%*#|()（）[]{}<>“”\n\t。！？；，、：￥元GBMbps😀\u200b\ud800→·A"
    for _ in range(200):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randrange(80)))
        for line in sentences(text):
            assert line.strip() and "\n" not in line and "<" not in line


def test_the_questions_a_number_answers_are_known() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf8"))
    found: dict[str, set[str]] = {"phone": set(), "code": set()}
    for name, ones in domain["responses"].items():
        for text in (one.get("text", "") for one in ones):
            if asks_for_phone(text):
                found["phone"].add(name)
            elif asks_for_code(text):
                found["code"].add(name)
    assert found["phone"] == {
        "utter_ask_phone", "utter_ask_phone_optional", "utter_reject_phone",
        "utter_ask_install_phone", "utter_ask_contact_phone", "utter_ask_contact_phone_verified",
    }  # fmt: skip
    assert found["code"] - {"utter_inform_privacy"} == {
        "utter_inform_code_sent", "utter_ask_code", "utter_reject_code",
        "utter_reject_expired_code",
    }  # fmt: skip


def test_choices_are_read_with_their_keys_after_the_words() -> None:
    buttons = [{"title": "“查工单”", "payload": "a"}, {"title": "转人工", "payload": "b"}]
    told = prompt(
        [said("旧的", buttons=[{"title": "旧", "payload": "x"}]), said("请选择", buttons=buttons)]
    )
    assert told.text == "旧的。请选择。查工单，请按1。转人工，请按2。"
    assert told.choices == buttons and told.keys == 1


def test_more_choices_than_keys_are_left_out() -> None:
    many = [{"title": f"第{n}项", "payload": str(n)} for n in range(12)]
    told = prompt([said("请选择", buttons=many)])
    assert [one["payload"] for one in told.choices] == [str(n) for n in range(8)]


def test_the_question_is_told_with_the_first_part() -> None:
    told = prompt([said("一。二。三。四。五。好了吗？")])
    assert told.text == f"一。二。三。{wording.MORE}好了吗？"
    assert told.rest == ["四。", "五。"]
    assert prompt([said("一。二。三。四。好了吗？")]).rest == []


def test_a_request_is_a_question_with_what_explains_it() -> None:
    told = prompt([said("一。二。三。四。五。"), said("请说手机号码。不方便就跳过。")])
    asked = f"请说手机号码。不方便就跳过。{wording.PHONE_BY_KEYS}"
    assert told.text == f"一。二。{wording.MORE}{asked}"
    assert told.rest == ["三。", "四。", "五。"]


def test_a_word_to_wait_is_left_out_when_the_answer_is_there() -> None:
    assert prompt([said(phrases.SLOW.text), said("查到了。")]).text == "查到了。"
    assert prompt([said(phrases.SLOW.text)]).text == phrases.SLOW.text
    assert prompt([]).text == wording.NOTHING_SAID


@pytest.mark.parametrize(
    ("words", "again"),
    [("再说一遍", True), ("请重复一下。", True), ("没听清", True), ("刚才说什么？", True),
     ("什么？", True), ("我刚才没听清楚", True), ("什么套餐便宜", False), ("说一下套餐", False),
     ("重新开始", False), ("你能听见吗", False), ("再查一遍余额", False)],
)  # fmt: skip
def test_who_did_not_hear(words: str, again: bool) -> None:
    assert wording.asks_again(words) is again


@pytest.mark.parametrize(
    ("words", "meant"),
    [("对", True), ("是的。", True), ("没错", True), ("不对", False), ("不是", False),
     ("错了", False), ("不对，重新说", False), ("查话费", None), ("对了我还要查话费", None)],
)  # fmt: skip
def test_yes_and_no(words: str, meant: bool | None) -> None:
    assert wording.agrees(words) is meant
