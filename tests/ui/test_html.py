"""The results table and the network picture as HTML: right cells, and labels that cannot act."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.judge import result_of
from attnlab.results.rows import StudyRows
from attnlab.spec import INPUTS, METRICS, REGISTRY, Judging, NetworkLayer, Step
from attnlab.spec.entries import Measure
from attnlab.ui import html
from attnlab.ui.result_tables import accuracy_table

NASTY = '<script>alert(1)</script> & "it\'s"'


class _Reader(HTMLParser):
    """The tags of a page, and the text of each cell of its table."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.text = [], [], []
        self._unclosed = []
        self.feed(text)
        assert not self._unclosed

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._unclosed.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self._unclosed.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
        if {"td", "th"} & set(self._unclosed):
            self.rows[-1][-1] += ("|" if self.rows[-1][-1] else "") + data


@pytest.fixture
def study():
    arms = ["none", {"module": "dense", "label": NASTY}]
    return Study(task={"name": "planted-features", "classes": 4}, arms=arms, seeds=2, epochs=1)


NO_TRACES = pd.DataFrame(
    columns=["study", "arm", "seed", "epoch", "axis", "kind", "index", "weight", "shape"]
)


def table_of(study, accuracies, traces=NO_TRACES, measured=None, exact=(0, 0, 0)):
    runs = pd.DataFrame(
        [
            {
                "study": "s",
                "arm": arm.label,
                "seed": seed,
                "status": "finished",
                "kept_epoch": 3 + seed,
                "seconds": 2.0,
                "val_accuracy": accuracies[arm.label][seed],
                "val_exact_match": exact[seed],
            }
            for arm in study.arms
            for seed in study.seeds
        ]
    )
    parameters = {arm.label: ArmParameters(120, 3456) for arm in study.arms}
    rows = StudyRows(runs, parameters, traces=traces, trace_measures=measured)
    result = result_of(study, METRICS["val_accuracy"], Judging(), rows, explain=False)
    return _Reader(accuracy_table(result))


def test_label_of_an_arm_is_text_only(study):
    page = table_of(study, {"none": [0.5, 0.6], NASTY: [0.7, 0.8]})
    assert "script" not in page.tags
    assert page.rows[2][0] == NASTY


def test_table_has_a_row_per_arm_with_what_was_measured(study):
    page = table_of(study, {"none": [0.5, 0.6], NASTY: [0.7, 0.8]})
    head, reference, other = page.rows
    cells = dict(zip((cell.split("|")[0] for cell in head), range(len(head)), strict=True))
    assert "chance 25 %" in head[cells["Validation accuracy"]]
    assert reference[cells["Validation accuracy"]].startswith("55")
    assert "reference" in reference[cells["Difference to the reference"]]
    assert "20" in other[cells["Difference to the reference"]]
    assert other[cells["Parameters"]] == "120|of 3,456"
    assert other[cells["Seconds"]] == "2"


def test_chance_stands_beside_the_numbers_of_each_arm_where_arms_differ_in_it():
    arms = ["none", "dense", "dense@classes=50,features=128"]
    study = Study(task="planted-features", arms=arms, seeds=2)
    traces = pd.DataFrame(
        [
            ("s", arm.label, 0, 1, "feature", "distribution", index, float(index == 1), "[4]")
            for arm in study.arms[1:]
            for index in range(study.task_of(arm).params.features)
        ],
        columns=NO_TRACES.columns,
    )
    page = table_of(study, {arm.label: [0.5, 0.6] for arm in study.arms}, traces)
    head, none, dense, many = page.rows
    assert "chance" not in "".join(head)
    assert none[2].endswith("|n = 2, chance 20 %")
    assert none[4] == "–"
    assert dense[2].endswith("|n = 2, chance 20 %")
    assert dense[4] == "1 of 1|chance 3.12 %"
    assert many[2].endswith("|n = 2, chance 2 %")
    assert many[4] == "1 of 1|chance 0.781 %"


def test_arm_without_a_finished_run_shows_dashes(study):
    nan = [np.nan, np.nan]
    page = table_of(study, {"none": [0.5, 0.6], NASTY: nan})
    text = " ".join(page.rows[2])
    assert "nan" not in text.lower()


def test_epochs_that_early_stopping_kept_have_a_column():
    arms = ["none", "dense@patience=2"]
    study = Study(task="planted-features", arms=arms, seeds=3, epochs=9)
    head, none, dense = table_of(study, {arm: [0.5, 0.6, 0.7] for arm in arms}).rows
    place = next(place for place, cell in enumerate(head) if "Kept epoch" in cell)
    assert "Validation accuracy" in head[place - 1]
    assert (none[place], dense[place]) == ("4.0 (3–5)", "4.0 (3–5)")
    assert len(head) == len(none) == len(dense)
    plain = Study(task="planted-features", arms=["none"], seeds=3)
    assert "Kept" not in "".join(table_of(plain, {"none": [0.5, 0.6, 0.7]}).rows[0])


