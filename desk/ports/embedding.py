"""Sentence meaning as unit vectors; the knowledge search compares questions by them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

type Vectors = npt.NDArray[np.float32]


class Embedding(Protocol):
    # Whose vectors these are: kept ones of another name are not comparable.
    name: str

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order."""
        ...
