"""Several studies in one chart."""

import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts import overlay_curves
from attnlab.charts.overlay import collect_overlay
from attnlab.charts.palette import ARMS
from attnlab.results.history import StudyHistory

STUDIES = {
    "a1": Study(task={"name": "planted-features"}, arms=["none", "dense"], seeds=2, epochs=3),
    "b2": Study(task={"name": "digits"}, arms=["none", "eca"], seeds=1, epochs=5),
}
CURVES = pd.DataFrame(
    [
        (key, arm.label, seed, epoch, 1 / epoch, 0.1 * epoch + 0.2 * seed)
        for key, study in STUDIES.items()
        for arm in study.arms
        for seed in study.seeds
        for epoch in range(1, study.training.epochs + 1)
    ],
    columns=["study", "arm", "seed", "epoch", "val_loss", "val_accuracy"],
)


def histories(curves, studies):
    return {
        key: StudyHistory(study, curves[curves["study"] == key]) for key, study in studies.items()
    }


def line(chart):
    spec = chart.to_dict()
    (found,) = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    return {**found, "rows": spec["datasets"][found["data"]["name"]]}


def test_each_arm_of_each_study_is_one_line_of_means():
    rows = collect_overlay(histories(CURVES, STUDIES), {}).mean
    assert len(rows) == 2 * 3 + 2 * 5
    dense = rows[(rows["study"] == "a1") & (rows["arm"] == "dense") & (rows["epoch"] == 2)]
    assert dense["value"].item() == pytest.approx(0.3)  # of 0.2 and 0.4
    assert dense["n"].item() == 2


def test_lines_are_named_by_study_and_arm_and_each_has_its_colour():
    drawn = line(overlay_curves(histories(CURVES, STUDIES), {"a1": "First", "b2": "Second"}))
    scale = drawn["encoding"]["color"]["scale"]
    assert scale["domain"] == [
        "First: No attention",
        "First: Dense attention",
        "Second: No attention",
        "Second: Efficient channel attention",
    ]
    assert scale["range"] == list(ARMS[:4])
    assert {row["line"] for row in drawn["rows"]} == set(scale["domain"])


def test_without_names_studies_go_by_their_ids():
    domain = line(overlay_curves(histories(CURVES, STUDIES)))["encoding"]["color"]["scale"][
        "domain"
    ]
    assert domain[0] == "a1: No attention"


def test_studies_of_one_name_are_told_apart_by_their_ids():
    twins = {"a1": STUDIES["a1"], "c3": STUDIES["a1"], "b2": STUDIES["b2"]}
    names = {"a1": "Mine", "c3": "Mine", "b2": "Other"}
    domain = line(overlay_curves(histories(CURVES, twins), names))["encoding"]["color"]["scale"][
        "domain"
    ]
    assert [name.partition(": ")[0] for name in domain[::2]] == ["Mine (a1)", "Mine (c3)", "Other"]


def test_colours_used_up_come_again_with_another_dash():
    many = {f"s{place}": STUDIES["a1"] for place in range(5)}
    encoding = line(overlay_curves(histories(CURVES.iloc[:0], many)))["encoding"]
    assert encoding["color"]["scale"]["range"][8] == ARMS[0]
    dashes = encoding["strokeDash"]["scale"]["range"]
    assert dashes[0] == dashes[7] == [1, 0]
    assert dashes[8] == [6, 3]
    assert encoding["color"]["legend"] == encoding["strokeDash"]["legend"]


def test_the_epochs_span_the_longest_plan():
    drawn = line(overlay_curves(histories(CURVES[CURVES["epoch"] < 2], STUDIES)))
    assert drawn["encoding"]["x"]["scale"]["domain"] == [1, 5]
    assert drawn["encoding"]["y"]["scale"]["domain"] == [0, 1]


def test_with_early_stopping_a_mean_goes_as_far_as_all_its_seeds():
    study = Study(task="planted-features", arms=["none"], seeds=2, epochs=9, patience=1)
    losses = {0: [3, 2, 2], 1: [3, 2, 1, 1, 1]}
    curves = pd.DataFrame(
        [
            ("s", "none", seed, epoch, loss, 0.1 * epoch)
            for seed, own in losses.items()
            for epoch, loss in enumerate(own, start=1)
        ],
        columns=CURVES.columns,
    )
    rows = collect_overlay(histories(curves, {"s": study}), {}).mean
    assert list(zip(rows["epoch"], rows["n"], strict=True)) == [(1, 2), (2, 2), (3, 2)]
    chart = overlay_curves(histories(curves, {"s": study}))
    assert line(chart)["encoding"]["x"]["scale"]["domain"] == [1, 5]
    assert "early stopping" in chart.to_dict()["title"]["subtitle"][1]
    chart = overlay_curves(histories(pd.concat([curves, CURVES]), {"s": study, **STUDIES}))
    assert line(chart)["encoding"]["x"]["scale"]["domain"] == [1, 5]
    assert {row["study"] for row in line(chart)["rows"]} == {"s", "a1", "b2"}


def test_studies_not_asked_for_are_left_out():
    rows = collect_overlay(histories(CURVES, {"b2": STUDIES["b2"]}), {}).mean
    assert rows["study"].unique().tolist() == ["b2"]


def test_no_curves_give_an_empty_chart():
    assert line(overlay_curves(histories(CURVES.iloc[:0], STUDIES)))["rows"] == []
    assert line(overlay_curves(histories(CURVES.iloc[:0], {})))["rows"] == []
