"""`attnlab judge`: the examples of docs/judge.md as they are written there, and its forms."""

import io
import json
import re
from pathlib import Path

import pytest

from attnlab.cli import main

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "judge.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"```\npython -m attnlab (judge [^\n]+)\n```\n\n```text\n(.*?)```", PAGE, re.DOTALL
)


def run(monkeypatch, capsys, *arguments):
    monkeypatch.chdir(DOCS.parent)
    code = main([*arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_page_has_eight_files():
    files = {command.split()[1] for command, _ in EXAMPLES}
    assert len(files) >= 8
    assert all((DOCS.parent / file).exists() for file in files)


@pytest.mark.parametrize(("command", "printed"), EXAMPLES)
def test_an_example_prints_what_stands_below_it(command, printed, monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys, *command.split())
    err = "".join(line for line in err.splitlines(True) if line.startswith("attnlab: "))
    err = err.replace("attnlab: reading event files …\n", "")
    shown = [line.rstrip() for line in (out + err).splitlines()]
    written = [line.rstrip() for line in printed.splitlines()]
    if "…" in written:  # the rest stands above already
        cut = written.index("…")
        assert shown[:cut] == written[:cut]
    else:
        assert " ".join(" ".join(shown).split()) == " ".join(" ".join(written).split())
    assert code == (2 if err else 0)


def test_forms_for_papers_and_programs(monkeypatch, capsys):
    command = ["judge", "docs/judge/wide.csv", "--reference", "baseline", "--metric", "accuracy"]
    out = {
        form: run(monkeypatch, capsys, *command, f"--{form}")[1]
        for form in ("json", "latex", "markdown", "html", "csv")
    }
    found = json.loads(out["json"])
    assert [each["verdict"] for each in found["verdicts"]][:2] == ["reference", "helps"]
    assert len(found["scores"]) == 30
    assert found["metric"] == {"name": "accuracy", "better": 1, "share": True}
    assert r"\begin{tabular}{lrrrr}" in out["latex"]
    assert "no attention" not in out["latex"].lower()
    assert out["markdown"].startswith("| arm | Accuracy (%) |")
    assert "<strong>" in out["html"]
    assert out["html"].count("<tr>") == 4
    assert out["csv"].startswith("family,question,label")


def test_the_python_of_the_page_runs(monkeypatch, capsys):
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(DOCS.parent)
    exec(code, {})
    assert "helps" in capsys.readouterr().out


def test_standard_input_and_options_that_do_not_fit(monkeypatch, capsys):
    text = "arm,score\na,1\na,2\nb,3\n"

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, out, _ = run(monkeypatch, capsys, "judge", "-", "--reference", "a")
    assert (code, "standard input: 3 runs" in out) == (0, True)
    command = ("judge", "docs/judge/long.csv", "--reference", "baseline")
    code, _, err = run(monkeypatch, capsys, *command, "--tag", "loss")
    assert (code, "--tag names a series of event files" in err) == (2, True)
    code, _, err = run(monkeypatch, capsys, "judge", "nowhere.csv", "--reference", "baseline")
    assert (code, "there is no such file" in err) == (2, True)
