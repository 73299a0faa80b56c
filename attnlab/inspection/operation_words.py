"""What an operation of Keras is called, and how it is written as a formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np

from attnlab.wording import counted

PLAIN = frozenset(
    {"Cast", "Reshape", "Transpose", "ExpandDims", "Squeeze", "Swapaxes", "Identity", "Dropout"}
)
"""Operations that change no number outside of training, and are left out of formulas."""

SIGNS: Mapping[str, str] = MappingProxyType(
    {"Add": "+", "Subtract": "−", "Multiply": "×", "TrueDivide": "/", "Matmul": "·"}
)

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "Matmul": "product of matrices",
        "Einsum": "sum of products",
        "Add": "sum",
        "Subtract": "difference",
        "Multiply": "product, number by number",
        "TrueDivide": "quotient",
        "GetItem": "a part of it",
        "Take": "repeated for its places",
        "Stack": "side by side",
        "Concatenate": "side by side",
        "Argmax": "the place of the largest",
        "Equal": "1 where equal, else 0",
        "ZerosLike": "zeros",
        "Maximum": "the larger one",
        "Max": "maximum",
        "Sqrt": "square root",
        "StopGradient": "the same, without a gradient",
    }
)
"""Where the name of the operation is not a word that people use."""

CALLED: Mapping[str, str] = MappingProxyType(
    {"Sqrt": "√", "Sigmoid": "σ", "Max": "max", "ZerosLike": "0 · ", "StopGradient": ""}
)
"""How a formula writes a function, where it is not the name of the operation."""


TURNED = "ᵀ"
"""Behind the name of a matrix whose rows are its columns."""


class Words(NamedTuple):
    """A step in words, and as a formula."""

    title: str
    formula: str


def is_plain(operation: Any, node: Any) -> bool:
    """Whether an operation leaves the numbers as they are, but for their order and shape."""
    kind = type(operation).__name__
    if kind == "GetItem":
        [taken] = node.arguments.keras_tensors
        return _size(taken) == _size(node.outputs[0])
    return kind in PLAIN


def turns(operation: Any, tensor: Any) -> bool:
    """Whether an operation exchanges the last two axes and no others."""
    last = len(tensor.shape) - 1
    if type(operation).__name__ == "Swapaxes":
        return {operation.axis1 % (last + 1), operation.axis2 % (last + 1)} == {last, last - 1}
    axes = getattr(operation, "axes", None) if type(operation).__name__ == "Transpose" else None
    return axes is not None and tuple(axes) == (*range(last - 1), last, last - 1)


def turned(name: str) -> str:
    """The name of a matrix with its axes exchanged: "s2" becomes "s2ᵀ", and that "s2"."""
    return name.removesuffix(TURNED) if name.endswith(TURNED) else name + TURNED


def words_of(operation: Any, node: Any, name: str, takes: Sequence[str], number: int) -> Words:
    """An operation in words; `name` is that of its result number `number`, and `takes` are the
    names of what goes in."""
    if isinstance(operation, keras.Layer):
        words = _layer(operation, takes)
    else:
        words = _operation(operation, node, takes)
    of_several = f", {number + 1}" if len(node.outputs) > 1 else ""
    return Words(words.title + of_several, f"{name} = {words.formula}")


def _layer(layer: Any, takes: Sequence[str]) -> Words:
    """A layer inside of the module, by what it is and its own name."""
    kind, own, x = type(layer).__name__, layer.name, ", ".join(takes)
    called = f"“{own.replace('_', ' ')}”"
    after = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if isinstance(layer, keras.layers.Dense):
        inner = f"W {x}" + (" + b" if layer.use_bias else "")
        return Words(_activated(f"dense layer {called}", after), _applied(after, inner))
    if kind in ("Conv1D", "Conv2D", "DepthwiseConv2D"):
        sides = layer.kernel_size
        window = " × ".join(map(str, sides)) if len(sides) > 1 else f"{sides[0]} wide"
        title = f"convolution {called}, {window}"
        return Words(_activated(title, after), _applied(after, f"W ∗ {x}"))
    if kind.endswith("Normalization"):
        what = kind.removesuffix("Normalization").lower()
        return Words(f"{what} normalisation {called}", f"norm({x})")
    return Words(f"{kind} {called}", f"{own}({x})")


def _activated(title: str, after: str) -> str:
    return title if after == "linear" else f"{title}, {after.replace('_', ' ')}"


def _applied(function: str, inner: str) -> str:
    if function == "linear":
        return inner
    return f"{'σ' if function == 'sigmoid' else function}({inner})"


def _operation(operation: Any, node: Any, takes: Sequence[str]) -> Words:
    kind = type(operation).__name__
    title = TITLES.get(kind, _spaced(kind))
    operands = _operands(node.arguments, takes)
    if kind in SIGNS and len(operands) == 2:
        return Words(title, f" {SIGNS[kind]} ".join(operands))
    if kind in ("GetItem", "Take"):
        return Words(title, f"{'part of' if kind == 'GetItem' else 'repeat'} {operands[0]}")
    if kind == "Einsum":
        return Words(title, f"Σ {' '.join(operands)}")
    axes = _axes(operation, node) if kind in ("Mean", "Sum", "Max", "Softmax") else ""
    function = CALLED.get(kind, _spaced(kind).replace(" ", "_"))
    return Words(f"{title}{axes}", f"{function}({', '.join(operands)})")


def _operands(arguments: Any, takes: Sequence[str]) -> list[str]:
    """What goes in, in order: names, and numbers and weights as they are written."""
    names = iter(takes)
    found = []
    for each in keras.tree.flatten([list(arguments.args[:2])]):
        if isinstance(each, keras.KerasTensor):
            found.append(next(names))
        elif isinstance(each, keras.Variable):
            found.append(each.name.replace("_", " "))
        elif isinstance(each, (int, float)) and not isinstance(each, bool):
            found.append(f"{each:.4g}".replace("-", "−"))
        elif isinstance(each, np.ndarray) or hasattr(each, "numpy"):
            found.append("weights" if np.ndim(each) else f"{float(each):.4g}")
    return [*found, *names]


def _axes(operation: Any, node: Any) -> str:
    """ "over 9 numbers": how many of what goes in make one of what comes out."""
    if type(operation).__name__ == "Softmax":
        return f" over {counted(node.outputs[0].shape[-1], 'number')}"
    taken = _size(node.arguments.keras_tensors[0])
    made = _size(node.outputs[0])
    return f" of each {taken // made}" if made and taken % made == 0 else ""


def _size(tensor: Any) -> int:
    """How many numbers a tensor has for a sample; 0 where that is not known."""
    sizes = tensor.shape[1:]
    return 0 if None in sizes else math.prod(sizes)


def _spaced(name: str) -> str:
    """The name of a class as words: "HardSilu" becomes "hard silu"."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()
