"""Multinomial logistic regression over a dense and a sparse block, in single precision.

scikit-learn would join both blocks into one sparse matrix, four times slower, and scipy's L-BFGS
computes in double precision over its ten last steps: 18 s where six steps in single precision take
4 s. Training has to take seconds so that reviewed sentences are learnt
while the reviewer watches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

REMEMBERED_STEPS = 6
_ENOUGH_DESCENT, _SHORTEST_STEP, _CONVERGED = 1e-4, 1e-3, 1e-7
# How much curvature a column adds per unit of its weighted square; 0.005 needed the fewest steps.
_CURVATURE = 0.005

Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]


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
    scale = _scale(dense, sparse, weight[:, 0], c)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(size, classes) * scale
        scores = np.broadcast_to(w[-1], (len(labels), classes)).copy()
        if wide:
            scores += dense @ w[:wide]
        if many:
            scores += sparse @ w[wide:-1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        entropy = -(importance * np.log(scores[rows, labels] + 1e-12)).sum()
        scores[rows, labels] -= 1
        scores *= weight
        grad = np.empty_like(w)
        if wide:
            grad[:wide] = dense.T @ scores
        if many:
            grad[wide:-1] = turned @ scores
        grad[-1] = scores.sum(axis=0)
        grad[:-1] += w[:-1] / np.float32(c)
        penalty = float(np.vdot(w[:-1], w[:-1])) / (2 * c)
        grad *= scale
        return float(entropy) + penalty, grad.ravel()

    found = _minimize(loss, np.zeros(size * classes, dtype=np.float32), steps)
    w = (found.reshape(size, classes) * scale).T
    return Weights(w[:, :wide].copy(), w[:, wide:-1].copy(), w[:, -1].copy())


def _scale(dense: np.ndarray, sparse: csr_matrix, weight: np.ndarray, c: float) -> np.ndarray:
    """One factor per column that makes them about equally steep, and the way to the end short.

    At the end the weights no longer depend on the last digit of a vector, which differs from one
    processor to the next; stopped on the way, they were another model on another machine.
    """
    steep = [weight @ np.square(dense), sparse.multiply(sparse).T @ weight, [weight.sum()]]
    found = 1 / np.sqrt(1 / c + _CURVATURE * np.concatenate(steep))
    return found.astype(np.float32)[:, None]


def _minimize(loss: Loss, start: np.ndarray, steps: int) -> np.ndarray:
    """L-BFGS for a convex function: the two-loop recursion with a backtracking line search."""
    at = start
    value, slope = loss(at)
    pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=REMEMBERED_STEPS)
    for _ in range(steps):
        way = _direction(slope, pairs)
        descent, stride = float(np.dot(way, slope)), 1.0
        while True:
            there = at - np.float32(stride) * way
            lower, steepness = loss(there)
            enough = value - _ENOUGH_DESCENT * stride * descent
            if lower <= enough or stride < _SHORTEST_STEP:
                break
            stride /= 2
        step, turn = there - at, steepness - slope
        curvature = float(np.dot(step, turn))
        if curvature > 0:
            pairs.append((step, turn, curvature))
        gained = value - lower
        at, value, slope = there, lower, steepness
        if gained <= _CONVERGED * abs(value):
            break
    return at


def _direction(slope: np.ndarray, pairs: deque[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """The slope turned by what the last steps told about the curvature."""
    way, shares = slope.copy(), []
    for step, turn, curvature in reversed(pairs):
        share = float(np.dot(step, way)) / curvature
        way -= np.float32(share) * turn
        shares.append(share)
    if pairs:
        _, turn, curvature = pairs[-1]
        way *= np.float32(curvature / float(np.dot(turn, turn)))
    else:
        way /= max(np.float32(np.linalg.norm(slope)), np.float32(1e-9))
    for (step, turn, curvature), share in zip(pairs, reversed(shares), strict=True):
        way += np.float32(share - float(np.dot(turn, way)) / curvature) * step
    return way