def test_where_each_sample_has_its_own_truth_the_share_of_samples_is_told(monkeypatch):
    own = (Measure("exact_match", "Exact match", "All of it right."),)
    entry = replace(REGISTRY.task("keyword-text"), extra_metrics=own)
    monkeypatch.setitem(REGISTRY.tasks, entry.name, entry)
    study = Study(task="keyword-text", arms=["none", "attention-pool"], seeds=2)
    measured = pd.DataFrame(
        [
            ("s", "attention-pool", seed, 5, "step", "distribution", name, value + 0.1 * seed)
            for seed in study.seeds
            for name, value in (("hit", 0.7), ("mass", 0.4), ("chance", 0.04))
        ],
        columns=["study", "arm", "seed", "epoch", "axis", "kind", "name", "value"],
    )
    accuracies = {arm.label: [0.5, 0.6] for arm in study.arms}
    head, none, pool = table_of(study, accuracies, measured=measured, exact=[0.1, 0.3]).rows
    place = next(place for place, cell in enumerate(head) if "Found the planted words" in cell)
    assert "of the samples, chance " in head[place]
    assert none[place] == "–"
    assert pool[place] == "75 ± 64 %"
    exact = next(place for place, cell in enumerate(head) if "Exact match" in cell)
    assert pool[exact].startswith("20 ± ")
    assert len(head) == len(none) == len(pool)


def test_a_row_has_a_cell_for_each_column_whichever_words_say_what_is_sought(monkeypatch):
    entry = replace(REGISTRY.task("planted-features"), truth_words="", found_words="the column")
    monkeypatch.setitem(REGISTRY.tasks, entry.name, entry)
    study = Study(task=entry.name, arms=["none", "dense"], seeds=2)
    head, *rows = table_of(study, {"none": [0.5, 0.6], "dense": [0.5, 0.6]}).rows
    assert head[4].startswith("Found the column")
    assert [len(row) for row in rows] == [len(head)] * 2


def test_task_without_truth_has_no_column_for_it():
    study = Study(task="digits", arms=["none", "eca"], seeds=2)
    page = table_of(study, {"none": [0.5, 0.6], "eca": [0.5, 0.6]})
    assert not any("Found" in cell for cell in page.rows[0])


LAYERS = [
    NetworkLayer("x", "InputLayer", (8, 8, 1), parameters=0, module=False),
    NetworkLayer("m", "<b>", (16,), parameters=1024, module=True),
    NetworkLayer("logits", "Dense", (10,), parameters=170, module=False),
]


def test_network_picture_names_layers_in_order_with_shapes_and_parameters():
    page = _Reader(html.network_picture(LAYERS, "Squeeze & excite", "#123456"))
    text = "|".join(page.text)
    assert text.index("8 × 8 × 1") < text.index("Squeeze & excite") < text.index("170 parameters")
    assert "1,024 parameters" in text
    assert "no parameters" in text


def test_only_the_module_is_framed_in_its_colour():
    picture = html.network_picture(LAYERS, "SE", "#123456")
    assert picture.count("border-color:#123456") == 1


def test_names_in_the_network_picture_are_text_only():
    layers = [replace(layer, type=NASTY, name="n", module=False) for layer in LAYERS]
    for page in (
        _Reader(html.network_picture(layers, "SE")),
        _Reader(html.network_picture(LAYERS, NASTY)),
    ):
        assert "script" not in page.tags
        assert NASTY in "".join(page.text)


FLOW = (
    Step(f"average {NASTY}", (16,)),
    Step("dense, sigmoid", (16,), parameters=1056, weighs=True),
    Step("x times the weights", (8, 8, 16)),
)


def test_flow_picture_of_two_inputs_shows_both():
    picture = html.flow_picture(INPUTS["alignment"], ((10, 32), (20, 16)), ())
    assert "|".join(_Reader(picture).text).endswith("s|Queries|10 × 32|and|h|Values|20 × 16")


def test_flow_picture_names_steps_in_order_with_shapes_and_parameters():
    page = _Reader(html.flow_picture(INPUTS["image"], (8, 8, 16), FLOW))
    text = "|".join(page.text)
    order = ["x|Image|8 × 8 × 16", "average", "16 numbers", "dense, sigmoid", "1,056 parameters"]
    places = [text.index(words) for words in [*order, "x times the weights"]]
    assert places == sorted(places)
    assert "script" not in page.tags


def test_only_the_step_that_weighs_is_framed():
    picture = html.flow_picture(INPUTS["image"], (8, 8, 16), FLOW)
    assert picture.count("border-color:") == 1
    assert picture.index("dense, sigmoid") < picture.index("the weights") < picture.index("x times")


def test_one_number_is_not_called_numbers():
    text = "|".join(_Reader(html.flow_picture(INPUTS["features"], (1,), ())).text)
    assert text.endswith("1 number")
