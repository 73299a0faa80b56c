"""Simplifies the statements of a function, one after the other."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attnlab.export.scripts.short.arguments import (
    NOTHING,
    Environment,
    Function,
    apart,
    is_name,
    is_none,
    splits,
    spread,
    spread_positional,
    text_of,
)
from attnlab.export.scripts.short.constants import (
    NotKnownError,
    counts_or_tells,
    is_plain,
    is_type,
    literal_node,
)
from attnlab.export.scripts.short.reshaping import stored, substituted, tidied, without_unused

if TYPE_CHECKING:
    from attnlab.export.scripts.short.inlining import Inliner


class Simplifier(ast.NodeTransformer):
    """Simplifies statements in their order."""

    def __init__(self, inliner: Inliner, above: int, given: Environment, taken: set[str]) -> None:
        self.inliner, self.above, self.known = inliner, above, inliner.known
        self.given, self.taken = given, taken
        self.before: list[ast.stmt] = []
        self.may_hoist = True

    def statements(self, nodes: Iterable[ast.stmt]) -> list[ast.stmt]:
        """What is left of statements."""
        nodes = list(nodes)
        self.taken |= stored(nodes)
        done: list[ast.stmt] = []
        for node in nodes:
            new = self.statement(node)
            done += new
            if new and isinstance(new[-1], ast.Return):
                break
        return done

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """What is left of one statement, with what has to stand before it."""
        match node:
            case ast.FunctionDef():
                self.inliner.local[node.name] = Function(node, self.above)
                return []
            case ast.If():
                return self._if(node)
            case ast.For():
                return self._for(node)
            case ast.AnnAssign(value=value) if value is not None:
                return self.statement(ast.Assign([node.target], value))
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if splits(targets, values):
                pairs = zip(targets, values, strict=True)
                return [one for t, v in pairs for one in self.statement(ast.Assign([t], v))]
            case ast.Assign([ast.Attribute(ast.Name("self"), name)]) if name in self.known.objects:
                return []
            case ast.Raise() | ast.Pass() | ast.Assert():
                return []
        outer, self.before = self.before, []
        node = self.visit(node)
        before, self.before = self.before, outer
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
            return before
        if isinstance(node, ast.Assign) and self._is_known(node):
            return before
        if isinstance(node, ast.Assign):
            return [*before, *apart(node)]
        return [*before, node]

    def _is_known(self, node: ast.Assign) -> bool:
        """Note what a name or attribute stands for; whether the statement is not needed for it."""
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            return target.value.id == "self" and (
                target.attr in ("input_spec", "supports_masking", "axes", "traces", "built")
                or target.attr in self.known.objects
                or (
                    target.attr in self.known.attributes and target.attr not in self.inliner.numbers
                )
            )
        if isinstance(target, ast.Tuple) and "self.axes" in text_of(target):
            return True
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Name) and self.known.rank == 0:
            for each in target.elts:
                if isinstance(each, ast.Starred) and isinstance(each.value, ast.Name):
                    self.given[each.value.id] = ast.Tuple([], ast.Load())
            target.elts = [each for each in target.elts if not isinstance(each, ast.Starred)]
        for name in (each.id for each in ast.walk(target) if isinstance(each, ast.Name)):
            self.given.pop(name, None)
            self.known.present.add(name)
        if isinstance(target, ast.Name):
            if isinstance(value, ast.Dict) or is_type(value) or is_none(value):
                self.given[target.id] = value
                return True
            if isinstance(value, ast.Tuple) and all(map(is_name, value.elts)):
                self.given[target.id] = value
                return True
            return isinstance(value, ast.Name) and value.id == target.id
        return text_of(target) == text_of(value)

    def _if(self, node: ast.If) -> list[ast.stmt]:
        before, test = self._expression(node.test)
        try:
            return [*before, *self.statements(node.body if self.known.truth(test) else node.orelse)]
        except NotKnownError:
            pass
        body, other = self.statements(node.body), self.statements(node.orelse)
        if not body and not other:
            return before
        return [*before, ast.If(test, body or [ast.Pass()], other)]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        before, over = self._expression(node.iter)
        self.known.present |= {
            each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)
        }
        body = without_unused(self.statements(node.body), keep_stored=True)
        if not body or self._is_empty(over):
            return before
        return [*before, tidied(ast.For(node.target, over, body, []))]

    def _is_empty(self, over: ast.expr) -> bool:
        try:
            return self.known.value(over) == ()
        except NotKnownError:
            return False

    def _expression(self, node: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        outer, self.before = self.before, []
        new = self.visit(node)
        before, self.before = self.before, outer
        return before, new

    # --- expressions ---

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.id in self.given:
            return copy.deepcopy(self.given[node.id])
        outer = self.inliner.outer(node)
        return self.visit(outer) if isinstance(outer, ast.expr) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(ast.Name("self"), name, ast.Load()) if self._stands_for(name):
                value = self.known.attributes[name]
                return copy.deepcopy(value) if isinstance(value, ast.expr) else literal_node(value)
        self.generic_visit(node)
        match node:
            case ast.Attribute(ast.Attribute(ast.Name("self"), held), name, ast.Load()):
                value = getattr(self.known.objects.get(held), name, ...)
                return literal_node(value) if is_plain(value) else node
        return node

    def _stands_for(self, name: str) -> bool:
        """Whether an attribute of the layer is a setting that is written as what it is."""
        return name in self.known.attributes and name not in self.inliner.numbers

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self.visit(node.test)
        try:
            return self.visit(node.body if self.known.truth(test) else node.orelse)
        except NotKnownError:
            node.test = test
        with Still(self):
            node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        values: list[ast.expr] = []
        stops = isinstance(node.op, ast.Or)
        for each in map(self.visit, node.values):
            try:
                if self.known.truth(each) == stops:
                    values.append(each)
                    break
            except NotKnownError:
                values.append(each)
        if not values:
            return ast.Constant(not stops)
        return values[0] if len(values) == 1 else ast.BoolOp(node.op, values)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        try:
            key = self.known.value(node.slice)
        except NotKnownError:
            return node
        if isinstance(node.value, ast.Dict):
            return self.known.value(node.value).get(key, node)
        if isinstance(node.value, ast.Tuple | ast.List) and isinstance(key, int):
            return node.value.elts[key]
        return node

    def _comprehension(self, node: ast.expr) -> ast.expr:
        with Still(self):
            self.generic_visit(node)
        new = tidied(node)
        return new if type(new) is type(node) else self.visit(new)

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return self._comprehension(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(each) for each in node.args]
        node.keywords = spread([ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords])
        node.args = spread_positional(node.args)
        if not (isinstance(node.func, ast.Name) and node.func.id not in self.given):
            node.func = self.visit(node.func)
        if isinstance(node.func, ast.Lambda):
            names = [each.arg for each in node.func.args.args]
            return self.visit(substituted(node.func.body, dict(zip(names, node.args, strict=True))))
        special = self._special(node)
        if special is not None:
            return special
        function, is_method = self._function(node)
        if function is None:
            return tidied(node)
        found = self.inliner.inlined(function, node, self.taken, self.may_hoist)
        if found is None:
            return self.inliner.keep(function, node, is_method)
        before, value = found
        self.before += before
        self.taken |= stored(before)
        return value

    def _function(self, node: ast.Call) -> tuple[Function | None, bool]:
        match node.func:
            case ast.Attribute(ast.Name("self"), name):
                return self.inliner.method(name, 0), True
            case ast.Attribute(ast.Call(ast.Name("super")), name):
                return self.inliner.method(name, self.above + 1), True
            case ast.Name(name) if name in self.inliner.local:
                return self.inliner.local[name], False
            case ast.Name():
                outer = self.inliner.outer(node.func)
                return (outer if isinstance(outer, Function) else None), False
        return None, False

    def _special(self, node: ast.Call) -> ast.expr | None:
        """What stands for calls that only check, build or turn numbers into another type."""
        match node.func:
            case ast.Name(name) if name == "check_alignment_shapes":
                code = "[input_shape[0][-1], input_shape[1][-1], input_shape[-1][-1]]"
                return ast.Tuple(ast.parse(code, mode="eval").body.elts, ast.Load())  # type: ignore[attr-defined]
            case ast.Name("several" | "range" | "len"):
                return node
            case ast.Name("weighted_sum"):
                sums = "{0}bt,btd->bd{0}, scores, values" if self.known.pools else "scores, values"
                called = f"ops.{'einsum' if self.known.pools else 'matmul'}({sums.format(chr(34))})"
                names = dict(zip(("scores", "values"), node.args, strict=True))
                return substituted(ast.parse(called, mode="eval").body, names)
            case ast.Name(name) if name.startswith("check_"):
                return NOTHING
            case ast.Attribute(_, "check_shape"):
                return ast.parse("input_shape[-1]", mode="eval").body
            case ast.Attribute(_, "normalise_by" | "_check_alike"):
                return NOTHING
            case ast.Attribute(value, "build") if not isinstance(value, ast.Call):
                return NOTHING
            case ast.Attribute(ast.Name("ops"), "cast") if is_type(node.args[1]):
                return node if counts_or_tells(node.args[0]) else node.args[0]
        return None


class Still:
    """While it lasts, nothing is put before the statement: it may not run, or run several times."""

    def __init__(self, work: Simplifier) -> None:
        self.work = work

    def __enter__(self) -> None:
        self.was, self.work.may_hoist = self.work.may_hoist, False

    def __exit__(self, *_: object) -> None:
        self.work.may_hoist = self.was
