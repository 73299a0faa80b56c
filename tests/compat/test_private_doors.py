"""Nothing but `attnlab.compat` reaches into the frameworks beyond their public names."""

import ast
import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOORS = ("attnlab/compat/", "tests/compat/", "tests/frameworks.py")

FRAMEWORKS = ("altair", "keras", "streamlit", "tensorflow")
PUBLIC = {*FRAMEWORKS, "altair.typing", "streamlit.testing.v1"}
HIDDEN = {
    "altair": {"utils", "vegalite"},
    "keras": {"src"},
    "streamlit": {"config", "delta_generator", "elements", "proto", "runtime", "util", "web"},
    "tensorflow": {"compiler", "core", "python"},
}
"""What can be reached from a framework's name and is none of its public ones."""

PART_OF_STREAMLIT = re.compile(r"data-testid\s*\W{0,2}=\W{0,2}st[A-Z]")
TO_BE_SET = ("streamlit.query_params.", "streamlit.session_state.")
WITH_UNDERSCORE = {"_asdict", "_exit", "_fields", "_make", "_mapping", "_replace"}
"""Public all the same: of named tuples, of SQLAlchemy's rows, and of the module os."""


def sources() -> list[Path]:
    folders = ("attnlab", "pages", "benchmarks", "tests", "tools")
    found = [ROOT / "streamlit_app.py"]
    found += [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(DOORS)]


def defined_in(tree: ast.AST) -> Iterator[str]:
    """Every name that is given here to a function, a class, a variable or a part of `self`."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                yield name


def doors(tree: ast.AST, own: set[str]) -> Iterator[tuple[int, str]]:
    """The line of every reach beyond public names, and what is reached for."""
    names = dict(_framework_names(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=imported):
                reached = [each.name for each in imported if _is_private(each.name)]
            case ast.ImportFrom(module=str(module), names=imported):
                wholes = [f"{module}.{each.name}" for each in imported]
                reached = [module] if _is_private(module) else filter(_is_hidden, wholes)
            case ast.Constant(value=str(text)):
                reached = [*PART_OF_STREAMLIT.findall(text), *filter(_is_hidden, [text])]
            case ast.Attribute(attr=name):
                reached = _attributes(node, name, names, own)
            case _:
                continue
        for each in reached:
            yield node.lineno, each


def _framework_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What a module calls its frameworks: ("tf", "tensorflow")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name in FRAMEWORKS:
                    yield each.asname or each.name, each.name


def _is_private(module: str) -> bool:
    framework, _, rest = module.partition(".")
    if framework == "keras" and rest:
        return rest.split(".")[0] == "src"
    return framework in FRAMEWORKS and module not in PUBLIC


def _is_hidden(path: str) -> bool:
    framework, _, rest = path.partition(".")
    first = rest.partition(".")[0]
    return framework in FRAMEWORKS and (first in HIDDEN[framework] or first.startswith("_"))


def _attributes(
    node: ast.Attribute, name: str, names: dict[str, str], own: set[str]
) -> Iterator[str]:
    path = ast.unparse(node)
    root, *rest = path.split(".")
    if root in names and rest:
        path = ".".join([names[root], *rest])
        if len(rest) == 1 and _is_hidden(path):
            yield path
        if isinstance(node.ctx, ast.Store) and not path.startswith(TO_BE_SET):
            yield f"{path} = …"
    if name.startswith("_") and not name.endswith("__") and name not in own:
        yield path


def own_names(paths: list[Path]) -> set[str]:
    trees = [ast.parse(path.read_text()) for path in paths]
    return WITH_UNDERSCORE.union(*map(defined_in, trees))


def test_nothing_but_compat_reaches_beyond_public_names():
    package = own_names([path for path in sources() if path.is_relative_to(ROOT / "attnlab")])
    found = []
    for path in sources():
        tree = ast.parse(path.read_text())
        for line, reached in doors(tree, package | set(defined_in(tree))):
            found.append(f"{path.relative_to(ROOT)}:{line}: {reached}")
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "from tensorflow.python.eager import context",
        "import tensorflow.python.eager.context as context",
        "from keras.src import testing",
        "from keras import src",
        "from altair.utils import schemapi",
        "from streamlit.runtime.pages_manager import PagesManager",
        "from streamlit import runtime",
        "import streamlit as st\nst.runtime.exists()",
        "import tensorflow as tf\ntf.__internal__.distribute",
        "import keras\nkeras.backend.clear_session = print",
        "pytest.importorskip('keras.src.testing')",
        "layer._flatten_layers()",
        "optimizer._backend_update_step = print",
        "class Own(Layer):\n    def call(self, x):\n        return self._layers",
        "style = '[data-testid=stSidebar] {display: none}'",
        "style = f'{{}} [data-testid=\"stColumn\"]:has({key})'",
    ],
)
def test_a_door_is_found(code):
    tree = ast.parse(code)
    assert len(list(doors(tree, set(defined_in(tree))))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import streamlit as st\nfrom streamlit.testing.v1 import AppTest\nst.session_state.x = 1",
        "from keras.saving import load_model\nfrom keras import layers",
        "class Own(Layer):\n    def build(self):\n        self._kept = 1\n        self.x._kept",
        "table = '<table data-testid=\"results\">'",
        "row._replace(x=1)",
    ],
)
def test_what_is_public_or_ones_own_is_no_door(code):
    tree = ast.parse(code)
    assert list(doors(tree, WITH_UNDERSCORE | set(defined_in(tree)))) == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_version_is_let_in_that_the_doors_were_not_tested_with(framework):
    line = re.search(rf"^{framework}(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    major, minor, *_ = map(int, re.findall(r"\d+", importlib.metadata.version(framework)))
    assert line[1] == f">={major}.{minor},<{major}.{minor + 1}"
    module = (ROOT / "attnlab" / "compat" / f"{framework}.py").read_text()
    assert f"tested with {major}.{minor}" in module


def test_compat_imports_nothing_else_of_attnlab_and_as_a_whole_nothing():
    for path in (ROOT / "attnlab" / "compat").glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        names = [str(each.module) for each in nodes if isinstance(each, ast.ImportFrom)]
        names += [one.name for each in nodes if isinstance(each, ast.Import) for one in each.names]
        assert not any(name.startswith("attnlab") for name in names)
        assert (names == []) == (path.name == "__init__.py")
