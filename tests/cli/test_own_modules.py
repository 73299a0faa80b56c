"""Modules of one's own on the command line, as far as no worker is needed."""

import json

import pytest

from attnlab.cli import main
from attnlab.own_modules import reading
from attnlab.own_modules.library import LIBRARY
from attnlab.own_modules.report import CheckedModule, CheckedPromise, Report
from attnlab.spec import REGISTRY, Study
from attnlab.store import Store
from tests.ui.test_own_modules import DECLARED, PASSED, REFUSED


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in; here("my_modules/mine.py", promise) puts a file there, in which
    a worker would have found this."""
    monkeypatch.chdir(tmp_path)
    found = {}
    monkeypatch.setattr(
        reading, "_by_worker", lambda source, *given: Report(source, found[source.path])
    )

    def put(name, *findings, text="x"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        found[str(path)] = (CheckedModule(DECLARED, findings),)
        return path

    yield put
    for file in LIBRARY.files:
        LIBRARY._forget(file)
    assert not REGISTRY.own


@pytest.mark.parametrize("input_", ["features", "image", "steps", "alignment"])
def test_a_new_module_is_written_with_its_test_and_nothing_is_overwritten(here, input_, capsys):
    assert main(["new-module", "tanh-gate", "--input", input_]) == 0
    said = capsys.readouterr().out
    assert "my_modules/tanh_gate.py" in said
    for name in ("tanh_gate.py", "test_tanh_gate.py"):
        with open(f"my_modules/{name}", encoding="utf-8") as file:
            text = file.read()
        compile(text, name, "exec")
        assert "$" not in text
    assert main(["new-module", "tanh-gate"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["new-module", "Tanh Gate"]) == 2
    assert "small letters, digits and dashes" in capsys.readouterr().err


@pytest.mark.parametrize("input_", ["features", "image", "steps"])
def test_a_new_network_is_written_with_its_test_and_nothing_is_overwritten(here, input_, capsys):
    assert main(["new-backbone", "tiny-net", "--input", input_]) == 0
    assert "my_modules/tiny_net.py  the network" in capsys.readouterr().out
    for name in ("tiny_net.py", "test_tiny_net.py"):
        with open(f"my_modules/{name}", encoding="utf-8") as file:
            text = file.read()
        compile(text, name, "exec")
        assert "$" not in text
    assert main(["new-backbone", "tiny-net"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["new-backbone", "Tiny Net"]) == 2
    assert "small letters, digits and dashes" in capsys.readouterr().err


def test_a_report_is_printed_and_decides_the_exit_code(here, capsys):
    good, bad = here("good.py", PASSED), here("bad.py", PASSED, REFUSED, text="y")
    assert main(["check", str(good)]) == 0
    assert "tanh-gate: all promises kept\n  ok    keeps the shape" in capsys.readouterr().out
    assert main(["check", str(good), str(bad), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["modules"][0]["findings"][-1][1] for each in told] == ["passed", "refused"]
    assert main(["check", "none.py"]) == 2
    assert "cannot read none.py: No such file" in capsys.readouterr().err


def test_what_lies_in_the_folder_is_in_the_catalogue_and_what_is_refused_is_told(here, capsys):
    here("my_modules/good.py", PASSED, CheckedPromise("stacks", "note", "one by one"))
    assert main(["modules", "--json"]) == 0
    printed = capsys.readouterr()
    (listed,) = [each for each in json.loads(printed.out) if each["name"] == "tanh-gate"]
    assert [each["name"] for each in listed["parameters"]] == ["sharpness"]
    assert "note: tanh-gate: one by one." in printed.err
    here("my_modules/good.py", REFUSED, text="y")
    assert main(["modules"]) == 0
    assert "good.py can be used: good.py: tanh-gate gives outputs" in capsys.readouterr().err


def test_a_written_plan_finds_the_source_that_was_kept(here, home, capsys):
    LIBRARY.bring(here("mine.py", PASSED))
    task = {"name": "planted-features", "samples": 500}
    study = Study(task=task, arms=["none", "tanh-gate"], seeds=2)
    store = Store(home)
    store.create_study(study)
    own = study.arms[1].module.own
    (home.parent / "plan.yaml").write_text(study.to_yaml())
    REGISTRY.take_out(REGISTRY.own["tanh-gate"])
    REGISTRY.brought._versions.pop(own.key)
    store.close()
    assert (
        main(["run", str(home.parent / "plan.yaml"), "--json", "--csv", "/no/such/folder/x"]) == 2
    )
    told = capsys.readouterr().err
    assert "/no/such/folder" in told, "the plan was read: it is the file that is refused"
    LIBRARY._forget(LIBRARY.files[0])
