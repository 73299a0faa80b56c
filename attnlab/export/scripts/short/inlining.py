"""What a layer computes for the settings at hand: branches taken, helpers written out."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from attnlab.export.scripts.short.arguments import (
    NOTHING,
    Environment,
    Function,
    bound_arguments,
    free_name,
    function_names,
    returns,
)
from attnlab.export.scripts.short.constants import KnownValues, is_type
from attnlab.export.scripts.short.reshaping import (
    collapsed,
    loads,
    named_anew,
    stored,
    without_unused,
)
from attnlab.export.scripts.short.working import Simplifier

MOST_PRELUDE = 2


@dataclass
class Inliner:
    """Simplifies the functions of one layer.

    `method` gives the method of a name from a class of the line of classes on, `outer` what a name
    of another file is: a function or an expression. `numbers` are the attributes that stay as they
    are. `kept` are the functions that stay functions, by name.
    """

    known: KnownValues
    method: Callable[[str, int], Function | None]
    outer: Callable[[ast.Name], Function | ast.expr | None]
    numbers: set[str]
    calls: Counter[str]
    kept: dict[str, ast.FunctionDef] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)
    local: dict[str, Function] = field(default_factory=dict)

    def body(
        self, function: Function, given: Environment, taken: set[str] | None = None
    ) -> list[ast.stmt]:
        """The statements of a function, with these expressions for its arguments."""
        work = Simplifier(self, function.above, dict(given), taken or set())
        return without_unused(work.statements(copy.deepcopy(function.node.body)))

    def inlined(
        self, function: Function, call: ast.Call, taken: set[str], may_hoist: bool
    ) -> tuple[list[ast.stmt], ast.expr] | None:
        """What stands for a call: statements before it, and an expression; None if it must stay."""
        bound = bound_arguments(function.node, call)
        if bound is None:
            return None
        node = copy.deepcopy(function.node)
        inner = stored(node.body)
        before: list[ast.stmt] = []
        settled: set[str] = set()
        for name, value in list(bound.items()):
            simple = isinstance(
                value, ast.Name | ast.Constant | ast.Attribute | ast.Lambda | ast.Dict
            )
            if isinstance(value, ast.Tuple | ast.List) and all(
                isinstance(each, ast.Name | ast.Constant) for each in value.elts
            ):
                simple = True
            if name not in inner and (simple or loads(node.body, name) <= 1):
                continue
            own = free_name(name, taken) if name in taken else name
            node.body = named_anew(node.body, {name: own})
            before.append(ast.Assign([ast.Name(own, ast.Store())], value))
            bound.pop(name)
            taken = taken | {own}
            settled |= {name, own}
            self.known.present.add(own)
        inner -= settled | function_names(node)
        renamed = {name: free_name(name, taken) for name in inner & taken}
        node.body = named_anew(node.body, renamed)
        local = dict(self.local)
        statements = before + self.body(Function(node, function.above), bound, taken)
        self.local = local
        if not statements or not isinstance(statements[-1], ast.Return):
            return (statements, NOTHING) if not returns(statements) and may_hoist else None
        statements = collapsed(statements)
        if returns(statements[:-1]):
            return None
        *prelude, last = statements
        assert isinstance(last, ast.Return)
        once = self.calls[function.node.name] <= 1
        if prelude and not (may_hoist and (once or len(prelude) < MOST_PRELUDE)):
            return None
        return prelude, last.value or NOTHING

    def keep(self, function: Function, call: ast.Call, is_method: bool) -> ast.expr:
        """Let a function stay one, for the arguments that say the same in all calls."""
        bound = bound_arguments(function.node, call)
        name = function.node.name
        if bound is None:
            return call
        shown = {
            each: value for each, value in bound.items() if not isinstance(value, ast.Constant)
        }
        fixed = {each: value for each, value in bound.items() if each not in shown}
        shown = {each: value for each, value in shown.items() if not is_type(value)}
        written = name.strip("_") if not is_method else name.lstrip("_")
        if written not in self.kept:
            names = [ast.arg(each) for each in shown]
            self.known.present |= {
                each for each, value in shown.items() if self.known.is_present(value)
            }
            placed = ast.FunctionDef(
                written,
                ast.arguments([], [ast.arg("self")] * is_method + names, None, [], [], None, []),
                [ast.Pass()],
                [],
            )
            self.kept[written] = placed
            if is_method:
                self.methods.add(written)
            types = {each: value for each, value in bound.items() if is_type(value)}
            placed.body = collapsed(self.body(function, {**fixed, **types}, set(shown)), mild=True)
            comment = ast.get_docstring(function.node)
            if comment:
                text = comment.split("\n\n")[0].replace("\n", " ")
                placed.body.insert(0, ast.Expr(ast.Constant(text)))
        used = [each.arg for each in self.kept[written].args.args]
        callee: ast.expr = ast.Name(written, ast.Load())
        if is_method:
            callee = ast.Attribute(ast.Name("self", ast.Load()), written, ast.Load())
        return ast.Call(callee, [shown[each] for each in used if each in shown], [])
