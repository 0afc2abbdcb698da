"""How a sentence sounds: one toneless syllable per character, as typists mean it.

Most typing mistakes in Chinese choose another character of the same sound (宽戴 for 宽带), and
speakers from the south write n for l and z for zh. Sounds are therefore folded before use.
"""

from __future__ import annotations

from functools import lru_cache

_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@lru_cache(maxsize=16384)
def syllable(char: str) -> str:
    """The usual reading of one character without tone; other characters stand for themselves."""
    if not "\u4e00" <= char <= "\u9fff":
        return char.lower()
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 20 MB of tables, read once

    return lazy_pinyin(char, style=Style.NORMAL)[0]


@lru_cache(maxsize=16384)
def folded(char: str) -> str:
    """The syllable with the differences taken away that speakers commonly do not make."""
    sound = syllable(char)
    if not "\u4e00" <= char <= "\u9fff":
        return sound
    for long, short in _FOLDS:
        if sound.startswith(long):
            sound = short + sound[len(long) :]
    for long, short in _ENDINGS:
        if sound.endswith(long):
            sound = sound[: -len(long)] + short
    return sound


def sounds(text: str) -> list[str]:
    """Folded syllables of a sentence, one per character that is no blank."""
    return [folded(char) for char in text if not char.isspace()]
