"""The class of a layer as a tutorial would print it, for the settings that the layer has."""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import keras

from attnlab.export.scripts.short.constants import Known, is_plain
from attnlab.export.scripts.short.inlining import Function, Inliner
from attnlab.export.scripts.short.reshaping import (
    brief,
    collapsed,
    loads,
    tidied,
    with_plain_names,
    without_unused,
)
from attnlab.export.scripts.sources import Definition, outer_names, resolved, source_file

DECISIONS = ("temperature", "normaliser")
LONGEST = 88
SCORES = "return_attention_scores"


@dataclass
class Written:
    """Classes and functions of a script, by name, in the order in which they have to stand.

    `is_brief` makes them shorter: settings as plain numbers, fewer names for steps in between.
    """

    parts: dict[str, ast.stmt] = field(default_factory=dict)
    taken_by: dict[str, tuple[type, str]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    is_brief: bool = False

    def add(
        self, layer: Any, rank: int, masked: bool, pools: bool
    ) -> tuple[str, list[ast.keyword]]:
        """Write the class of a layer; returns its name and the arguments that it is made with.

        `rank` is the number of axes of its input, 0 for several inputs; `masked` says whether it is
        called with a mask, `pools` whether it sums steps up to one vector.
        """
        return _Layer(layer, rank, masked, pools, self).written()


class _Layer:
    def __init__(self, layer: Any, rank: int, masked: bool, pools: bool, written: Written) -> None:
        self.layer, self.rank, self.masked, self.whole = layer, rank, masked, written
        kind = type(layer)
        self.classes = list(_line_of_classes(Definition(kind.__module__, kind.__name__)))
        self.config = layer.get_config()
        self.never_told: set[str] = set()
        built = {name for fn in self._all("build") for name in _assigned(fn.node)}
        attributes = {
            name: value
            for name in dir(kind) + list(vars(layer))
            if not name.startswith("__") and name not in built and name not in ("name", "dtype")
            for value in [_attribute(layer, name)]
            if is_plain(value) or isinstance(value, ast.expr)
        }
        self.numbers = {
            name
            for name, value in attributes.items()
            if name in self.config and name not in DECISIONS
            if isinstance(value, int | float) and not isinstance(value, bool) and value
            if not written.is_brief
        }
        held = vars(layer).items()
        objects = {name: value for name, value in held if dataclasses.is_dataclass(value)}
        present = {"inputs", "input_shape", *(["mask"] if masked else [])}
        known = Known(attributes, rank, pools, objects, present)
        self.inliner = Inliner(known, self.method, self.outer, self.numbers, self._calls())

    # --- what the inliner asks ---

    def method(self, name: str, above: int) -> Function | None:
        """The method of a name, from the class `above` on."""
        for place, (_, node) in enumerate(self.classes[above:], above):
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name == name:
                    return Function(each, place)
        return None

    def outer(self, name: ast.Name) -> Function | ast.expr | None:
        """What a name of a file stands for there."""
        origin = getattr(name, "origin", None)
        if origin is None:
            return None
        file = source_file(origin.module)
        node = file.definitions.get(origin.name)
        if isinstance(node, ast.FunctionDef):
            return Function(_marked(node, origin.module))
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            return _marked(node.value, origin.module)
        return None

    def _all(self, name: str) -> Iterator[Function]:
        place = 0
        while (found := self.method(name, place)) is not None:
            yield found
            place = found.above + 1

    def _calls(self) -> Counter[str]:
        """How often each function is called in what the layer uses of its classes."""
        calls: Counter[str] = Counter()
        waiting = [each for name in ("build", "call") for each in list(self._all(name))[:1]]
        seen: set[tuple[str, int]] = set()
        while waiting:
            found = waiting.pop()
            if (found.node.name, found.above) in seen:
                continue
            seen.add((found.node.name, found.above))
            for each in ast.walk(found.node):
                if not isinstance(each, ast.Call):
                    continue
                name = getattr(each.func, "attr", None) or getattr(each.func, "id", "")
                calls[name] += 1
                called = getattr(each.func, "value", None)
                above = found.above + 1 if isinstance(called, ast.Call) else 0
                method = self.method(name, above)
                waiting += [method] if method else []
        return calls

    # --- the class ---

    def written(self) -> tuple[str, list[ast.keyword]]:
        """The class's name and the arguments that it is made with."""
        begin = self._initial()
        build = self._method("build", {})
        call = self._method("call", {})
        text = [call, build, *begin, *self.inliner.kept.values()]
        used = [
            name
            for name in self.config
            if name in self.numbers and any(_reads(part, name) for part in text if part)
        ]
        name = type(self.layer).__name__
        body: list[ast.stmt] = [ast.Expr(ast.Constant(_first_line(type(self.layer))))]
        if used or begin:
            body.append(_init(used, begin))
        body += [each for each in (build, call) if each is not None]
        methods = dict(self.inliner.kept.items())
        for each in methods.values():
            if self.whole.is_brief:
                each.body = brief([node for node in each.body if not _is_comment(node)])
        body += [node for each, node in methods.items() if each in self.inliner.methods]
        for each, node in methods.items():
            if each not in self.inliner.methods:
                self.whole.parts.setdefault(each, node)
        base = ast.parse("layers.Layer", mode="eval").body
        node = ast.ClassDef(name, [base], [], body, [])
        shown = ast.unparse(ast.fix_missing_locations(node))
        name = self._free_name(name, shown)
        node.name = name
        self.whole.parts[name] = node
        if "math." in shown:
            self.whole.imports.add("math")
        return name, [ast.keyword(each, ast.Constant(self.config[each])) for each in used]

    def _free_name(self, name: str, shown: str) -> str:
        kind = type(self.layer)
        known = self.whole.taken_by.setdefault(name, (kind, shown))
        return name if known == (kind, shown) else self._free_name(f"{name}2", shown)

    def _method(self, name: str, given: dict[str, ast.expr]) -> ast.FunctionDef | None:
        found = self.method(name, 0)
        if found is None:
            return None
        names = [each.arg for each in found.node.args.args[1:]]
        if name == "call" and not self.masked and "mask" in names:
            given = {**given, "mask": ast.Constant(None)}
        if name == "call" and self.masked and self.rank == 0:
            given = {**given, "mask": ast.parse("[None, mask]", mode="eval").body}
        found = Function(_marked(found.node, self._module(found.above)), found.above)
        body = collapsed(self.inliner.body(found, given, set(names)), mild=True)
        body = [_TellsTraining(self.never_told).visit(each) for each in body]
        body = with_plain_names(without_unused(body), names)
        if self.whole.is_brief:
            body = brief(body)
        if name == "build" and not body:
            return None
        shown = [
            each
            for each in names
            if (each not in given or each == "mask")
            and (each != "training" or any(loads([node], each) for node in body))
        ]
        if not self.masked and "mask" in shown:
            shown.remove("mask")
        defaults: list[ast.expr] = [ast.Constant(None)] * ("training" in shown)
        defaults += [ast.Constant(False)] * (SCORES in shown)
        without = [each for each in shown if each not in ("training", SCORES)]
        order = [*without, *(each for each in ("training", SCORES) if each in shown)]
        arguments = [ast.arg(each) for each in ("self", *order)]
        signature = ast.arguments([], arguments, None, [], [], None, defaults)
        return ast.FunctionDef(name, signature, body or [ast.Pass()], [])

    def _module(self, above: int) -> str:
        return self.classes[above][0]

    def _initial(self) -> list[ast.stmt]:
        """What `__init__` makes besides settings: layers, and generators of random numbers."""
        body: list[ast.stmt] = []
        for found in reversed(list(self._all("__init__"))):
            node = _marked(found.node, self._module(found.above))
            given = {each: ast.Name(each, ast.Load()) for each in self.numbers}
            known = self.inliner.known.attributes
            names = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
            for each in names:
                if each in self.config and each not in self.numbers and each in known:
                    given[each] = ast.parse(repr(known[each]), mode="eval").body
            statements = [each for each in node.body if not _is_super(each)]
            node.body = statements
            body += self.inliner.body(Function(node, found.above), given, set(names))
        kept = []
        for each in without_unused(body):
            target = each.targets[0] if isinstance(each, ast.Assign) else None
            value = each.value if isinstance(each, ast.Assign) else None
            if not (isinstance(target, ast.Attribute) and isinstance(value, ast.Call)):
                continue
            inside = _attribute(self.layer, target.attr, raw=True)
            if isinstance(value.func, ast.Name) and isinstance(inside, keras.layers.Layer):
                called, made_with = self.whole.add(inside, self.rank, self.masked, False)
                if "training" not in _arguments_of_call(self.whole.parts[called]):
                    self.never_told.add(target.attr)
                given = {
                    each.arg: each.value
                    for each in value.keywords
                    if isinstance(each.value, ast.Name)
                }
                value.func = ast.Name(called, ast.Load())
                value.keywords = [ast.keyword(m.arg, given.get(m.arg, m.value)) for m in made_with]
                value.args = []
            if "initializers" not in ast.unparse(ast.fix_missing_locations(value)):
                kept.append(tidied(each))
        return kept


class _TellsTraining(ast.NodeTransformer):
    """Takes `training=` away from calls of layers that do not have it."""

    def __init__(self, never: set[str]) -> None:
        self.never = never

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(ast.Name("self"), name) if name in self.never:
                node.keywords = [each for each in node.keywords if each.arg != "training"]
        return node


def _arguments_of_call(node: ast.AST) -> set[str]:
    return {
        argument.arg
        for each in ast.walk(node)
        if isinstance(each, ast.FunctionDef) and each.name == "call"
        for argument in each.args.args
    }


def _line_of_classes(definition: Definition) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class and those above it that are no classes of Keras, with the modules of their files."""
    node = source_file(definition.module).definitions[definition.name]
    assert isinstance(node, ast.ClassDef)
    marked = copy.deepcopy(node)
    _mark(marked, definition.module)
    yield definition.module, marked
    for base in node.bases:
        if isinstance(base, ast.Name) and (above := resolved(definition.module, base.id)):
            yield from _line_of_classes(above)


def _marked(node: Any, module: str) -> Any:
    """A copy of code whose names know where they are defined."""
    node = copy.deepcopy(node)
    _mark(node, module)
    return node


def _mark(node: ast.AST, module: str) -> None:
    lines = source_file(module).lines
    for statement in ast.walk(node):
        if isinstance(statement, ast.Assign) and statement.end_lineno is not None:
            _, found, comment = lines[statement.end_lineno - 1].partition("  # ")
            if found and not comment.startswith(("type:", "noqa")):
                statement.type_comment = comment
    for each in outer_names(node):
        found = resolved(module, each.id)
        if found is not None and not hasattr(each, "origin"):
            each.origin = found  # type: ignore[attr-defined]


def _attribute(layer: Any, name: str, raw: bool = False) -> Any:
    """A setting of a layer as it is; an initialiser by its name."""
    try:
        value = inspect.getattr_static(layer, name)
    except AttributeError:
        return layer
    if isinstance(value, property):
        return layer
    value = vars(layer).get(name, value)
    if raw or not isinstance(value, keras.initializers.Initializer):
        return value
    kind = type(value).__name__
    short = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).strip("_")
    return ast.Constant(short)


def _assigned(node: ast.AST) -> set[str]:
    return {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    }


def _reads(node: ast.AST, name: str) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr == name:
            return True
        if isinstance(each, ast.Name) and each.id == name and isinstance(node, ast.Assign):
            return True
    return False


def _is_comment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_super(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and "super()" in ast.unparse(node)


def _init(used: list[str], begin: list[ast.stmt]) -> ast.FunctionDef:
    arguments = [ast.arg(each) for each in ("self", *used)]
    signature = ast.arguments([], arguments, None, [], [], ast.arg("kwargs"), [])
    held = [f"self.{each} = {each}" for each in used]
    body = ast.parse("\n".join(["super().__init__(**kwargs)", *held])).body
    return ast.FunctionDef("__init__", signature, [*body, *begin], [])


def _first_line(kind: type) -> str:
    text = inspect.getdoc(kind) or kind.__name__
    text = " ".join(text.split("\n\n")[0].split())
    return text if len(text) < LONGEST else f"{re.split('[:;,] ', text)[0].rstrip('.')}."
