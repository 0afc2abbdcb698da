"""Multinomial logistic regression over a dense and a sparse block, in single precision.

scikit-learn would join both blocks into one sparse matrix, four times slower; training has to take
seconds so that reviewed sentences are learnt while the reviewer watches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Block:
    """The two halves of the features of n sentences."""

    dense: np.ndarray
    sparse: csr_matrix

    def rows(self, chosen: np.ndarray) -> Block:
        """The same for some of the sentences."""
        return Block(self.dense[chosen], self.sparse[chosen])


@dataclass(frozen=True)
class Weights:
    """What was learnt: one row of each array per class."""

    dense: np.ndarray
    sparse: np.ndarray
    bias: np.ndarray

    def scores(self, block: Block) -> np.ndarray:
        """Unnormalised log probabilities, one row per sentence."""
        return block.dense @ self.dense.T + block.sparse @ self.sparse.T + self.bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)


def fit(
    block: Block, labels: np.ndarray, classes: int, importance: np.ndarray, c: float, steps: int
) -> Weights:
    """Minimise the weighted cross entropy with an L2 penalty 1/(2c); L-BFGS, at most `steps`."""
    wide, many = block.dense.shape[1], block.sparse.shape[1]
    size = wide + many + 1
    dense = np.ascontiguousarray(block.dense, dtype=np.float32)
    sparse = block.sparse.astype(np.float32)
    turned = sparse.T.tocsr()
    rows = np.arange(len(labels))
    weight = importance.astype(np.float32)[:, None]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(size, classes).astype(np.float32)
        scores = dense @ w[:wide] + sparse @ w[wide:-1] + w[-1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        entropy = -(importance * np.log(scores[rows, labels] + 1e-12)).sum()
        scores[rows, labels] -= 1
        scores *= weight
        grad = np.empty_like(w)
        grad[:wide] = dense.T @ scores
        grad[wide:-1] = turned @ scores
        grad[-1] = scores.sum(axis=0)
        grad[:-1] += w[:-1] / c
        penalty = float((w[:-1] ** 2).sum()) / (2 * c)
        return float(entropy) + penalty, grad.ravel().astype(np.float64)

    start = np.zeros(size * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    w = found.x.reshape(size, classes).astype(np.float32).T
    return Weights(w[:, :wide].copy(), w[:, wide:-1].copy(), w[:, -1].copy())
