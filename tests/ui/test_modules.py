"""The Modules page as a whole: every module can be read, filtered, sized, compared and tried."""

import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnlab import catalog
from attnlab.compat.streamlit import uses_pages_folder
from attnlab.spec import INPUTS, Size
from attnlab.ui import module_card

from .conftest import APP
from .modules_page import address, listed, names, pills
from .screen import assert_well, button, field, tables, words

PAGE = "pages/modules.py"
NAMES = [entry.name for entry in catalog.modules()]


def compared(app):
    """The names in the chart of costs, in order."""
    (chart,) = app.get("vega_lite_chart")
    return json.loads(chart.proto.spec)["layer"][0]["encoding"]["y"]["sort"]


@pytest.mark.parametrize("entry", catalog.modules(), ids=lambda entry: entry.name)
def test_every_module_is_told_in_full(open_modules, entry):
    app = open_modules(module=entry.name)
    said = words(app)
    assert f"## {entry.title}" in said
    assert entry.about.explanation in said
    assert entry.about.deviations in said
    for paper in entry.about.papers:
        assert f"[{paper.citation}]({paper.link}), {paper.year}" in said
    (formula,) = app.get("latex") or [
        each for each in app.markdown if r"\begin{array}" in each.value
    ]
    assert all(equation in formula.value for equation in entry.about.formula)
    slot = next(slot for slot in INPUTS if slot in entry.fits)
    for step in entry.about.flow(entry.first(slot), INPUTS[slot].shape(Size())):
        assert step.operation in tables(app)
    assert not button(app, "Try it").disabled
    if entry.layer:
        app.radio(key=f"modules.{entry.name}.code.way").set_value("As it runs here").run()
        (code,) = app.code
        assert f"class {entry.layer.partition(':')[2]}" in code.value


def test_all_modules_are_listed_and_compared_family_by_family(open_modules):
    app = open_modules()
    titles = [entry.title for entry in catalog.modules()]
    assert sorted(listed(app)) == sorted(titles)
    assert [name.partition(", of ")[0] for name in compared(app)] == listed(app)
    families = [catalog.REGISTRY.module(name).family for name in names(listed(app))]
    assert len(list(dict.fromkeys(families))) == len(
        [family for place, family in enumerate(families) if families[place - 1] != family]
    )


def test_only_families_and_inputs_that_exist_are_offered(open_modules):
    app = open_modules()
    offered = {each.content.lower() for each in pills(app, "Family").proto.options}
    assert offered == {entry.family for entry in catalog.modules()}
    assert [each.content for each in pills(app, "Input").proto.options] == [
        each.title for each in INPUTS.values()
    ]


def test_filters_narrow_the_list_and_stand_in_the_address(open_modules):
    app = open_modules()
    pills(app, "Family").set_value(["channel", "control"])
    pills(app, "Input").set_value("image")
    app.run()
    assert_well(app)
    expected = {
        entry.title
        for entry in catalog.modules()
        if entry.family in ("channel", "control") and "image" in entry.fits
    }
    assert set(listed(app)) == expected
    assert {name.partition(", of ")[0] for name in compared(app)} == expected
    assert address(app) == {
        "family": ["channel", "control"],
        "input": ["image"],
        "module": names(listed(app))[:1],
    }


def test_a_link_opens_the_same_filters_and_module(open_modules):
    app = open_modules(family=["spatial", "mixed"], input="image", module="cbam")
    shown = names(listed(app))
    assert {"cbam-spatial", "cbam", "bam"} <= set(shown)
    assert not {"se", "eca", "self-attention"} & set(shown)
    assert app.radio[0].value == "cbam"
    assert "## CBAM " in words(app)


def test_a_link_with_unknown_names_says_so_and_opens_the_rest(open_modules):
    app = open_modules(family="channel", module="nonsense")
    assert "nonsense" in words(app)
    assert "channel" in {catalog.REGISTRY.module(name).family for name in names(listed(app))}


def test_filters_that_leave_nothing_say_so(open_modules):
    app = open_modules(family="spatial", input="steps")
    assert "No module fits all of these filters" in words(app)
    assert not app.radio


def test_filters_and_module_outlast_a_visit_to_another_page(open_modules):
    app = open_modules(family="channel", module="eca")
    app.query_params.clear()
    app.switch_page("pages/runs.py").run()
    app.switch_page(PAGE).run()
    assert app.radio[0].value == "eca"
    assert address(app) == {"family": ["channel"], "module": ["eca"]}


