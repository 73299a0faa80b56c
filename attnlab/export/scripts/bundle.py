"""Definitions of several files of attnlab in one, with all that they need and nothing else.

What is needed is found by the names that a definition mentions, file by file. Of a plain class,
methods stay away that nothing calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from attnlab.export.files import ExportError
from attnlab.export.scripts.layer_source import lines_of
from attnlab.export.scripts.sources import (
    PARAMETERS,
    Definition,
    Import,
    outer_names,
    resolved,
    source_file,
)

NAMESPACE = Import("types", "SimpleNamespace")


class _Edit(NamedTuple):
    """Something in a line that is called otherwise from the byte `start` on."""

    line: int
    start: int
    old: str
    new: str

    @classmethod
    def of(cls, node: ast.expr, old: str, new: str) -> _Edit:
        return cls(node.lineno, node.col_offset, old, new)

    def applied(self, line: bytes) -> bytes:
        """The line with the new name; raises ExportError where the old one does not stand."""
        old = self.old.encode()
        end = self.start + len(old)
        if line[self.start : end] != old:
            raise ExportError(f"there is no {self.old!r} in {line.decode()!r}")
        return line[: self.start] + self.new.encode() + line[end:]


@dataclass
class Bundle:
    """Collects definitions; once all are there, gives them as text.

    `order` are the definitions as they were found, `imports` what they import from elsewhere,
    `parameters` what they ask of a task's parameters; `taken` are names that the script has for
    something else.
    """

    order: list[Definition] = field(default_factory=list)
    imports: set[Import] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    _attributes: set[str] = field(default_factory=set)
    _waiting: dict[str, list[tuple[str, ast.FunctionDef]]] = field(default_factory=dict)
    _called: dict[Definition, set[str]] = field(default_factory=dict)
    _needs: dict[str, list[str]] = field(default_factory=dict)
    _names: dict[Definition, str] = field(default_factory=dict)

    def add(self, paths: Iterable[str]) -> list[Definition]:
        """Collect what stands at these paths, "package.module:name", and all that it needs.

        Returns what was not there before, in the order in which it has to stand.
        """
        before = set(self.order)
        for path in paths:
            module, _, name = path.partition(":")
            definition = resolved(module, name)
            if definition is None:
                raise ExportError(f"there is no definition of {path}")
            self._reach(definition)
        files = self._files()
        new = [each for each in self.order if each not in before]
        return sorted(new, key=lambda each: (files.index(each.module), _first_line(each)))

    def name(self, definition: Definition) -> str:
        """What a definition is called in the script: as its users call it, unless that is taken."""
        if definition not in self._names:
            taken = self.taken | {each.local for each in self.imports}
            self._names = _distinct(self.order, self._called, taken)
        return self._names[definition]

    def text(self, definitions: Iterable[Definition]) -> str:
        """The source of definitions, in this order."""
        pieces, before = [], None
        for each in _once(definitions):
            if before is not None:
                pieces.append(_gap(before, each))
            pieces.append(self._source(each))
            before = each
        return "".join(pieces)

    # --- what is needed ---

    def _reach(self, definition: Definition) -> None:
        if definition in self.order:
            return
        self.order.append(definition)
        self._called.setdefault(definition, set())
        self._needs.setdefault(definition.module, [])
        node = source_file(definition.module).definitions[definition.name]
        if not isinstance(node, ast.ClassDef) or node.bases:
            self._follow(definition.module, node)
            return
        # A class without bases: what calls its methods mentions their names.
        for part in _around_methods(node):
            self._follow(definition.module, part)
        for method in _methods(node):
            if method.name in self._attributes:
                self._follow(definition.module, method)
            else:
                self._waiting.setdefault(method.name, []).append((definition.module, method))

    def _follow(self, module: str, node: ast.AST) -> None:
        """Reach all that some code of a file mentions."""
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute):
                self._mention(each.attr)
                if isinstance(each.value, ast.Name) and each.value.id == PARAMETERS:
                    self.parameters.add(each.attr)
            if isinstance(each, ast.arg) and each.arg == PARAMETERS and each.annotation:
                self.imports.add(NAMESPACE)
        for name in outer_names(node):
            self._reach_name(module, name.id)

    def _reach_name(self, module: str, name: str) -> None:
        other = source_file(module).others.get(name)
        if other is not None:
            self.imports.add(other)
            return
        definition = resolved(module, name)
        if definition is None:
            return
        self._reach(definition)
        if definition.module != module:
            self._called[definition].add(name)
            self._needs[module].append(definition.module)

    def _mention(self, attribute: str) -> None:
        self._attributes.add(attribute)
        for module, method in self._waiting.pop(attribute, ()):
            self._follow(module, method)

    def _files(self) -> list[str]:
        """The files, each behind those that it needs."""
        ordered: list[str] = []

        def visit(module: str, above: tuple[str, ...] = ()) -> None:
            if module in ordered or module in above:
                return
            for needed in self._needs.get(module, ()):
                visit(needed, (*above, module))
            ordered.append(module)

        for definition in self.order:
            visit(definition.module)
        return ordered

    # --- how it is written ---

    def _source(self, definition: Definition) -> str:
        file = source_file(definition.module)
        first, last = file.lines_of(definition.name)
        node = file.definitions[definition.name]
        lines = [line.encode() for line in file.lines]
        for edit in sorted(self._edits(definition, node), reverse=True):
            lines[edit.line - 1] = edit.applied(lines[edit.line - 1])
        left_out = set(self._left_out(node, lines))
        kept = (lines[number - 1] for number in range(first, last + 1) if number not in left_out)
        return b"\n".join(kept).decode()

    def _edits(self, definition: Definition, node: ast.stmt) -> Iterator[_Edit]:
        """What is called otherwise here."""
        for each in ast.walk(node):
            if isinstance(each, ast.arg) and each.arg == PARAMETERS and each.annotation:
                yield _Edit.of(each.annotation, ast.unparse(each.annotation), NAMESPACE.name)
        for each in outer_names(node):
            target = resolved(definition.module, each.id)
            if target in self._called and self.name(target) != each.id:
                yield _Edit.of(each, each.id, self.name(target))
        called = self.name(definition)
        if called != definition.name:
            begins = {ast.FunctionDef: "def ", ast.ClassDef: "class "}.get(type(node), "")
            start = node.col_offset + len(begins)
            yield _Edit(node.lineno, start, definition.name, called)

    def _left_out(self, node: ast.stmt, lines: list[bytes]) -> Iterator[int]:
        """The lines of methods that nothing calls, and the empty ones before them."""
        if not isinstance(node, ast.ClassDef):
            return
        waiting = {id(method) for each in self._waiting.values() for _, method in each}
        for method in node.body:
            if id(method) in waiting:
                first, last = lines_of(method)
                while not lines[first - 2].strip():
                    first -= 1
                yield from range(first, last + 1)


def _around_methods(node: ast.ClassDef) -> list[ast.AST]:
    """All of a class but the methods that somebody has to call by name."""
    methods = _methods(node)
    return [*node.decorator_list, *(each for each in node.body if each not in methods)]


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [
        each
        for each in node.body
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("__")
    ]


def _distinct(
    order: list[Definition], called: dict[Definition, set[str]], taken: set[str]
) -> dict[Definition, str]:
    """A name for each definition: its own, or what all other files call it; two never share one."""
    names: dict[Definition, str] = {}
    for each in order:
        others = called[each]
        wanted = next(iter(others)) if len(others) == 1 else each.name
        if wanted in taken:
            file = each.module.rpartition(".")[2]
            wanted = f"{file.upper() if wanted.isupper() else file}_{wanted.lstrip('_')}"
        if wanted in taken:
            raise ExportError(f"two definitions are called {wanted}")
        names[each] = wanted
        taken = taken | {wanted}
    return names


def _once(definitions: Iterable[Definition]) -> list[Definition]:
    """One definition of each statement: `first, last = 1, 2` has two."""
    by_statement = {(each.module, _first_line(each)): each for each in definitions}
    return list(by_statement.values())


def _first_line(definition: Definition) -> int:
    return source_file(definition.module).lines_of(definition.name)[0]


def _gap(before: Definition, after: Definition) -> str:
    """Empty lines between two definitions: two beside functions and classes, else as they were."""
    nodes = [source_file(each.module).definitions[each.name] for each in (before, after)]
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in nodes):
        return "\n\n\n"
    _, last = source_file(before.module).lines_of(before.name)
    touching = before.module == after.module and _first_line(after) == last + 1
    return "\n" if touching else "\n\n"
