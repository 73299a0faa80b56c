"""The Python source of a layer, read from its file: importing it would bring in TensorFlow."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

from attnlab.spec import own_source

PACKAGE = Path(__file__).parents[2]


@lru_cache(maxsize=128)
def layer_source(path: str) -> str:
    """The class at "package.module:name" as it runs, with what it uses from its own file.

    These are the imports, constants, functions and base classes that it needs, in their order.
    """
    module, _, name = path.partition(":")
    text = text_of(module)
    tree = ast.parse(text)
    needed = _needed(tree, name)
    pieces: list[str] = []
    for node in needed:
        gap = "" if not pieces else "\n\n\n"
        if is_import(node) and pieces:
            gap = "\n"
        first, last = lines_of(node)
        pieces.append(gap + "\n".join(text.splitlines()[first - 1 : last]))
    return "".join(pieces) + "\n"


def text_of(module: str) -> str:
    """The text of a module of attnlab, or of one that somebody brought, by its full name; of the
    latter without the decorators that declare modules, which a layer can do without."""
    brought = own_source.text_of(module)
    return file_of(module).read_text(encoding="utf-8") if brought is None else _undecorated(brought)


def _undecorated(text: str) -> str:
    """A file without its declarations of modules, and with its lines where they were."""
    tree, lines = ast.parse(text), text.splitlines()
    ours = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom | ast.Import)
        and (getattr(node, "module", None) or node.names[0].name).startswith("attnlab")
        for alias in node.names
    }
    for node in tree.body:
        for each in getattr(node, "decorator_list", []):
            names = {part.id for part in ast.walk(each) if isinstance(part, ast.Name)}
            called = each.func if isinstance(each, ast.Call) else each
            root = called
            while isinstance(root, ast.Attribute):
                root = root.value
            if names and isinstance(root, ast.Name) and root.id in ours:
                for number in range(each.lineno, last_line(each) + 1):
                    lines[number - 1] = ""
    return "\n".join(lines) + "\n"


def file_of(module: str) -> Path:
    """The file of a module or package of attnlab, by its full name."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [name for target in node.targets for name in _names_in(target)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    return []


def _names_in(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def is_import(node: ast.stmt) -> bool:
    """Whether a statement imports something."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def lines_of(node: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a definition, counted from 1, decorators among them."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return first, last_line(node)


def last_line(node: ast.stmt | ast.expr) -> int:
    """The last line of a statement or an expression, counted from 1."""
    assert node.end_lineno is not None  # the parser always sets it
    return node.end_lineno


def _needed(tree: ast.Module, name: str) -> list[ast.stmt]:
    """The top-level statements that define `name` and, in turn, all that it mentions."""
    by_name = {each: node for node in tree.body for each in defined(node)}
    needed: set[ast.stmt] = set()
    todo = [name]
    while todo:
        node = by_name[todo.pop()]
        if node not in needed:
            needed.add(node)
            mentioned = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            todo += mentioned & by_name.keys()
    return [node for node in tree.body if node in needed]
