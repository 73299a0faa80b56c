"""What keeps the code easy to find one's way in: short files, and one class for each name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "attnlab").rglob("*.py"))
MOST_LINES = 300


def test_a_file_can_be_read_as_a_whole():
    lines = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in FILES
    }
    assert lines
    assert {name: number for name, number in lines.items() if number > MOST_LINES} == {}


def test_no_two_classes_have_the_same_name():
    files = defaultdict(list)
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                files[node.name].append(str(file.relative_to(ROOT)))
    assert {name: where for name, where in files.items() if len(where) > 1} == {}
