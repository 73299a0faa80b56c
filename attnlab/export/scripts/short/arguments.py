"""Functions that are written out: their arguments, and small questions about code."""

from __future__ import annotations

import ast
from dataclasses import dataclass

Environment = dict[str, ast.expr]
NOTHING = ast.Constant(None)


@dataclass(frozen=True)
class Function:
    """A function and the classes above the one that it is in, for `super()`."""

    node: ast.FunctionDef
    above: int = 0


def function_names(node: ast.FunctionDef) -> set[str]:
    """The functions that a function defines inside."""
    return {each.name for each in node.body if isinstance(each, ast.FunctionDef)}


def bound_arguments(node: ast.FunctionDef, call: ast.Call) -> Environment | None:
    """The expression of each argument; None where that cannot be told."""
    names = [each.arg for each in node.args.args if each.arg != "self"]
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    bound: Environment = dict(zip(names, call.args, strict=False))
    defaults = node.args.defaults
    usual = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    only = node.args.kwonlyargs
    usual |= {a.arg: d for a, d in zip(only, node.args.kw_defaults, strict=True) if d is not None}
    names += [each.arg for each in only]
    more: list[ast.keyword] = []
    for each in call.keywords:
        if each.arg in names:
            bound[each.arg] = each.value
        else:
            more.append(each)
    bound = {
        name: bound.get(name) or usual[name] for name in names if name in bound or name in usual
    }
    if node.args.kwarg:
        if any(each.arg is None for each in more):
            return None
        keys = [ast.Constant(each.arg) for each in more]
        bound[node.args.kwarg.arg] = ast.Dict(list(keys), [each.value for each in more])
    return bound if len(bound) == len(names) + bool(node.args.kwarg) else None


def spread(keywords: list[ast.keyword]) -> list[ast.keyword]:
    """Arguments by name, `**` of a dictionary that is written down among them."""
    written: list[ast.keyword] = []
    for each in keywords:
        if each.arg is None and isinstance(each.value, ast.Dict):
            pairs = zip(each.value.keys, each.value.values, strict=True)
            for key, value in pairs:
                assert isinstance(key, ast.Constant)
                written.append(ast.keyword(str(key.value), value))
        else:
            written.append(each)
    return written


def spread_positional(args: list[ast.expr]) -> list[ast.expr]:
    spread: list[ast.expr] = []
    for each in args:
        inside = isinstance(each, ast.Starred) and isinstance(each.value, ast.Tuple | ast.List)
        spread += each.value.elts if inside else [each]  # type: ignore[attr-defined]
    return spread


def splits(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Whether several values can be assigned one after the other without harm."""
    if len(targets) != len(values) or not all(map(is_name, targets)):
        return any(isinstance(each, ast.List) for each in values)
    worth = any(isinstance(each, ast.Dict | ast.Attribute | ast.Constant) for each in values)
    names = {each.id for each in targets if isinstance(each, ast.Name)}
    used = {n.id for v in values for n in ast.walk(v) if isinstance(n, ast.Name)}
    return worth and not names & used


def apart(node: ast.Assign) -> list[ast.stmt]:
    """Two values that are given at once, one after the other, where that is the same."""
    target, value = node.targets[0], node.value
    if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)):
        return [node]
    names = [each.id for each in target.elts if isinstance(each, ast.Name)]
    used = [{n.id for n in ast.walk(v) if isinstance(n, ast.Name)} for v in value.elts]
    if len(names) != len(value.elts) or len(target.elts) != len(names):
        return [node]
    if any(set(names[:place]) & each for place, each in enumerate(used)):
        return [node]
    pairs = zip(target.elts, value.elts, strict=True)
    return [
        ast.Assign([one], each) for one, each in pairs if text_of(one) not in ("_", text_of(each))
    ]


def free_name(name: str, taken: set[str]) -> str:
    return next(n for n in (f"{name}{i}" for i in range(2, 99)) if n not in taken)


def returns(statements: list[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Return) for node in statements for each in ast.walk(node))


def text_of(node: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)
