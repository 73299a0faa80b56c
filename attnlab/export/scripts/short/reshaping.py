"""Small changes of code that do not change what it does."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from attnlab.export.scripts.short.constants import is_type

Node = TypeVar("Node", bound=ast.AST)
WIDEST = 84
LAYERS = ("name", "dtype", "data_format")
"""Arguments that a layer inside another one can do without."""

USUAL = (("use_bias", True), ("padding", "valid"), ("strides", 1), ("dilation_rate", 1))
"""Arguments that say what Keras does anyhow."""


def stored(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that code gives values to."""
    return {
        each.id
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def loads(nodes: Iterable[ast.AST], name: str) -> int:
    """How often code reads a name; twice or more where it stands in a loop."""
    count = 0
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load):
                count += 1
            if isinstance(each, ast.ListComp | ast.GeneratorExp | ast.Lambda | ast.For):
                inside = each.body if isinstance(each, ast.Lambda | ast.For) else [each.elt]
                parts = inside if isinstance(inside, list) else [inside]
                count += sum(
                    isinstance(n, ast.Name) and n.id == name
                    for part in parts
                    for n in ast.walk(part)
                )
    return count


def substituted(node: Node, values: Mapping[str, ast.expr]) -> Node:
    """A copy of code with expressions in place of names."""

    class Substitute(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            known = isinstance(name.ctx, ast.Load) and name.id in values
            return copy.deepcopy(values[name.id]) if known else name

    changed: Node = Substitute().visit(copy.deepcopy(node))
    return changed


def named_anew(nodes: list[ast.stmt], names: Mapping[str, str]) -> list[ast.stmt]:
    """A copy of statements with other names."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            name.id = names.get(name.id, name.id)
            return name

    return [Rename().visit(copy.deepcopy(node)) for node in nodes] if names else nodes


def without_unused(nodes: list[ast.stmt], keep_stored: bool = False) -> list[ast.stmt]:
    """Statements without those whose result nobody reads."""
    while True:
        kept = [
            node
            for place, node in enumerate(nodes)
            if not (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and not loads(nodes[:place] if keep_stored else [], node.targets[0].id)
                and not loads(nodes[place + 1 :], node.targets[0].id)
                and not (keep_stored and loads([node], node.targets[0].id))
            )
        ]
        if len(kept) == len(nodes):
            return kept
        nodes = kept


def collapsed(nodes: list[ast.stmt], mild: bool = False) -> list[ast.stmt]:
    """Statements with what is used once, and in the next one, written there; `mild` only does that
    for mere names and where the name is used to give itself another value."""
    nodes = list(nodes)
    place = 0
    while place < len(nodes) - 1:
        node, following = nodes[place], nodes[place + 1]
        name = _plain_target(node)
        if name and isinstance(node, ast.Assign):
            again = _plain_target(following) == name
            rest = [] if again else nodes[place + 2 :]
            short = isinstance(node.value, ast.Name) or not mild
            if (
                short
                and not isinstance(following, ast.For | ast.If)
                and loads([following], name) == 1
                and not loads(rest, name)
            ):
                joined = tidied(substituted(following, {name: node.value}))
                if len(ast.unparse(ast.fix_missing_locations(joined))) <= WIDEST:
                    nodes[place : place + 2] = [joined]
                    place = max(0, place - 1)
                    continue
        place += 1
    return nodes


def brief(nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Statements with what is used once written where it is used, as far as lines stay short."""
    seen: set[str] = set()
    nodes = [each for each in nodes if not _is_said_again(each, seen)]
    place = 0
    while place < len(nodes) - 1:
        node = nodes[place]
        name = _plain_target(node)
        found = _only_use(nodes, place, name) if name and isinstance(node, ast.Assign) else 0
        if found and isinstance(node, ast.Assign):
            joined = tidied(substituted(nodes[found], {name: node.value}))
            if len(ast.unparse(ast.fix_missing_locations(joined))) <= WIDEST + 6:
                nodes[found] = joined
                del nodes[place]
                place = 0
                continue
        place += 1
    return nodes


def _is_said_again(node: ast.stmt, seen: set[str]) -> bool:
    """Whether a statement repeats one that sets a name to a part of the input's shape."""
    text = ast.unparse(ast.fix_missing_locations(node)) if isinstance(node, ast.Assign) else ""
    again = text in seen and text.endswith("input_shape[-1]")
    seen.add(text)
    return again


def _only_use(nodes: list[ast.stmt], place: int, name: str) -> int:
    """Which statement is the only one to use what another one makes; 0 where that is not so."""
    needed = {n.id for n in ast.walk(nodes[place]) if isinstance(n, ast.Name)}
    for number, each in enumerate(nodes[place + 1 :], place + 1):
        if loads([each], name):
            again = name in stored([each])
            once = loads([each], name) == 1 and (again or not loads(nodes[number + 1 :], name))
            return number if once and isinstance(each, ast.Assign | ast.Return) else 0
        if stored([each]) & needed:
            return 0
    return 0


def _plain_target(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def tidied(node: Node) -> Node:
    """Code with Keras's layers called as usual, and loops over a few names written out."""
    return _Tidy().visit(node)


class _Tidy(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Attribute(ast.Attribute(ast.Name("keras"), "layers"), name):
                return ast.Attribute(ast.Name("layers", ast.Load()), name, node.ctx)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(ast.Name("layers"), _):
                node.keywords = [each for each in node.keywords if not _is_usual(each)]
            case ast.Attribute(ast.Name("self"), "add_weight"):
                node.args = [each for each in node.args if not is_type(each)]
                node.keywords = [each for each in node.keywords if each.arg != "dtype"]
            case ast.Attribute(ast.Name("ops"), "zeros_like"):
                node.keywords = [each for each in node.keywords if each.arg != "dtype"]
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        self.generic_visit(node)
        written = _written_out(node)
        return node if written is None else ast.List(written, ast.Load())

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        self.generic_visit(node)
        written = _written_out(node)
        return node if written is None else ast.Tuple(written, ast.Load())

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        node.target, node.iter = _of_use(node.target, node.iter, node.body)
        return node


def _is_usual(given: ast.keyword) -> bool:
    """Whether a layer inside another one can do without an argument."""
    value = given.value.value if isinstance(given.value, ast.Constant) else ""
    return given.arg in LAYERS or (given.arg, value) in USUAL


def _written_out(node: ast.ListComp | ast.GeneratorExp) -> list[ast.expr] | None:
    """The elements of a loop over a few names; None for others."""
    (loop, *more) = node.generators
    if more or loop.ifs:
        return None
    if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.Tuple | ast.List):
        simple = all(isinstance(each, ast.Name | ast.Attribute) for each in loop.iter.elts)
        if simple:
            return [substituted(node.elt, {loop.target.id: each}) for each in loop.iter.elts]
    loop.target, loop.iter = _of_use(loop.target, loop.iter, [node.elt])
    return None


def _of_use(
    target: ast.expr, over: ast.expr, used_in: Sequence[ast.AST]
) -> tuple[ast.expr, ast.expr]:
    """A loop without the names that it does not use."""
    if isinstance(target, ast.Name):
        if any(loads([each], target.id) for each in used_in):
            return target, over
        match over:  # as people count what they do not number
            case ast.Call(
                ast.Name("range"), [ast.Constant(1), ast.BinOp(most, _, ast.Constant(1))]
            ):
                over = ast.Call(ast.Name("range", ast.Load()), [most], [])
        return ast.Name("_", ast.Store()), over
    if not (isinstance(target, ast.Tuple) and isinstance(over, ast.Tuple | ast.List)):
        return target, over
    rows = [each.elts for each in over.elts if isinstance(each, ast.Tuple)]
    names = [each.id if isinstance(each, ast.Name) else "" for each in target.elts]
    kept = [n for n, name in enumerate(names) if any(loads([u], name) for u in used_in)]
    if len(kept) != 1 or len(rows) != len(over.elts):
        return target, over
    only = kept[0]
    return target.elts[only], ast.Tuple([row[only] for row in rows], ast.Load())


def with_plain_names(nodes: list[ast.stmt], arguments: Sequence[str]) -> list[ast.stmt]:
    """Statements without numbers at the ends of names, where two names can be one."""
    names = sorted(each for each in stored(nodes) if each[-1].isdigit())
    for name in names:
        plain = name.rstrip("0123456789")
        if _can_be_one(nodes, name, plain, plain in arguments):
            nodes = [
                node
                for node in named_anew(nodes, {name: plain})
                if not (_plain_target(node) == plain and _is_itself(node))
            ]
    return nodes


def _is_itself(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Name)
        and node.value.id == _plain_target(node)
    )


def _can_be_one(nodes: list[ast.stmt], one: str, other: str, given: bool) -> bool:
    """Whether two names are needed one after the other and never at once."""
    first = [place for place, node in enumerate(nodes) if _mentions(node, one)]
    second = [place for place, node in enumerate(nodes) if _mentions(node, other)]
    if given:
        second = [-1, *second]
    if not first or not second:
        return True
    early, late, begins = (first, second, other) if first[0] < second[0] else (second, first, one)
    if early[-1] != late[0]:
        return early[-1] < late[0]
    node = nodes[late[0]]
    return isinstance(node, ast.Assign) and not loads([node], begins)


def _mentions(node: ast.stmt, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))
