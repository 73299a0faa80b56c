"""What a layer computes for the settings at hand: branches taken, helpers written out."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from attnlab.export.scripts.short.constants import (
    Known,
    NotKnownError,
    counts_or_tells,
    is_plain,
    is_type,
    literal_node,
)
from attnlab.export.scripts.short.reshaping import (
    collapsed,
    loads,
    named_anew,
    stored,
    substituted,
    tidied,
    without_unused,
)

Environment = dict[str, ast.expr]
NOTHING = ast.Constant(None)
MOST_PRELUDE = 2


@dataclass(frozen=True)
class Function:
    """A function and the classes above the one that it is in, for `super()`."""

    node: ast.FunctionDef
    above: int = 0


@dataclass
class Inliner:
    """Simplifies the functions of one layer.

    `method` gives the method of a name from a class of the line of classes on, `outer` what a name
    of another file is: a function or an expression. `numbers` are the attributes that stay as they
    are. `kept` are the functions that stay functions, by name.
    """

    known: Known
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
        work = _Work(self, function.above, dict(given), taken or set())
        return without_unused(work.statements(copy.deepcopy(function.node.body)))

    def inlined(
        self, function: Function, call: ast.Call, taken: set[str], may_hoist: bool
    ) -> tuple[list[ast.stmt], ast.expr] | None:
        """What stands for a call: statements before it, and an expression; None if it must stay."""
        bound = _bound(function.node, call)
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
            own = _free(name, taken) if name in taken else name
            node.body = named_anew(node.body, {name: own})
            before.append(ast.Assign([ast.Name(own, ast.Store())], value))
            bound.pop(name)
            taken = taken | {own}
            settled |= {name, own}
            self.known.present.add(own)
        inner -= settled | function_names(node)
        renamed = {name: _free(name, taken) for name in inner & taken}
        node.body = named_anew(node.body, renamed)
        local = dict(self.local)
        statements = before + self.body(Function(node, function.above), bound, taken)
        self.local = local
        if not statements or not isinstance(statements[-1], ast.Return):
            return (statements, NOTHING) if not _returns(statements) and may_hoist else None
        statements = collapsed(statements)
        if _returns(statements[:-1]):
            return None
        *prelude, last = statements
        assert isinstance(last, ast.Return)
        once = self.calls[function.node.name] <= 1
        if prelude and not (may_hoist and (once or len(prelude) < MOST_PRELUDE)):
            return None
        return prelude, last.value or NOTHING

    def keep(self, function: Function, call: ast.Call, is_method: bool) -> ast.expr:
        """Let a function stay one, for the arguments that say the same in all calls."""
        bound = _bound(function.node, call)
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


class _Work(ast.NodeTransformer):
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
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if _splits(targets, values):
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
            return [*before, *_apart(node)]
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
        if isinstance(target, ast.Tuple) and "self.axes" in _text(target):
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
            if isinstance(value, ast.Dict) or is_type(value) or _is_none(value):
                self.given[target.id] = value
                return True
            if isinstance(value, ast.Tuple) and all(map(_is_name, value.elts)):
                self.given[target.id] = value
                return True
            return isinstance(value, ast.Name) and value.id == target.id
        return _text(target) == _text(value)

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
        with _Still(self):
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
        with _Still(self):
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
        node.keywords = _spread([ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords])
        node.args = _spread_positional(node.args)
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


class _Still:
    """While it lasts, nothing is put before the statement: it may not run, or run several times."""

    def __init__(self, work: _Work) -> None:
        self.work = work

    def __enter__(self) -> None:
        self.was, self.work.may_hoist = self.work.may_hoist, False

    def __exit__(self, *_: object) -> None:
        self.work.may_hoist = self.was


def function_names(node: ast.FunctionDef) -> set[str]:
    """The functions that a function defines inside."""
    return {each.name for each in node.body if isinstance(each, ast.FunctionDef)}


def _bound(node: ast.FunctionDef, call: ast.Call) -> Environment | None:
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


def _spread(keywords: list[ast.keyword]) -> list[ast.keyword]:
    """Arguments by name, `**` of a dictionary that is written down among them."""
    spread: list[ast.keyword] = []
    for each in keywords:
        if each.arg is None and isinstance(each.value, ast.Dict):
            pairs = zip(each.value.keys, each.value.values, strict=True)
            spread += [ast.keyword(key.value, value) for key, value in pairs]  # type: ignore[union-attr]
        else:
            spread.append(each)
    return spread


def _spread_positional(args: list[ast.expr]) -> list[ast.expr]:
    spread: list[ast.expr] = []
    for each in args:
        inside = isinstance(each, ast.Starred) and isinstance(each.value, ast.Tuple | ast.List)
        spread += each.value.elts if inside else [each]  # type: ignore[attr-defined]
    return spread


def _splits(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Whether several values can be assigned one after the other without harm."""
    if len(targets) != len(values) or not all(map(_is_name, targets)):
        return any(isinstance(each, ast.List) for each in values)
    worth = any(isinstance(each, ast.Dict | ast.Attribute | ast.Constant) for each in values)
    names = {each.id for each in targets if isinstance(each, ast.Name)}
    used = {n.id for v in values for n in ast.walk(v) if isinstance(n, ast.Name)}
    return worth and not names & used


def _apart(node: ast.Assign) -> list[ast.stmt]:
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
    return [ast.Assign([one], each) for one, each in pairs if _text(one) not in ("_", _text(each))]


def _free(name: str, taken: set[str]) -> str:
    return next(n for n in (f"{name}{i}" for i in range(2, 99)) if n not in taken)


def _returns(statements: list[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Return) for node in statements for each in ast.walk(node))


def _text(node: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)
