"""What is known of some code before it runs, and what is then left of it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PLAIN = (bool, int, float, str, type(None))
TYPES = ("variable_dtype", "compute_dtype", "dtype_policy", "dtype")
COMPARED = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, others: one in others,
    ast.NotIn: lambda one, others: one not in others,
}


class NotKnownError(Exception):
    """An expression has no value before the code runs."""


@dataclass
class KnownValues:
    """What is known: `attributes` of the layer, the number of axes of its input (`rank`, 0 for
    several inputs), whether the layer sums steps up (`pools`), what else it holds
    that has plain parts (`objects`), and `present`, the names that are never None."""

    attributes: Mapping[str, Any]
    rank: int
    pools: bool = False
    objects: Mapping[str, Any] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    def value(self, node: ast.expr) -> Any:
        """The value of an expression. Raises NotKnownError."""
        match node:
            case ast.Constant(value):
                return value
            case ast.Attribute(ast.Name("self"), name) if name in self.attributes:
                return self.attributes[name]
            case ast.Tuple(elements) | ast.List(elements):
                return tuple(self.value(each) for each in elements)
            case ast.Dict(keys, values) if all(keys):
                return {
                    self.value(key): each for key, each in zip(keys, values, strict=True) if key
                }
            case ast.UnaryOp(ast.Not(), operand):
                return not self.truth(operand)
            case ast.BoolOp():
                return self._joined(node)
            case ast.Compare(left, [compared], [right]):
                return self._compared(left, compared, right)
            case ast.BinOp(left, ast.Add(), right):
                return self.value(left) + self.value(right)
            case ast.Call(ast.Name("len"), [of], []):
                return self._length(of)
            case ast.Call(ast.Name("several"), [_], []):
                return self.rank == 0
            case ast.Call(ast.Name("range"), of, []):
                return tuple(range(*map(self.value, of)))
        raise NotKnownError

    def truth(self, node: ast.expr) -> bool:
        """Whether an expression is true. Raises NotKnownError."""
        return bool(self.value(node))

    def is_present(self, node: ast.expr) -> bool:
        """Whether an expression is surely something else than None."""
        if isinstance(node, ast.Name):
            return node.id in self.present
        return not isinstance(node, ast.Constant | ast.Attribute | ast.IfExp | ast.Starred)

    def _joined(self, node: ast.BoolOp) -> bool:
        stops = isinstance(node.op, ast.Or)
        unknown = False
        for each in node.values:
            try:
                if self.truth(each) == stops:
                    return stops
            except NotKnownError:
                unknown = True
        if unknown:
            raise NotKnownError
        return not stops

    def _compared(self, left: ast.expr, compared: ast.cmpop, right: ast.expr) -> bool:
        if isinstance(compared, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise NotKnownError
            is_none = not self.is_present(left) and self.value(left) is None
            return is_none == isinstance(compared, ast.Is)
        return bool(COMPARED[type(compared)](self.value(left), self.value(right)))

    def _length(self, of: ast.expr) -> int:
        shape = of.value if isinstance(of, ast.Attribute) and of.attr == "shape" else of
        if isinstance(shape, ast.Name) and shape.id in ("inputs", "input_shape") and self.rank:
            return self.rank
        return len(self.value(of))


def literal_node(value: Any) -> ast.expr:
    """A plain value as an expression."""
    return ast.parse(repr(value), mode="eval").body


def is_plain(value: Any) -> bool:
    """Whether a value can be written down."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)


def is_type(node: ast.expr) -> bool:
    """Whether an expression names the type of numbers that a layer computes in."""
    if isinstance(node, ast.Attribute):
        return node.attr in TYPES
    return isinstance(node, ast.Constant) and node.value == "float32"


def counts_or_tells(node: ast.expr) -> bool:
    """Whether an expression is no float: a condition, or a number that counts."""
    for each in ast.walk(node):
        if isinstance(each, ast.Compare):
            return True
        if isinstance(each, ast.Name | ast.Attribute):
            name = each.id if isinstance(each, ast.Name) else each.attr
            if "mask" in name or name in ("equal", "not_equal", "logical_and", "support", "places"):
                return True
    return False
