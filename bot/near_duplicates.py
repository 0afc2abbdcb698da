"""Which sentences say the same thing in nearly the same letters.

Repeats teach a model nothing and make measuring dishonest; both the data check and the tests ask
here. Standard library only, so that it runs in either environment.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

SHORTEST_COMPARED = 8  # below it one other character is another matter: 查话费, 交话费
ALIKE = 0.88
_NOT_LETTERS = re.compile(r"[\W_]+")
_NOISE = re.compile(r"^(?:嗯|呃|喂|哎|那个|就是)+|[啊呀吧呢嘛哦哈啦]+$")


def letters(text: str) -> str:
    """What is compared: lower-case letters and figures without marks, fillers and particles."""
    plain = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _NOISE.sub("", plain) or plain or text.strip()


def near_pairs(texts: Sequence[str], others: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Pairs of near-equal sentences within `texts`, or between `others` and `texts`."""
    index: dict[str, list[int]] = defaultdict(list)
    keys = [letters(text) for text in texts]
    first: dict[str, int] = {}
    found: list[tuple[str, str]] = []
    within = others is None
    for at, key in enumerate(keys):
        if within:
            twin = first.get(key)
            twin = _alike(key, keys, index) if twin is None else twin
            if twin is not None:
                found.append((texts[at], texts[twin]))
        first.setdefault(key, at)
        for gram in set(_grams(key)) if len(key) >= SHORTEST_COMPARED else ():
            index[gram].append(at)
    for other in others or ():
        key = letters(other)
        twin = first.get(key)
        twin = _alike(key, keys, index) if twin is None else twin
        if twin is not None:
            found.append((other, texts[twin]))
    return found


def _grams(key: str) -> list[str]:
    return [key[i : i + 2] for i in range(len(key) - 1)]


def _alike(key: str, keys: list[str], index: dict[str, list[int]]) -> int | None:
    if len(key) < SHORTEST_COMPARED:
        return None
    grams = set(_grams(key))
    shared: Counter[int] = Counter()
    for gram in grams:
        shared.update(index.get(gram, ()))
    for at, count in shared.most_common(3):
        if 2 * count / (len(grams) + len(set(_grams(keys[at])))) >= ALIKE:
            return at
    return None