def test_counts_follow_the_sizes_and_the_module_s_own_settings(open_modules):
    app = open_modules(module="se")
    assert "**580 parameters**" in words(app)
    field(app, "Channels").set_value(16)
    field(app, "Reduction ratio").set_value(4)
    app.run()
    assert_well(app)
    assert "**148 parameters**" in words(app)  # 2·16·4 + 4 + 16
    assert "4 numbers" in tables(app)
    assert "16 × 16 × 16" in tables(app)
    assert "Squeeze-and-excitation, ratio 4" in compared(app)


def test_a_changed_size_is_drawn_within_three_tenths_of_a_second(open_modules):
    app = open_modules(module="cbam")
    seconds = []
    for channels in (16, 32, 128, 256, 512):
        field(app, "Channels").set_value(channels)
        begun = time.process_time()  # whatever else the machine is at
        app.run()
        seconds.append(time.process_time() - begun)
    assert statistics.median(seconds) < 0.3


def test_settings_that_do_not_go_with_the_size_say_so(open_modules):
    app = open_modules(module="self-attention")
    field(app, "Features").set_value(4)
    field(app, "Heads").set_value(16)
    app.run()
    assert_well(app)
    assert "heads must divide the number of features: features=4, heads=16" in words(app)
    assert "Left out, as their settings do not go with it: Self-attention" in words(app)
    assert not any(name.startswith("Self-attention") for name in compared(app))
    field(app, "Features").set_value(32).run()
    assert "**4,288 parameters**" in words(app)
    assert "Self-attention, heads 16" in compared(app)


def test_two_sequences_have_sizes_of_their_own(open_modules):
    app = open_modules(module="bahdanau")
    assert "10 × 20 × 32" in tables(app)
    field(app, "Queries").set_value(50).run()
    assert_well(app)
    assert "50 × 20 × 32" in tables(app)
    assert "50 × 20" in tables(app)


def test_settings_that_cannot_be_say_what_is_wrong(open_modules):
    app = open_modules(module="selayer")
    field(app, "Channels").set_value(16)
    field(app, "Reduction ratio").set_value(64).run()
    assert "atio must divide into at least one unit" in words(app)
    assert not app.exception


def test_try_it_opens_the_playground_with_that_module_and_its_settings(open_modules):
    app = open_modules(module="eca")
    field(app, "Kernel size").set_value(3).run()
    button(app, "Try it").click().run()
    assert_well(app)
    assert field(app, "Reference").value == "none"
    arms = [each.value for each in app.selectbox if re.match(r"Arm \d", each.label)]
    assert arms[-1] == "eca"
    assert field(app, "Kernel size").value == 3


def test_try_it_trains_as_the_module_needs_it():
    entry, task = catalog.REGISTRY.module("hard"), catalog.REGISTRY.task("keyword-text")
    gently = replace(entry, about=replace(entry.about, training={"learning_rate": 0.001}))
    study = module_card.trial(gently, entry.first("steps"), task)
    assert study.training.learning_rate == 0.001
    assert study.training.epochs == task.training["epochs"]
    other = module_card.trial(gently, entry.first("steps"), catalog.REGISTRY.task("planted-steps"))
    assert other.training.learning_rate == 0.003


def test_try_it_works_again_after_the_set_up_was_changed(open_modules):
    app = open_modules(module="dense")
    button(app, "Try it").click().run()
    field(app, "Classes").set_value(9).run()
    app.query_params.clear()
    app.switch_page(PAGE).run()
    button(app, "Try it").click().run()
    assert field(app, "Classes").value == 5


def test_what_cannot_be_tried_says_why(open_modules):
    app = open_modules(module="se")
    field(app, "Reduction ratio").set_value(64).run()
    assert button(app, "Try it").disabled
    assert "ratio must divide into at least one unit" in button(app, "Try it").help


def test_page_that_a_fresh_server_is_asked_for_first_runs_within_the_app():
    app = AppTest.from_file(str(APP), default_timeout=60)  # as after a start of the server
    app.switch_page(PAGE).run()
    assert_well(app)
    assert app.radio
    assert not uses_pages_folder()


def test_opening_the_page_imports_no_tensorflow(home):
    root = Path(__file__).parents[2]
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from attnlab.ui import server\n"
        "server._later = lambda action: None\n"
        "server.EXAMPLE_SECONDS = 600\n"
        "app = AppTest.from_file('streamlit_app.py', default_timeout=60).run()\n"
        f"app.switch_page('{PAGE}').run()\n"
        "assert not app.exception and app.radio\n"
        "print('imported', sorted({'keras', 'tensorflow'} & set(sys.modules)))\n"
        "sys.stdout.flush()\n"
        "import os; os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert "imported []" in done.stdout, done.stderr
