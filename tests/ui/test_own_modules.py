"""Modules that somebody brought, on the pages: their card, what was refused, and what is saved."""

import os

import pytest

from attnlab.own_modules import reading
from attnlab.own_modules.library import LIBRARY
from attnlab.own_modules.report import CheckedModule, CheckedPromise, Report
from attnlab.spec import REGISTRY
from attnlab.ui.plain_text import plain

from .screen import assert_well, button, words

PAGE = "pages/modules.py"
TEXT = """
import keras

@module(fits="features")
class TanhGate(keras.layers.Layer):
    pass
"""
DECLARED = {
    "name": "tanh-gate",
    "class": "TanhGate",
    "title": "Tanh gate",
    "family": "own",
    "fits": ["features"],
    "summary": "Gates every feature.",
    "explanation": "Gates every feature by a dense layer with tanh.",
    "formula": [],
    "parameters": {
        "sharpness": {
            "kind": "number",
            "default": 1.0,
            "low": 0.1,
            "high": 10.0,
            "title": "Sharpness",
            "help": "How steeply the gate opens.",
        }
    },
    "traces": [{"axis": "feature", "kind": "gate", "leading": []}],
    "output": "",
    "steps": [],
    "count": "D**2 + D",
    "macs": "D**2",
    "requires": None,
    "without": {},
    "papers": [],
    "deviations": "None that is known.",
    "task": "",
    "learns": True,
    "stacks": False,
}
PASSED = CheckedPromise("keeps the shape", "passed")
NOTE = CheckedPromise("several seeds train at once", "note", "its seeds are trained one by one")
REFUSED = CheckedPromise("keeps the shape", "refused", "gives outputs of shape (B, 15)")


@pytest.fixture
def found(tmp_path, monkeypatch):
    """found(finding, …): a file is there, and this is what a worker would have found in it."""
    path = tmp_path / "mine.py"
    path.write_text(TEXT)
    monkeypatch.setenv("ATTNLAB_MODULES", str(path))
    reports = {}

    def known(source, kind):
        return reports[source.text](source)

    monkeypatch.setattr(reading, "kept_report", known)

    def will_find(*findings, text=TEXT, **declared):
        path.write_text(text)
        os.utime(path, ns=(len(reports), len(reports)))
        checked = CheckedModule({**DECLARED, **declared}, findings)
        reports[text] = lambda source: Report(source, (checked,))
        return path

    yield will_find
    for file in LIBRARY.files:
        LIBRARY._forget(file)
    assert not REGISTRY.own


def test_it_has_a_card_with_its_slider_costs_source_and_code(found, open_app):
    path = found(PASSED, NOTE)
    app = open_app(PAGE, module="tanh-gate")
    assert_well(app)
    said = words(app)
    assert "Tanh gate" in said
    assert "**1,056 parameters**" in said
    assert f"From {plain(str(path))}" in said
    assert "Its seeds are trained one by one." in said
    assert "keeps the shape" in said
    assert [each.label for each in app.slider if each.key == "modules.tanh-gate.sharpness"] == [
        "Sharpness"
    ]
    app.radio(key="modules.tanh-gate.code.way").set_value("As it runs here").run()
    code = app.code[0].value
    assert "class TanhGate" in code
    button(app, "Try it").click().run()
    assert_well(app)
    assert app.query_params["arm"][-1] == "tanh-gate"


def test_a_refused_file_is_told_with_what_was_checked(found, open_app):
    found(REFUSED)
    app = open_app(PAGE)
    assert_well(app)
    (told,) = [each.value for each in app.warning]
    assert told.startswith("**mine.py** cannot be used as it is: tanh-gate gives outputs")
    assert "the version from before" not in told
    assert "Tanh gate" not in app.radio[0].options


def test_saving_it_again_changes_the_page_and_a_bad_save_keeps_it(found, open_app):
    found(PASSED)
    app = open_app(PAGE, module="tanh-gate")
    app.slider(key="modules.tanh-gate.sharpness").set_value(8.0).run()
    narrow = {**DECLARED["parameters"]["sharpness"], "high": 5.0}
    found(
        PASSED, text=TEXT + "# more\n", title="Tanh gate, better", parameters={"sharpness": narrow}
    )
    app.run()
    assert_well(app)
    assert "Tanh gate, better" in app.radio[0].options
    assert app.slider(key="modules.tanh-gate.sharpness").value == 1.0, "8 is out of its bounds"
    found(REFUSED, text=TEXT + "# less\n")
    app.run()
    assert "Tanh gate, better" in app.radio[0].options
    assert "The version from before stays in use." in app.warning[0].value
