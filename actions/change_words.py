"""How customers agree, step back, give up and choose while a change is arranged. Pure text."""

from __future__ import annotations

import re

from actions.complaint_words import doubts

_YES = re.compile(r"确认|确定|同意|就这样|没问题|办吧|就办|给我办|可以办|退吧|确认提交")
_NO_MORE = re.compile(
    r"不(办|要|用|退|换|开|充|停|装|移|续|重设)了|算了|先不|不想|取消|再(考虑|想)|下次|放弃"
)
_OTHER = re.compile(
    r"不是这|不对|不是|换(一?个|成|别的)|改(一下|成)?|选错|重新?选|错了|另一?个|别的"
)
_HOLD = re.compile(r"先别|[别勿](急|忙|办)|等(一下|等|会)|慢着")
_QUESTION = re.compile(r"[?？吗么呢]$|多少|什么|怎么|哪|能不能|会不会")
ALL = re.compile(r"全部|所有|都(给我)?(退|取消)|全(退|取消)|一起退|一次(性)?退|通通|统统")
CHEAPER = re.compile(r"便宜|低一?(点|些|档)|少(点|一点)|降(档|级)|最低")
DEARER = re.compile(r"流量(多|大)|多(点|一点)流量|升(档|级)|更?贵|更?高|更大|大一?点")
UNDO = re.compile(
    r"(撤销|撤回|取消|反悔).{0,4}(刚才|刚刚|上一?个|之前|前面).{0,6}(办|业务|套餐|退订|变更|续约)?"
)
LOSS = re.compile(r"挂失|丢|被?偷|找不到|不见|遗失|掉了")
PAUSE = re.compile(r"保号|暂停|停(用)?[一二两三四五六\d半]|不用(了)?.{0,4}留|出国|长期不用|报停")
_MONTHS = re.compile(r"(?P<n>\d{1,2}|[一二两三四五六七八九十]|半)个?(?P<unit>月|年)")
_FIGURES = {name: i for i, name in enumerate("零一二三四五六七八九十")} | {"两": 2}
_NTH = re.compile(r"第([一二三四五六七八\d])(个|种|款|项|档)|^([1-8])$")
_AMOUNT = re.compile(r"(?<![\d.])(\d{1,4}(?:\.\d{1,2})?)(?![\d.%])")
_WIFI = re.compile(r"wi-?fi|无线|路由", re.IGNORECASE)
_OURS = re.compile(r"宽带|拨号|服务密码|客服密码|上网密码")
HALF_YEAR, YEAR = 6, 12
_SHORT = 6  # characters


def agrees(text: str, *, affirmed: bool) -> bool:
    """好的, 确认办理; anything with a doubt, a question or another wish in it is no consent."""
    if _HOLD.search(text) or _OTHER.search(text) or _QUESTION.search(text) or doubts(text):
        return False
    return affirmed or bool(_YES.search(text))


def gives_up(text: str) -> bool:
    return bool(_NO_MORE.search(text)) and not _HOLD.search(text)


def gives_up_shortly(text: str) -> bool:
    """不装了, 不充了: so short that nothing else can be meant, whatever it was taken for."""
    return len(text) <= _SHORT and gives_up(text)


def wants_another_shortly(text: str) -> bool:
    """换一个: another of the same, not another matter."""
    return len(text) <= _SHORT and wants_other(text)


def wants_other(text: str) -> bool:
    """不是这个, 换一个: the choice was wrong, the matter stands."""
    return bool(_OTHER.search(text))


def agrees_to_undo(text: str, *, affirmed: bool) -> bool:
    """确认撤销: the word for it is a refusal everywhere else."""
    return agrees(re.sub(r"撤(销|回)", "", text), affirmed=affirmed)


def wants_undo(text: str) -> bool:
    """撤销刚才的办理: a change, not an order."""
    return bool(UNDO.search(text)) and not re.search(r"报修|工单|投诉|上门|单子", text)


def about_wifi(text: str) -> bool:
    """The password of the customer's own wireless network; 宽带密码 is ours."""
    return bool(_WIFI.search(text)) and not _OURS.search(text)


def stated_months(text: str) -> int | None:
    """停三个月, 半年."""
    found = _MONTHS.search(re.sub(r"\s", "", text))
    if found is None:
        return None
    if found["n"] == "半":
        return HALF_YEAR if found["unit"] == "年" else None
    number = int(found["n"]) if found["n"].isdigit() else _FIGURES[found["n"]]
    return number * (YEAR if found["unit"] == "年" else 1)


def nth(text: str) -> int | None:
    """第二个, or just 2: a place in the list that was shown, from 0."""
    found = _NTH.search(text.strip())
    if found is None:
        return None
    figure = found[1] or found[3]
    return (int(figure) if figure.isdigit() else _FIGURES[figure]) - 1


def stated_amount(text: str) -> float | None:
    """The sum in a sentence that is about nothing else."""
    found = _AMOUNT.search(text)
    return float(found[1]) if found else None
