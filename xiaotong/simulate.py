"""`xiaotong simulate`: customers with a hidden fault at home talk to the running installation.

Each has a modem of its own whose state decides the answers; the report says whether the fault was
fixed or the right order opened, and how many questions it took.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from rich.console import Console
from rich.table import Table

from desk.settings import Settings
from xiaotong.rest_client import Talk, words

_ORDER = re.compile(r"BX\d{12}")
_SOLVED = re.compile(r"恢复正常|感谢您的配合")
_MAX_QUESTIONS = 20
_PHONE = "13912345678"


@dataclass(frozen=True)
class Fault:
    """What is wrong, what the customer sees, what would cure it. Answers by question keyword."""

    name: str
    fixable: bool
    answers: Mapping[str, str]


# Keyword of a question → what this customer answers. The first keyword found in the newest
# question counts; `_COMMON` serves everything a fault does not care about.
_COMMON: Mapping[str, str] = {
    "可以跳过": "跳过",
    "手机号": _PHONE,
    "联系电话": "可以",
}
FAULTS = (
    Fault(
        "光猫卡死", True, {"指示灯": "都是绿的", "10 秒": "重启好了，能上网了", "能上网": "能上了"}
    ),
    Fault(
        "光猫没插电",
        True,
        {"指示灯": "一个灯都不亮", "没有通电": "插上了，亮了", "能上网": "能上网了"},
    ),
    Fault(
        "光纤松动",
        True,
        {"指示灯": "有个红灯一直闪", "光纤": "插紧了，红灯灭了", "能上网": "可以了"},
    ),
    Fault("光纤断", False, {"指示灯": "LOS红灯", "光纤": "还是红的"}),
    Fault("电源坏", False, {"指示灯": "全都不亮", "没有通电": "换了插座还是不亮"}),
    Fault(
        "路由器卡死",
        True,
        {
            "指示灯": "没有红灯 都是绿的",
            "按住背后的电源键": "重启过好几次了没用",
            "网线": "网线能上，wifi不行",
            "Wi-Fi 这一段": "好了，可以了",
        },
    ),
    Fault(
        "路由器坏",
        False,
        {
            "指示灯": "绿的",
            "按住背后的电源键": "试过了",
            "网线": "插网线可以 无线不行",
            "Wi-Fi 这一段": "还是连不上",
        },
    ),
    Fault(
        "账号密码错",
        True,
        {
            "指示灯": "灯都正常",
            "按住背后的电源键": "重启了还是不行",
            "网线": "都不行",
            "错误代码": "显示691",
            "691）": "重新输了密码，好了",
        },
    ),
    Fault(
        "外线问题",
        False,
        {
            "指示灯": "都亮着绿灯",
            "按住背后的电源键": "弄完了，还是上不了",
            "网线": "所有设备都不行",
            "错误代码": "没有",
        },
    ),
)


@dataclass(frozen=True)
class Outcome:
    fault: Fault
    end: str  # "solved" | "order" | "dead end"
    questions: int

    @property
    def right(self) -> bool:
        return self.end == ("solved" if self.fault.fixable else "order")


def simulate(settings: Settings) -> int:
    """Prints a table and one JSON line; exit code 1 when any customer ended wrongly."""
    outcomes = asyncio.run(_all(settings))
    table = Table("故障", "可自助修好", "结果", "提问数", "正确")
    for outcome in outcomes:
        fixable = "是" if outcome.fault.fixable else "否"
        right = "✓" if outcome.right else "✗"
        table.add_row(outcome.fault.name, fixable, outcome.end, str(outcome.questions), right)
    Console(highlight=False).print(table)
    correct = sum(outcome.right for outcome in outcomes)
    print(json.dumps({"customers": len(outcomes), "right": correct}))
    return 0 if correct == len(outcomes) else 1


async def _all(settings: Settings) -> list[Outcome]:
    async with aiohttp.ClientSession() as session:
        return [await _one(Talk(session, settings), fault) for fault in FAULTS]


async def _one(talk: Talk, fault: Fault) -> Outcome:
    said = words(await talk.says("宽带上不了网"))
    for number in range(1, _MAX_QUESTIONS):
        if _ORDER.search(said):
            return Outcome(fault, "order", number)
        if _SOLVED.search(said):
            return Outcome(fault, "solved", number)
        said = words(await talk.says(_answer(fault, said)))
    return Outcome(fault, "dead end", _MAX_QUESTIONS)


def _answer(fault: Fault, said: str) -> str:
    """What this customer says to the newest question."""
    newest = said.strip().splitlines()[-1] if said.strip() else ""
    for keyword, answer in {**_COMMON, **fault.answers}.items():
        if keyword in newest:
            return answer
    return "不太清楚"
