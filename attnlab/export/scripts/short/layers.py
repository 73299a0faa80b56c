"""The class of a layer as a tutorial would print it, for the settings that the layer has."""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import keras

from attnlab.export.scripts.short.classes import (
    TellsTraining,
    arguments_of_call,
    assigned,
    attribute,
    first_line,
    init_of,
    is_comment,
    is_super,
    line_of_classes,
    marked,
    reads,
)
from attnlab.export.scripts.short.constants import KnownValues, is_plain
from attnlab.export.scripts.short.inlining import Function, Inliner
from attnlab.export.scripts.short.reshaping import (
    brief,
    collapsed,
    loads,
    named_anew,
    tidied,
    with_plain_names,
    without_unused,
)
from attnlab.export.scripts.sources import Definition, source_file

DECISIONS = ("temperature", "normaliser")
SCORES = "return_attention_scores"
MASK = "valid"
"""What a layer calls the mask that it is given."""


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
        self.classes = list(line_of_classes(Definition(kind.__module__, kind.__name__)))
        self.config = layer.get_config()
        self.never_told: set[str] = set()
        built = {name for fn in self._all("build") for name in assigned(fn.node)}
        attributes = {
            name: value
            for name in dir(kind) + list(vars(layer))
            if not name.startswith("__") and name not in built and name not in ("name", "dtype")
            for value in [attribute(layer, name)]
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
        known = KnownValues(attributes, rank, pools, objects, present)
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
            return Function(marked(node, origin.module))
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            return marked(node.value, origin.module)
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
                name = str(getattr(each.func, "attr", None) or getattr(each.func, "id", ""))
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
            if name in self.numbers and any(reads(part, name) for part in text if part)
        ]
        name = type(self.layer).__name__
        body: list[ast.stmt] = [ast.Expr(ast.Constant(first_line(type(self.layer))))]
        if used or begin:
            body.append(init_of(used, begin))
        body += [each for each in (build, call) if each is not None]
        methods = dict(self.inliner.kept.items())
        for function in methods.values():
            if self.whole.is_brief:
                function.body = brief([node for node in function.body if not is_comment(node)])
        body += [node for each, node in methods.items() if each in self.inliner.methods]
        for each, function in methods.items():
            if each not in self.inliner.methods:
                self.whole.parts.setdefault(each, function)
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
        found = Function(marked(found.node, self._module(found.above)), found.above)
        body = collapsed(self.inliner.body(found, given, set(names)), mild=True)
        if "mask" in names:  # by another name: Keras has its own way with arguments called mask
            body = named_anew(body, {"mask": MASK})
        body = [TellsTraining(self.never_told).visit(each) for each in body]
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
        order = [MASK if each == "mask" else each for each in order]
        arguments = [ast.arg(each) for each in ("self", *order)]
        signature = ast.arguments([], arguments, None, [], [], None, defaults)
        return ast.FunctionDef(name, signature, body or [ast.Pass()], [])

    def _module(self, above: int) -> str:
        return self.classes[above][0]

    def _initial(self) -> list[ast.stmt]:
        """What `__init__` makes besides settings: layers, and generators of random numbers."""
        body: list[ast.stmt] = []
        for found in reversed(list(self._all("__init__"))):
            node = marked(found.node, self._module(found.above))
            given: dict[str, ast.expr] = {each: ast.Name(each) for each in self.numbers}
            known = self.inliner.known.attributes
            names = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
            for each in names:
                if each in self.config and each not in self.numbers and each in known:
                    given[each] = ast.parse(repr(known[each]), mode="eval").body
            statements = [each for each in node.body if not is_super(each)]
            node.body = statements
            body += self.inliner.body(Function(node, found.above), given, set(names))
        kept = []
        for each in without_unused(body):
            target = each.targets[0] if isinstance(each, ast.Assign) else None
            value = each.value if isinstance(each, ast.Assign) else None
            if not (isinstance(target, ast.Attribute) and isinstance(value, ast.Call)):
                continue
            inside = attribute(self.layer, target.attr, raw=True)
            if isinstance(value.func, ast.Name) and isinstance(inside, keras.layers.Layer):
                called, made_with = self.whole.add(inside, self.rank, self.masked, False)
                if "training" not in arguments_of_call(self.whole.parts[called]):
                    self.never_told.add(target.attr)
                given = {
                    str(each.arg): each.value
                    for each in value.keywords
                    if isinstance(each.value, ast.Name)
                }
                value.func = ast.Name(called, ast.Load())
                value.keywords = [
                    ast.keyword(m.arg, given.get(str(m.arg), m.value)) for m in made_with
                ]
                value.args = []
            if "initializers" not in ast.unparse(ast.fix_missing_locations(value)):
                kept.append(tidied(each))
        return kept
