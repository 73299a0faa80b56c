"""The walk to a verdict that docs/verdicts.md tells is the walk that the code takes."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"^\d\. `(attnlab/[\w/]+\.py)`:(.*?)(?=^\d\. |\n\n)", re.MULTILINE | re.DOTALL)


def steps():
    """The files of the walk, each with the functions that the text names."""
    text = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    section = text.partition("## Why does it say *helps*?")[2].partition("\n## ")[0]
    return {file: re.findall(r"`(\w+)`", words) for file, words in STEP.findall(section)}


def tree(file):
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def defined(file):
    return {node.name for node in tree(file).body if isinstance(node, ast.FunctionDef)}


def called(file):
    calls = [node.func for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)}


def test_the_walk_has_at_most_four_files_and_each_defines_what_the_text_names():
    walk = steps()
    assert 1 < len(walk) <= 4
    for file, names in walk.items():
        assert names
        assert set(names) <= defined(file), file


def test_each_step_of_the_walk_is_called_by_the_walk_itself():
    walk = steps()
    calls = set().union(*(called(file) for file in walk))
    first, *others = [name for names in walk.values() for name in names]
    assert first == "judge"
    assert set(others) <= calls


def test_whatever_else_the_text_names_is_there():
    text = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    for file in re.findall(r"`(attnlab/[\w/]+\.py)`", text):
        assert (ROOT / file).is_file(), file
    assert {"judge_by_accuracy"} <= defined("attnlab/results/judge.py")
