"""Modules that several threads want for the first time at once."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.imports import importing, is_import_fault, is_mine
from attnlab.ui import PAGES

ROOT = Path(__file__).parents[1]

TWO_THREADS = """
import sys, threading, time
sys.path.insert(0, {folder!r})
from attnlab.imports import bring, is_import_fault
errors = []

def want(name):
    try:
        {how}
    except Exception as error:
        errors.append((error, is_import_fault(error)))

threads = [threading.Thread(target=want, args=[name]) for name in ("pair.first", "pair.second")]
for thread in threads:
    thread.start()
    time.sleep(0.1)
for thread in threads:
    thread.join()
print(errors)
"""
"""One thread is in the middle of a module when another begins one of the same package."""


@pytest.fixture
def pair(tmp_path):
    """A package as attnlab's own are: it brings the names of its modules."""
    folder = tmp_path / "pair"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "import time\ntime.sleep(0.5)\nfrom pair.second import two\n"
    )
    (folder / "first.py").write_text("one = 1\n")
    (folder / "second.py").write_text("import time\nimport pair\ntime.sleep(0.5)\ntwo = 2\n")
    return tmp_path


def run(folder, how):
    ended = subprocess.run(
        [sys.executable, "-c", TWO_THREADS.format(folder=str(folder), how=how)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert not ended.stderr, ended.stderr
    return ended.stdout.strip()


def in_functions(tree):
    """The imports inside functions that no `with importing(…)` is around, and what it names."""
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for statement in function.body:
                yield from _bare(statement)


def _guards(node):
    return any(
        ast.unparse(item.context_expr).startswith(
            ("importing(", "_importing(", "imports.importing(")
        )
        for item in node.items
    )


def _bare(node):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
    guarded = isinstance(node, ast.With) and _guards(node)
    if not guarded and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for child in ast.iter_child_nodes(node):
            yield from _bare(child)


def test_threads_that_import_together_get_whole_modules(pair):
    assert run(pair, "bring(name)") == "[]"


def test_without_the_lock_they_get_half_a_module(pair):
    said = run(pair, "__import__(name)")
    assert "partially initialized module" in said
    assert "False" not in said  # whatever it raised is known for what it is


def test_functions_import_behind_the_lock():
    """Not the command line, which imports in its one thread, before others begin and after."""
    bare, by_name = [], []
    for path in sorted((ROOT / "attnlab").rglob("*.py")):
        if path.relative_to(ROOT).parts[1] == "cli":
            continue
        tree, name = _parsed(path), path.relative_to(ROOT)
        bare += [f"{name}:{node.lineno}: {ast.unparse(node)}" for node in in_functions(tree)]
        named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if named & {"import_module", "__import__"}:
            by_name.append(str(name))
    assert not bare, "a thread can come here: put these into `with importing(…)`"
    assert by_name == ["attnlab/imports.py"], "use attnlab.imports.module"


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda page: page.stem)
def test_a_page_imports_its_part_behind_the_lock_and_the_others_follow(page):
    """A second page may be opened while the first imports, or before its own part is there."""
    tree = _parsed(page)
    bare = [node for statement in tree.body for node in _bare(statement)]
    # Not `attnlab.imports`: who asks for that gets it while another thread is amid attnlab.
    assert [ast.unparse(node) for node in bare] == ["from attnlab import imports"]
    [guarded] = [node for node in tree.body if isinstance(node, ast.With) and _guards(node)]
    [brought] = guarded.body
    parts = {f"{brought.module}.{alias.name}" for alias in brought.names} - {"attnlab.ui.server"}
    named = {each.value for each in guarded.items[0].context_expr.args}
    assert parts == named
    assert named <= set(PAGES)


def test_a_page_begins_with_attnlab_as_a_whole():
    """Who imports `attnlab.imports` gets it while another thread is in the middle of attnlab."""
    first, *_ = (
        node.lineno
        for node in _parsed(ROOT / "streamlit_app.py").body
        if isinstance(node, ast.Import) and "attnlab" in {alias.name for alias in node.names}
    )
    [page] = (
        node.lineno
        for node in ast.walk(_parsed(ROOT / "streamlit_app.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "page.run"
    )
    assert first < page


def _parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def test_a_thread_that_needs_nothing_new_does_not_wait():
    script = """
import threading
from attnlab.imports import importing
with importing("json"):
    import json
held, waited = threading.Event(), threading.Event()

def hold():
    with importing("something.long"):
        held.set()
        waited.wait(30)

thread = threading.Thread(target=hold, daemon=True)
thread.start()
held.wait(30)
with importing("json"):
    print("did not wait")
waited.set()
thread.join(30)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=20
    )
    assert ended.stdout == "did not wait\n", ended.stderr


def test_a_module_that_failed_to_import_is_not_taken_for_whole():
    with pytest.raises(ImportError), importing("attnlab.no_such_module"):
        import attnlab.no_such_module  # noqa: F401
    with importing("attnlab.no_such_module"):
        assert is_mine()
    assert not is_mine()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ImportError("cannot import name 'CBAM' from partially initialized module 'a.b'"), True),
        (ModuleNotFoundError("No module named 'x'"), True),
        (AttributeError("partially initialized module 'a' has no attribute 'b'"), True),
        (AttributeError("'Dense' object has no attribute 'units'"), False),
        (ValueError("the loss became nan"), False),
    ],
)
def test_faults_of_imports_are_told_from_others(error, expected):
    assert is_import_fault(error) == expected
    behind = RuntimeError("the data cannot be made")
    behind.__cause__ = error
    assert is_import_fault(behind) == expected
