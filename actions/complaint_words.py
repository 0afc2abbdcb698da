"""How customers agree, refuse, correct and leave numbers while a complaint is taken. Pure text.

The rule of this file: consent must be clear. A doubt, a question or a negation is never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from desk.model.errors import InvalidPhone
from desk.model.phones import parse_phone

PARTS = {
    "description": re.compile(r"内容|经过|描述|情况|事情|补充"),
    "category": re.compile(r"类"),
    "wish": re.compile(r"诉求|要求|希望|期望|结果"),
    "phone": re.compile(r"电话|号码|手机|联系"),
}
PHONE_LIKE = re.compile(r"\d[\d\s-]{5,}\d")
CHANGE = re.compile(r"(?<!不用)(?<!不)改|不对|(?<!没)(?<!没有)错|换|补充")
SUBMIT = re.compile(r"提交|确认|没错|没问题|就这样")

# Negations that say "all is well"; taken out before a sentence is searched for real ones.
_ALL_WELL = re.compile(
    r"没有?(什么|任何|啥)?(问题|错误?|毛病|意见|不对的?(地方)?|其他的?了?|别的了?|要[改补]充?的?了?)"
    r"|不(用|需要?|必)?再?(改|换|补充)了?|不错|差不多|不好意思|无误"
)
_NEGATION = re.compile(r"[不别没未勿莫]|取消|撤")
_DELAY = re.compile(
    r"等(等|下|一|会|我)|稍等|慢着|且慢|再(提交|说|想|看|考虑|核对)|[一待过]会|晚点|回头|明天|稍后|暂(时|缓)"
)
_QUESTION = re.compile(
    r"[?？吗么嘛呢]|怎|什么|哪|谁|多久|多少|几(天|时)|为啥|是不是|能不能|如果|要是"
)
_HOLD = re.compile(r"先(别|不)|[别勿](急|忙|提交|确认)|不(要|想|能)(先|急着)?(提交|确认)$|不急")
_GIVES_UP = re.compile(r"不.{0,3}了|算了|取消|撤|不投诉")
_SAME_PHONE = re.compile(r"就?(用|是)?这个|可以|对|是的?|验证过的")
_VERIFIED_NAMED = re.compile(r"验证过|原来的?|还是用?(这|那|刚才)")
_ABOUT_OFFERED = re.compile(r"号|这个|^(换|另)")
_OTHER_PHONE = re.compile(r"换|另|其[他它]|错|改")
_UNWANTED_BEFORE = re.compile(
    r"(不(是|要|用|打)|[别勿])再?(打|用|拨|给|到|这个|那个|我的|号码?|\s)*$"
)
_MARKER = re.compile(r"(改|换|更正|变|写)(成|为|到)(了)?|应该?(是|为|写)|其实是")
_BY_OTHERS = re.compile(r"[被他她]|你们|擅自|私自|偷偷")
_ADDITION = re.compile(r"^.{0,6}补充(一下|一点|说明|几句|内容)*[::,，\s]*(?P<value>.{4,})$", re.S)
_NAME_OF_PART = 10  # characters; what stands further before a marker tells a story
_AROUND_PHONE = 10
_EDGES = " \t\n:：,，。.!！、“”\"'「」"


@dataclass(frozen=True)
class Correction:
    """One part's new value, taken from the sentence that corrects it."""

    part: str
    value: str
    added: bool = False  # to what is there, instead of replacing it


def _plain(text: str) -> str:
    return _ALL_WELL.sub("好", text)


def wants_change(text: str) -> bool:
    """改一下, 不对 — but not 不用改了."""
    return bool(CHANGE.search(_plain(text)))


def doubts(text: str) -> bool:
    """A negation, a question or a delay: whatever else was said, this is no consent."""
    plain = _plain(text)
    return any(words.search(plain) for words in (_NEGATION, _DELAY, _QUESTION))


def says_submit(text: str) -> bool:
    """确认提交, 没问题, 不用改了 提交: consent in plain words."""
    return bool(SUBMIT.search(text)) and not doubts(text) and not wants_change(text)


def holds(text: str) -> bool:
    """先别提交, 可以提交了吗: neither agreement nor the end of the complaint."""
    if any(words.search(text) for words in (_HOLD, _DELAY, _QUESTION)):
        return True
    return bool(SUBMIT.search(text)) and doubts(text) and not _GIVES_UP.search(text)


def refuses_phone(text: str) -> bool:
    """不是这个号码, 换一个: the number offered is not the one to call."""
    plain = _plain(text)
    return bool(_NEGATION.search(plain) or _OTHER_PHONE.search(plain))


def accepts_phone(text: str) -> bool:
    """就用这个, without any doubt in the sentence."""
    return bool(_SAME_PHONE.search(text)) and not doubts(text) and not refuses_phone(text)


def names_verified_phone(text: str) -> bool:
    """Comes back to the verified number after having refused it."""
    return bool(_VERIFIED_NAMED.search(text)) and not refuses_phone(text)


def answers_phone(text: str) -> bool:
    """Figures, or a short yes or no about the number offered: no matter of its own."""
    about = len(text) <= _AROUND_PHONE and _ABOUT_OFFERED.search(text)
    return bool(PHONE_LIKE.search(text) or (about and (accepts_phone(text) or refuses_phone(text))))


def stated_phone(text: str, recognised: str | None) -> str | None:
    """The number the customer wants to be called on, valid or not; None without any.

    不是 138…，是 139… means the second; the only number refused is none at all.
    """
    written = list(PHONE_LIKE.finditer(text))
    wanted = [m.group() for m in written if not _UNWANTED_BEFORE.search(text[: m.start()])]
    if written and not wanted:
        return None
    valid = [number for number in wanted if valid_phone(number)]
    if valid:
        return valid[-1]
    return recognised or (wanted[-1] if wanted else None)


def gives_phone(text: str, recognised: str | None) -> str | None:
    """A valid number that is the point of the sentence, not one mentioned in a story."""
    stated = stated_phone(text, recognised)
    around = len(re.sub(r"[\d\s-]", "", text))
    return stated if stated and around <= _AROUND_PHONE and valid_phone(stated) else None


def valid_phone(text: str) -> str | None:
    """Bare digits of a number that can be called, or None."""
    try:
        return parse_phone(text)
    except InvalidPhone:
        return None


def named_part(text: str) -> str | None:
    """Which part of the complaint is talked about."""
    return next((part for part, words in PARTS.items() if words.search(text)), None)


def correction(text: str, categories: Iterable[str]) -> Correction | None:
    """电话改成 139…, 诉求改成赔我 100 块: the part and its value, when the sentence holds both."""
    added = _ADDITION.match(text)
    if added and not _MARKER.search(text) and not CHANGE.search(added["value"]):
        return Correction("description", added["value"].strip(_EDGES), added=True)
    marker = _MARKER.search(text)
    if marker is None or marker.start() > _NAME_OF_PART:
        return None
    if _BY_OTHERS.search(text[: marker.start()]):
        return None  # 套餐被换成了…: what happened, not what should stand here
    value = text[marker.end() :].strip(_EDGES)
    part = named_part(text[: marker.start()]) or _part_of(value, categories)
    return Correction(part, value) if part and value else None


def _part_of(value: str, categories: Iterable[str]) -> str | None:
    if valid_phone(value):
        return "phone"
    return "category" if value.removesuffix("类") in categories else None
