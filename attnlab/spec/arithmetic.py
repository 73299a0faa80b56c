"""Arithmetic in a text, such as "2*C*h + D**2": worked out without running it as Python."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from attnlab.spec.parameters import SpecError, shown

_LARGEST = 10**12
"""Of the base of a power: a count of weights is far below."""

_LARGEST_VALUE = 10**30
"""Of every number on the way: sizes multiply, and stay far below."""

LONGEST = 4096
"""Characters of a text: parsing takes thousands of bytes for each."""

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: lambda base, exponent: _power(base, exponent),
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "int": int,
    "log2": math.log2,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}
"""What may be called by name."""


def worked_out(text: str, values: Mapping[str, Any]) -> Any:
    """The number that arithmetic over these names gives: numbers, + - * / // % **, comparisons,
    `and`, `or`, `not`, `a if b else c`, `FUNCTIONS`, and texts, which can be compared alone.

    What comes from strangers may be worked out: a text of a few characters takes little time and
    memory. Raises SpecError for anything else.
    """
    if len(text) > LONGEST:
        raise SpecError(
            f"arithmetic has at most {LONGEST} characters, got {len(text)}: {shown(text)}"
        )
    try:
        return _number(_value(ast.parse(text.strip(), mode="eval").body, values))
    except SpecError:
        raise
    except (SyntaxError, MemoryError):  # the parser calls a deep nesting the latter
        raise SpecError(f"{shown(text)} is no arithmetic") from None
    except (ArithmeticError, ValueError, TypeError, RecursionError) as error:
        raise SpecError(f"{shown(text)} cannot be worked out: {error}") from None


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value) if isinstance(value, (bool, int, float, str)):
            return value
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Name(id=name):
            raise SpecError(f"unknown name {shown(name)}: the known ones are {', '.join(values)}")
        case ast.BinOp() if type(node.op) in _BINARY:
            sides = (_number(_value(each, values)) for each in (node.left, node.right))
            return _number(_BINARY[type(node.op)](*sides))
        case ast.UnaryOp(op=ast.USub()):
            return -_number(_value(node.operand, values))
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, values)
        case ast.BoolOp():
            parts = (bool(_value(each, values)) for each in node.values)
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        case ast.IfExp():
            chosen = node.body if _value(node.test, values) else node.orelse
            return _value(chosen, values)
        case ast.Compare(ops=[how], comparators=[right]) if type(how) in _COMPARED:
            return _COMPARED[type(how)](_value(node.left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_number(_value(each, values)) for each in node.args))
    raise SpecError(f"{shown(ast.unparse(node))} is no arithmetic that is understood here")


def _number(value: Any) -> Any:
    if not isinstance(value, (int, float)):
        raise ValueError(f"expected a number, got {shown(value)}")
    if not abs(value) <= _LARGEST_VALUE:
        raise ValueError("a number is too large")
    return value


def _power(base: Any, exponent: Any) -> Any:
    if abs(base) > _LARGEST or abs(exponent) > 16:
        raise ValueError("the power is too large")
    return base**exponent
