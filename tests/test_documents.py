"""What the documents say of the source is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FILE = re.compile(r"`((?:attnlab|pages|tests|benchmarks|tools|data)/[\w/.-]+\.\w+)`")
NEW_FILE = re.compile(r"The new file `([^`]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page):
    text = page.read_text(encoding="utf-8")
    named = set(FILE.findall(text)) - set(NEW_FILE.findall(text))
    assert not [name for name in named if not (ROOT / name).exists()]
    assert not [link for link in LINK.findall(text) if not (page.parent / link).exists()]


def test_the_architecture_names_every_package():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## The layers")[2].partition("\n## ")[0]
    packages = {path.parent.name for path in (ROOT / "attnlab").glob("*/__init__.py")}
    named = set(re.findall(r"`(\w+)`", table))
    assert packages <= named
