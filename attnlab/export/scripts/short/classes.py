"""The classes of a layer as they are in their files, and questions about them."""

from __future__ import annotations

import ast
import copy
import inspect
import re
from collections.abc import Iterator
from typing import Any

import keras

from attnlab.export.scripts.sources import Definition, outer_names, resolved, source_file


class TellsTraining(ast.NodeTransformer):
    """Takes `training=` away from calls of layers that do not have it."""

    def __init__(self, never: set[str]) -> None:
        self.never = never

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(ast.Name("self"), name) if name in self.never:
                node.keywords = [each for each in node.keywords if each.arg != "training"]
        return node


def arguments_of_call(node: ast.AST) -> set[str]:
    return {
        argument.arg
        for each in ast.walk(node)
        if isinstance(each, ast.FunctionDef) and each.name == "call"
        for argument in each.args.args
    }


def line_of_classes(definition: Definition) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class and those above it that are no classes of Keras, with the modules of their files."""
    node = source_file(definition.module).definitions[definition.name]
    assert isinstance(node, ast.ClassDef)
    yield definition.module, marked(node, definition.module)
    for base in node.bases:
        if isinstance(base, ast.Name) and (above := resolved(definition.module, base.id)):
            yield from line_of_classes(above)


def marked(node: Any, module: str) -> Any:
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
        origin = resolved(module, each.id)
        if origin is not None and not hasattr(each, "origin"):
            each.origin = origin  # type: ignore[attr-defined]


def attribute(layer: Any, name: str, raw: bool = False) -> Any:
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


def assigned(node: ast.AST) -> set[str]:
    return {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    }


def reads(node: ast.AST, name: str) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr == name:
            return True
        if isinstance(each, ast.Name) and each.id == name and isinstance(node, ast.Assign):
            return True
    return False


def is_comment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_super(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and "super()" in ast.unparse(node)


def init_of(used: list[str], begin: list[ast.stmt]) -> ast.FunctionDef:
    arguments = [ast.arg(each) for each in ("self", *used)]
    signature = ast.arguments([], arguments, None, [], [], ast.arg("kwargs"), [])
    held = [f"self.{each} = {each}" for each in used]
    body = ast.parse("\n".join(["super().__init__(**kwargs)", *held])).body
    return ast.FunctionDef("__init__", signature, [*body, *begin], [])


def first_line(kind: type) -> str:
    text = inspect.getdoc(kind) or kind.__name__
    text = " ".join(text.split("\n\n")[0].split())
    return text if len(text) < 88 else f"{re.split('[:;,] ', text)[0].rstrip('.')}."
