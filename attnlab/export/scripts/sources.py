"""The files of attnlab as they are read for their definitions, without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from attnlab.export.scripts.layer_source import defined, is_import, last_line, lines_of, text_of

OURS = "attnlab"
PARAMETERS = "params"
"""An argument of this name is a task's parameters; a script has them as a plain namespace."""


class Definition(NamedTuple):
    """What a file of attnlab defines at its top level."""

    module: str
    name: str


class Import(NamedTuple):
    """Something that is imported from elsewhere: `import module`, or `from module import name`."""

    module: str
    name: str = ""
    called: str = ""

    @property
    def local(self) -> str:
        """What it is called in the file."""
        return self.called or self.name or self.module


@dataclass(frozen=True)
class SourceFile:
    """A file of attnlab: what it defines and imports, by name."""

    module: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()

    @cached_property
    def body(self) -> list[ast.stmt]:
        """Its statements."""
        return ast.parse(self.text).body

    @cached_property
    def definitions(self) -> dict[str, ast.stmt]:
        """The statement that defines each name."""
        return {name: node for node in self.body if not is_import(node) for name in defined(node)}

    @cached_property
    def ours(self) -> dict[str, Definition]:
        """What it imports from attnlab, by the name it has here."""
        return {
            alias.asname or alias.name: Definition(node.module, alias.name)
            for node in self.body
            if isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module)
            for alias in node.names
        }

    @cached_property
    def others(self) -> dict[str, Import]:
        """What it imports from elsewhere, by the name it has here."""
        imports: list[Import] = []
        for node in self.body:
            if isinstance(node, ast.Import):
                imports += [Import(alias.name, "", alias.asname or "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not _is_ours(node.module):
                imports += [
                    Import(node.module, alias.name, alias.asname or "") for alias in node.names
                ]
        return {each.local: each for each in imports}

    def lines_of(self, name: str) -> tuple[int, int]:
        """First and last line of a definition, with comments above it and a docstring below."""
        node = self.definitions[name]
        first, last = lines_of(node)
        while self.lines[first - 2].startswith("#"):
            first -= 1
        following = self.body[self.body.index(node) + 1 :][:1]
        if isinstance(node, ast.Assign | ast.AnnAssign) and following and _is_text(following[0]):
            last = last_line(following[0])
        return first, last


@lru_cache(maxsize=256)
def source_file(module: str) -> SourceFile:
    """The file of this module of attnlab."""
    return SourceFile(module, text_of(module))


def resolved(module: str, name: str) -> Definition | None:
    """Where what a file calls `name` is defined, through what packages pass on; None if not in
    attnlab."""
    file = source_file(module)
    if name in file.definitions:
        return Definition(module, name)
    return resolved(*file.ours[name]) if name in file.ours else None


def outer_names(node: ast.AST, local: frozenset[str] = frozenset()) -> Iterator[ast.Name]:
    """The names in some code that are not its own: those of its file, and of Python."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in local:
            yield node
        return
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        yield from _names_of_function(node, local)
        return
    for child in ast.iter_child_nodes(node):
        yield from outer_names(child, local)


def _names_of_function(
    node: ast.FunctionDef | ast.Lambda, local: frozenset[str]
) -> Iterator[ast.Name]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    outside: list[ast.expr] = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
    outside += [each.annotation for each in every if each.annotation and each.arg != PARAMETERS]
    body: Sequence[ast.AST] = node.body if isinstance(node, ast.FunctionDef) else [node.body]
    if isinstance(node, ast.FunctionDef):
        outside += [*node.decorator_list, *filter(None, [node.returns])]
    for expression in outside:
        yield from outer_names(expression, local)
    stored = {
        each.id
        for part in body
        for each in ast.walk(part)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    inside = local | stored | {each.arg for each in every}
    for statement in body:
        yield from outer_names(statement, inside)


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == OURS


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
