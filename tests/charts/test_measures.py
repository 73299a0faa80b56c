"""How attention develops: what can be chosen, what is drawn, against which level."""

import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts import measure_curve, measure_title, measured_names, measured_places
from attnlab.charts.palette import ARMS
from attnlab.results.history import StudyHistory
from attnlab.tasks import measures

from .rows import curves

STUDY = Study(
    task="keyword-text", arms=["none", "attention-pool", "self-attention"], seeds=2, epochs=3
)


def measured(arm, values, axis="step", kind="distribution"):
    """The same measures at every seed and epoch, but for 0.1 more at the second seed."""
    return pd.DataFrame(
        [
            ("s", arm, seed, epoch, axis, kind, name, value + 0.1 * seed * (name != "chance"))
            for seed in STUDY.seeds
            for epoch in range(1, 4)
            for name, value in values.items()
        ],
        columns=["study", "arm", "seed", "epoch", "axis", "kind", "name", "value"],
    )


POOL = measured("attention-pool", {"hit": 0.5, "mass": 0.3, "chance": 0.04, "entropy": 0.5})
SELF = measured("self-attention", {"mass": 0.2, "chance": 0.04}, axis="head,query,step")
GATE = measured("attention-pool", {"sd": 0.2, "shut": 0.1}, axis="block1/channel", kind="gate")


def drawn(rows, name="mass", place="step", study=STUDY):
    return measure_curve(StudyHistory(study, curves(study), rows), name, place).to_dict()


def layer(chart, mark, **how):
    (found,) = (
        layer
        for layer in chart["layer"]
        if layer["mark"]["type"] == mark and all(layer["mark"].get(k) == v for k, v in how.items())
    )
    return {**found, "rows": chart["datasets"][found["data"]["name"]]}


def test_every_measure_is_explained_in_a_sentence():
    assert set(measures.ABOUT) == set(measures.NAMES)
    for about in measures.ABOUT.values():
        assert about.title[0].isupper()
        assert about.help.endswith(".")


def test_only_what_exists_can_be_chosen_the_most_telling_first():
    assert measured_places(pd.concat([POOL, SELF, GATE])) == ["block1/channel", "step"]
    assert measured_names(POOL, "step") == ["mass", "hit", "entropy"]
    assert measured_names(GATE, "block1/channel") == ["sd", "shut"]
    plain = POOL[POOL["name"] == "entropy"]
    assert measured_names(plain, "step") == ["entropy"]
    assert measured_names(POOL.assign(value=float("nan")), "step") == []


def test_arms_with_heads_and_without_are_compared_in_their_own_colours():
    chart = drawn(pd.concat([POOL, SELF]))
    lines = layer(chart, "line", strokeWidth=2.2)
    means = {(row["arm"], row["epoch"]): row["value"] for row in lines["rows"]}
    assert means["attention-pool", 3] == pytest.approx(0.35)
    assert means["self-attention", 1] == pytest.approx(0.25)
    scale = lines["encoding"]["color"]["scale"]
    assert scale["range"] == [ARMS[0], ARMS[1]]  # the arm without attention has no line
    assert layer(chart, "area")["rows"]
    assert chart["title"]["text"] == "Attention on the planted words"
    assert chart["title"]["subtitle"][0] == "Mean of 2 seeds; band: its 95 % interval"
    assert lines["encoding"]["strokeDash"]["legend"] is None  # nothing is measured in training


def test_the_chance_level_is_drawn_and_named():
    chart = drawn(POOL)
    assert [row["value"] for row in layer(chart, "rule")["rows"]] == [0.04]
    assert layer(chart, "text")["rows"][0]["words"] == "chance\n0.04"
    even = drawn(POOL, "entropy")
    assert [row["value"] for row in layer(even, "rule")["rows"]] == [1.0]
    assert layer(even, "text")["rows"][0]["words"] == "evenly spread\n1"
    assert not [each for each in drawn(GATE, "sd", "block1/channel")["layer"] if "rule" in each]


def test_where_several_places_are_measured_the_title_says_which():
    chart = drawn(pd.concat([POOL, GATE]), "sd", "block1/channel")
    assert chart["title"]["text"] == "Gate spread: Channel (block 1)"
    assert measure_title("hit", "step", STUDY) == "Peaks at the planted words (hit)"


def test_seeds_that_are_measured_so_far_are_drawn():
    chart = drawn(POOL[(POOL["epoch"] == 1) & (POOL["seed"] == 0)])
    assert [row["n"] for row in layer(chart, "line", strokeWidth=2.2)["rows"]] == [1]
    nothing = drawn(POOL.iloc[:0])
    assert nothing["title"]["subtitle"] == ["No epoch finished yet"]


def test_the_levels_of_a_document_have_a_truth_each():
    study = Study(task="documents", arms=["none", "han"])
    assert measure_title("mass", "words/step", study) == "Attention on the planted word"
    assert measure_title("mass", "sentences/step", study) == "Attention on the planted sentence"


def test_a_gate_of_the_tasks_own_is_drawn_where_the_slot_is_empty_too():
    def in_legend(rows):
        scale = layer(drawn(rows), "line", strokeWidth=2.2)["encoding"]["color"]["scale"]
        return scale["domain"]

    assert "No attention" not in in_legend(POOL)
    both = pd.concat([measured("none", {"mass": 0.4, "chance": 0.04}), POOL])
    assert in_legend(both)[0] == "No attention"


def test_beside_a_chosen_arm_the_others_are_dimmed():
    rows = pd.concat([POOL, SELF])
    chart = measure_curve(
        StudyHistory(STUDY, curves(STUDY), rows), "mass", "step", chosen="attention-pool"
    ).to_dict()
    mean = layer(chart, "line", strokeWidth=2.2)
    assert {row["arm"] for row in mean["rows"] if row["dimmed"]} == {"self-attention"}
