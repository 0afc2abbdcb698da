"""Written replies → sentences for a voice: nothing that only eyes understand. Pure."""

import re
import unicodedata

from gateway.channels.ivr.figures import spoken_figures
from gateway.channels.split import without_tables

_LINK = re.compile(r"(?:详见|请看|看图|点击|链接)?[:：]?\s*https?://[^\s，。；）)]+|www\.[\w./-]+")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BULLET = re.compile(r"^\s*(?:[·•*#>-]+|\d{1,2}[.、)）])\s*", re.MULTILINE)
# Words of the screen and their like on the telephone.
_HEARD = (
    (re.compile(r"(请)?(直接)?回复(?=[“「\"一-鿿])"), r"\1\2说"),
    (re.compile(r"(请)?(用文字|打字)(告诉|说)"), r"\1\3"),
    (re.compile(r"发(一下|给我)(?=[。，！]|$)"), "告诉我"),
    (re.compile(r"点(击|一下)?(上|下)(面|方)的(选项|按钮)"), "选一项"),
    (re.compile(r"点击|点一下|点(?=[“「])"), "选择"),
    (re.compile(r"(看|见)?(上面|下面|下方|下图|上图)的?(图片?|表格?|按钮)"), ""),
    (re.compile(r"Wi-?Fi", re.I), "无线网"),
)
_ASIDE = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]")
_QUOTES = re.compile(r"[“”‘’\"'「」『』《》〈〉`*_~|<>{}^\\]")
_NEXT_QUOTE = re.compile(r"(?<=[”’」』》])\s*(?=[“‘「『《])")
_ARROWS = re.compile(r"\s*(?:→|->|=>|>>|—+|–|--)\s*")
_SIGNS = str.maketrans({"/": "或", "×": "乘", "÷": "除以", "=": "等于", "+": "加"})
_END = re.compile(r"(?<=[。！？!?；;])|\n")
_ENDED = re.compile(r"[。！？!?；;，,、：:]$")
_SOFT_END = re.compile(r"[，,、；;：:]+$")
_TOO_LONG = 60
_COMMA = re.compile(r"(?<=[，；：])")


def sentences(text: str) -> list[str]:
    """What is said of a text, a sentence each; long ones are cut at a comma."""
    text = without_tables(text)
    text = _MARKDOWN_LINK.sub(r"\1", text)
    text = _LINK.sub("", text)
    text = _BULLET.sub("", text)
    for pattern, heard in _HEARD:
        text = pattern.sub(heard, text)
    text = spoken_figures(text)
    text = _ASIDE.sub(r"，\1，", text)
    text = _NEXT_QUOTE.sub("、", text)
    text = _ARROWS.sub("，", _QUOTES.sub("", text)).translate(_SIGNS)
    text = "".join(c for c in text if c == "\n" or _can_be_said(c))
    return [short for one in _END.split(text) if (s := _ended(one)) for short in _short(s)]


def _can_be_said(character: str) -> bool:
    """No emoji, no signs of the screen, nothing invisible."""
    return unicodedata.category(character) not in {"So", "Sk", "Sm", "Cf", "Cc", "Cs", "Co"}


def _ended(piece: str) -> str:
    piece = re.sub(r"\s+", " ", piece).strip()
    piece = re.sub(r"[，,]\s*(?=[，。！？；、,])|(?<=[：:])，", "", piece).lstrip(
        "，,、：:。；;！ "
    )
    piece = re.sub(r"(?<=[一-鿿，。？！：]) | (?=[一-鿿，。？！：])", "", piece)
    if not re.search(r"\w", piece):
        return ""
    return piece if re.search(r"[。！？!?]$", piece) else _SOFT_END.sub("", piece) + "。"


def _short(sentence: str) -> list[str]:
    """Nobody keeps a long sentence in mind; two commas away it is two sentences."""
    if len(sentence) <= _TOO_LONG:
        return [sentence]
    pieces, current = [], ""
    for part in _COMMA.split(sentence):
        if current and len(current) + len(part) > _TOO_LONG:
            pieces.append(_SOFT_END.sub("", current) + "。")
            current = ""
        current += part
    return [*pieces, current]
