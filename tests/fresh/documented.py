"""What README.md and docs/ tell people to type, and how a test runs it in a fresh process."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
WATCH = Path(__file__).parent / "watch"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = ("attnlab ", "make ", "pip ", "python -m attnlab ", "streamlit ", "uv ")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SECONDS = 300


def blocks(language: str, page: Path = PAGES[0]) -> list[str]:
    """The blocks of code in this language, "" where none is named."""
    return [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def commands() -> dict[str, Path]:
    """Every command line in a block or between backquotes, in its words, with its page."""
    found: dict[str, Path] = {}
    for page in PAGES:
        lines = [line for block in blocks("", page) for line in _lines(block)]
        lines += re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))
        for line in lines:
            if line.startswith(PROGRAMS) and "…" not in line:
                found.setdefault(in_a_line(line), page)
    return found


def _lines(block: str) -> list[str]:
    """The commands of a block, with those that go over several lines as one, without comments."""
    whole = re.sub(r"\s*\\\n\s*", " ", block)
    return [line.partition(" #")[0].strip() for line in whole.splitlines()]


def in_a_line(command: str) -> str:
    """The command with a space between any two words."""
    return " ".join(command.split())


def known() -> dict[str, dict]:
    """How each command is run, by its words; see commands.yaml."""
    text = (Path(__file__).parent / "commands.yaml").read_text("utf-8")
    return {in_a_line(command): how or {} for command, how in yaml.safe_load(text).items()}


def environment(home: Path, log: Path, workers: int = 1) -> dict[str, str]:
    """A fresh process: its own home, threads that change places all the time, imports watched.

    A second worker would load TensorFlow for trainings of a second.
    """
    path = os.pathsep.join([str(WATCH), str(ROOT)])
    return {
        **os.environ,
        "ATTNLAB_WORKERS": str(workers),
        "ATTNLAB_HOME": str(home),
        "ATTNLAB_IMPORT_LOG": str(log),
        "PYTHONPATH": path,
    }


def run(
    words: list[str], folder: Path, home: Path, ends: int = 0, told: str = "", times: int = 1
) -> subprocess.CompletedProcess[str]:
    """Run `python` with these words in a fresh process; it must end as said, without a fault.

    It reads what it is `told`, and may take the time of so many commands.
    """
    log = folder / "imports.log"
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(home, log),
        capture_output=True,
        text=True,
        timeout=SECONDS * times,
        input=told,
    )
    assert ended.returncode == ends, f"exit code {ended.returncode}:\n{ended.stderr}"
    assert "Traceback" not in ended.stderr, ended.stderr
    assert not log.exists(), f"imported at once, or outside of the lock:\n{log.read_text()}"
    return ended


def words(command: str, how: dict, study_id: str = "") -> list[str]:
    """The arguments of `python` for a command that begins with `python` or `attnlab`."""
    parts = shlex.split(command)
    parts = parts[1:] if parts[0] == "python" else ["-m", *parts]
    put = {"ID": study_id}
    for name, value in how.get("put", {}).items():
        put[name] = str(ROOT / value) if (ROOT / value).exists() else value
    for name, value in put.items():
        parts = [re.sub(rf"(^|=){re.escape(name)}$", rf"\g<1>{value}", part) for part in parts]
    return parts + shlex.split(how.get("with", ""))
