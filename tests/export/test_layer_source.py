"""The source of a layer: as it runs, complete, and read without importing it."""

import ast
import builtins
import subprocess
import sys

import pytest

from attnlab import catalog
from attnlab.export.scripts.layer_source import layer_source

LAYERS = [entry.layer for entry in catalog.modules() if entry.layer]


@pytest.mark.parametrize("path", LAYERS)
def test_source_defines_the_class_and_all_that_it_mentions(path):
    tree = ast.parse(layer_source(path))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert path.partition(":")[2] in classes
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {alias.asname or alias.name for alias in node.names}
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            bound |= {node.name} if hasattr(node, "name") else set()
        if isinstance(node, ast.arg):
            bound.add(node.arg)
    assert {node.id for node in names} <= bound


@pytest.mark.parametrize("path", LAYERS)
def test_class_is_as_inspect_shows_it(path):
    import inspect

    from attnlab.spec import load

    assert inspect.getsource(load(path)).rstrip() in layer_source(path)


def test_only_what_the_class_uses_comes_along():
    source = layer_source("attnlab.modules.channel:EfficientChannelAttention")
    assert "def eca_kernel_size" in source
    assert "def mean_over_places" in source
    assert "check_choice" not in source.replace("import check_choice, check_kernel", "")
    assert "class SqueezeExcite" not in source


def test_no_source_is_imported_for_it():
    code = (
        "import sys\n"
        "from attnlab import catalog\n"
        "from attnlab.export.scripts.layer_source import layer_source\n"
        "[layer_source(entry.layer) for entry in catalog.modules() if entry.layer]\n"
        "print('keras' in sys.modules, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
