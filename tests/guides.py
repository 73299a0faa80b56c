"""Pages that a reader follows word for word: their code is put where they say, in a copy.

A block of code that names its language stands below a sentence that says where it goes. What a page
may say there is in `_PLACES`; a block below any other sentence fails, so that nothing on a page is
left untried. A block without a language holds commands.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SECONDS = 240

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_FILE = r"`(?P<file>[\w/]+\.\w+)`"
_PLACES = (
    ("Once, at the top of the checkout", "once"),
    (rf"The new file {_FILE}", "new"),
    (rf"At the end of {_FILE}", "end"),
    (rf"In {_FILE}, (?P<how>above|below|in place of) the lines? `(?P<anchor>.+)`", "line"),
    (rf"In {_FILE}, above the (?:tuple|dictionary|class|function) `(?P<anchor>\w+)`", "definition"),
    (
        rf"In {_FILE}, as (?P<how>an|the last) item of the (?:tuple|list|dictionary|table) "
        r"`(?P<anchor>\w+)`",
        "item",
    ),
)


class Block(NamedTuple):
    """Code of a page and the sentence that says where it goes."""

    sentence: str
    code: str

    @property
    def place(self) -> tuple[str, dict[str, str]]:
        """Which kind of place this is, and what the sentence says of it."""
        sentence = re.sub(r"^And in\b", "In", self.sentence)
        for pattern, kind in _PLACES:
            if found := re.fullmatch(f"{pattern}:", sentence):
                return kind, found.groupdict()
        raise AssertionError(f"no place for a block of code: {self.sentence!r}")

    @property
    def file(self) -> str:
        """The file that the code belongs to; empty for code that is run once."""
        return self.place[1].get("file", "")


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Every block of code that goes into a file, in the order of the page."""
    found = []
    for match in _BLOCK.finditer(text):
        if match[1]:
            paragraph = text[: match.start()].rstrip().rpartition("\n\n")[2]
            found.append(Block(" ".join(paragraph.split()), match[2]))
    return found


def commands(text: str) -> list[str]:
    """The command lines of the page, one by one."""
    lines = [match[2].splitlines() for match in _BLOCK.finditer(text) if not match[1]]
    return [line.partition("  #")[0].strip() for block in lines for line in block if line]


def followed(text: str, folder: Path, *needed: str) -> Path:
    """Copy the package, its tests and what else is `needed` to `folder`, and put all code of the
    page in place there; returns the folder."""
    for name in ("attnlab", "tests", "pyproject.toml", *needed):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder)
        else:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    follow(text, folder)
    return folder


def follow(text: str, folder: Path) -> None:
    """Do what every block of code of this text says, in the copy."""
    for block in blocks(text):
        put(block, folder)


def parts(text: str) -> dict[str, str]:
    """The parts of a page by their headings, for a page with several examples."""
    cut = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(cut[1::2], cut[2::2], strict=True))


def put(block: Block, folder: Path) -> None:
    """Put the code of a block where its sentence says, or run it if it is to be run once."""
    kind, said = block.place
    if kind == "once":
        python(folder, "-c", block.code)
        return
    path = folder / said["file"]
    if kind == "new":
        assert not path.exists(), f"{path} is there already"
        path.write_text(block.code, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    put_into = {"end": _at_the_end, "line": _at_a_line, "definition": _above, "item": _as_an_item}
    path.write_text(put_into[kind](before, block.code, said), encoding="utf-8")


def _at_the_end(text: str, code: str, said: dict[str, str]) -> str:
    return f"{text}\n\n{code}"


def _at_a_line(text: str, code: str, said: dict[str, str]) -> str:
    lines = text.splitlines(keepends=True)
    places = [n for n, line in enumerate(lines) if line.strip() == said["anchor"]]
    if len(places) != 1:
        raise ValueError(f"{said['file']} has the line {said['anchor']!r} {len(places)} times")
    number = places[0]
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    code = textwrap.indent(code, indent)
    below = said["how"] == "below"
    kept = [] if said["how"] == "in place of" else [lines[number]]
    new = [*kept, code] if below else [code, *kept]
    return "".join([*lines[:number], *new, *lines[number + 1 :]])


def _above(text: str, code: str, said: dict[str, str]) -> str:
    start = _start_of(said["anchor"], text)
    return f"{text[:start]}{code}\n\n{text[start:]}"


def _as_an_item(text: str, code: str, said: dict[str, str]) -> str:
    start = _start_of(said["anchor"], text)
    first = text.index("\n", start) + 1
    last = re.compile(r"^[)\]}]", re.MULTILINE).search(text, first).start()
    at = last if said["how"] == "the last" else first
    return f"{text[:at]}{textwrap.indent(code.rstrip(), '    ')},\n{text[at:]}"


def _start_of(name: str, text: str) -> int:
    defined = re.compile(rf"^(?:class |def )?{name}\b(?=[(:]| = | *\[)", re.MULTILINE)
    (found,) = defined.finditer(text)
    return found.start()


def python(folder: Path, *arguments: str) -> str:
    """Run `python -m` in the copy with these arguments, or `python -c`; returns what it said."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "ATTNLAB_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, *([] if arguments[0] == "-c" else ["-m"]), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def in_turn(folder: Path, *steps: list[str]) -> list[str]:
    """Run `python -m` with each of these arguments in the copy, all of which must end well; returns
    what each said. One process does all, pytest or attnlab: it imports TensorFlow once."""
    return python(folder, "-c", _IN_TURN, json.dumps(steps)).split(_END)[:-1]


_END = "--- this was that ---"
_IN_TURN = f"""
import json, sys
for name, *arguments in json.loads(sys.argv[1]):
    if name == "pytest":
        import pytest
        code = pytest.main(["-p", "no:cacheprovider", *arguments])
    else:
        from attnlab.cli import main
        code = main(arguments)
    if code:
        sys.exit(code)
    print("{_END}", flush=True)
"""


def passed(said: str) -> int:
    """How many tests passed of which pytest said this."""
    return int(re.search(r"(\d+) passed", said)[1])


def tests_asked_for(text: str) -> list[list[str]]:
    """Every pytest command on the page, from the word pytest on."""
    start = "python -m "
    return [
        shlex.split(each.removeprefix(start))
        for each in commands(text)
        if each.startswith(f"{start}pytest ")
    ]
