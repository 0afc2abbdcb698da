"""Sentence → piece numbers: the unigram tokenizer of e5, for sentences of a customer's length."""

from __future__ import annotations

import re

from meaning.weights import Weights

SPACE = "\u2581"
_SPACES = re.compile(" {2,}")
# An unknown letter is worse than any piece, by this much.
_UNKNOWN_PENALTY = 10.0
_IMPOSSIBLE = -1e30


class Tokenizer:
    """The likeliest way to cut a sentence into known pieces."""

    def __init__(self, weights: Weights) -> None:
        """Build the tables: a third of a second."""
        self._pieces, self._forms = weights.pieces, weights.forms
        self._scores = weights.scores.tolist()
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, self._pieces))
        self._begin, self._end, self._unknown = weights.begin, weights.end, weights.unknown
        self._room = weights.positions - 2

    def numbers(self, text: str) -> list[int]:
        """Piece numbers with the marks of begin and end."""
        letters = "".join(self._forms.get(letter, letter) for letter in text)
        letters = _SPACES.sub(" ", letters).replace(" ", SPACE)
        if not letters.startswith(SPACE):
            letters = SPACE + letters
        return [self._begin, *self._cut(letters)[: self._room], self._end]

    def _cut(self, letters: str) -> list[int]:
        """Viterbi: the best way to each place, then the way back."""
        pieces, scores, unknown = self._pieces, self._scores, self._unknown
        size = len(letters)
        best = [0.0] + [_IMPOSSIBLE] * size
        came = [(0, unknown)] * (size + 1)
        for start in range(size):
            here = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                piece = pieces.get(letters[start:end])
                if piece is None or piece == unknown:
                    if end > start + 1:
                        continue
                    piece, score = unknown, here + self._unknown_score
                else:
                    score = here + scores[piece]
                if score > best[end]:
                    best[end], came[end] = score, (start, piece)
        found: list[int] = []
        while size:
            size, piece = came[size]
            found.append(piece)
        return found[::-1]
