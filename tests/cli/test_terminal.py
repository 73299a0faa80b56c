"""What a terminal gets: lines, and no control characters of what somebody wrote."""

import sys

from attnlab.cli.output import say, tell
from attnlab.cli.text import columns

FORGED = "a\x1b[31m\nforged  row"


def test_a_cell_of_a_table_forges_no_row():
    lines = columns([["name", "seeds"], [FORGED, "3"]])
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    assert "a\\x1b[31m\\nforged" in lines[1]


def test_a_terminal_gets_no_control_characters_and_a_pipe_what_was_said(capsys, monkeypatch):
    say(FORGED)
    assert capsys.readouterr().out == f"{FORGED}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    say(FORGED)
    assert capsys.readouterr().out == "a\\x1b[31m\nforged  row\n"
    tell(FORGED)
    assert capsys.readouterr().err == "attnlab: a\\x1b[31m forged row\n"
