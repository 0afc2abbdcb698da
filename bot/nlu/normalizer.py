"""First step of understanding: one spelling for what customers write in many.

Everything after it (tokenizer, featurizer, classifier, extractor) sees the normalised text;
what the customer really typed stays on the message as `original_text`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import opencc
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.values import chinese_number, spoken_digits

ORIGINAL_TEXT = "original_text"
HUNDRED = 100

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe0e\ufe0f]")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff]+"
)
_WECHAT_EMOTE = re.compile(r"\[[\u4e00-\u9fff]{1,3}\]")
_REPEATED_MARK = re.compile(r"([!?。,;~…、.\-])\1+")
# Digits are left alone, spoken ones too: 1380000 and 幺三八零零零零 must keep their zeros.
_REPEATED_CHARACTER = re.compile(r"([^\W\d〇零一二三四五六七八九十幺洞拐勾])\1{2,}")
_FILLERS = re.compile(
    r"^(?:(?:嗯|呃|额|诶|哎|喂)+[,。\s]*)?(?:(?:那个|就是说|就是)[,\s]*)*(?=[\u4e00-\u9fff]{3})"
)
_NUMERAL = "零〇一二两三四五六七八九十百千幺廿卅"
# 好的好的, 怎么怎么: speech noise. Numerals are left alone.
_REPEATED_WORD = re.compile(rf"((?:(?![{_NUMERAL}])[\u4e00-\u9fff]){{2,4}})\1+")
_SPOKEN_RUN = re.compile(
    r"[零〇洞一幺二两三四五六七拐八九勾](?:[\s-]?[零〇洞一幺二两三四五六七拐八九勾]){6,}"
)
_SPOKEN_AMOUNT = re.compile(
    rf"(?<![第{_NUMERAL}])([{_NUMERAL}]+)(?=\s*(?:块|元|蚊|个?(?:[GgMm]|兆)|分钟))"
)
# 幺 is only ever a figure: 六九幺 is a code, 中山路幺二八号 a house.
_SPOKEN_ONE = re.compile(
    r"[零〇洞一二两三四五六七拐八九勾\d]+幺[零〇洞一幺二两三四五六七拐八九勾\d]*"
    r"|幺[零〇洞一幺二两三四五六七拐八九勾\d]+"
)
_SPOKEN_CODE = re.compile(r"[零〇一二三四五六七八九]{3,5}(?=的?(?:错误|报错|代码))")
_BLANKS = re.compile(r"\s+")
_WORD_SWAPS = {
    "WI-FI": "wifi",
    "wi-fi": "wifi",
    "Wi-Fi": "wifi",
    "wlan": "wifi",
    "WLAN": "wifi",
    "無線網": "无线网",
}
_ASCII_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    """The traditional→simplified converter; its dictionaries take 50 ms to read, so only once."""
    return opencc.OpenCC("t2s")


def normalize(text: str) -> str:
    """Return the text in simplified Chinese, half-width, without emoji and stretched characters.

    A message of emoji alone keeps them: an empty text would lose that something was said.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _INVISIBLE.sub("", plain)
    plain = "".join(c if c.isprintable() else " " for c in plain)
    plain = _simplifier().convert(plain.replace("\U0001f4af", "100"))
    plain = _ASCII_WORD.sub(lambda m: _WORD_SWAPS.get(m.group(), m.group()), plain)
    without_emoji = _BLANKS.sub(" ", _WECHAT_EMOTE.sub(" ", _EMOJI.sub(" ", plain))).strip()
    plain = without_emoji or _BLANKS.sub(" ", plain).strip()
    plain = _REPEATED_MARK.sub(r"\1", plain)
    plain = _REPEATED_CHARACTER.sub(r"\1\1", plain)
    plain = _REPEATED_WORD.sub(r"\1", plain)
    plain = _FILLERS.sub("", plain)
    plain = _SPOKEN_RUN.sub(lambda m: spoken_digits(m.group()), plain)
    plain = _SPOKEN_ONE.sub(lambda m: spoken_digits(m.group()), plain)
    plain = _SPOKEN_CODE.sub(lambda m: spoken_digits(m.group()), plain)
    return _SPOKEN_AMOUNT.sub(_figures, plain)


def _figures(match: re.Match[str]) -> str:
    number = chinese_number(match.group(1))
    # 百兆 and 千兆 are names of products, not counts of something.
    return (
        match.group()
        if number is None or len(match.group(1)) == 1 and number >= HUNDRED
        else (f"{number:g}")
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TextNormalizer(GraphComponent):
    """Rasa graph component around `normalize`; runs before the tokenizer."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextNormalizer:
        """Build the component (it has no settings and nothing to load)."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalise the text of each message, keeping the original beside it."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str):
                message.set(ORIGINAL_TEXT, text, add_to_output=True)
                message.set(TEXT, normalize(text), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise the training sentences the same way as live ones."""
        for example in training_data.training_examples:
            text = example.get(TEXT)
            if isinstance(text, str):
                example.set(TEXT, normalize(text))
        return training_data
