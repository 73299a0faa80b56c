"""Learning curves: what is drawn, how it holds with little and much data."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts.averages import TRAINING, VALIDATION, collect_averages
from attnlab.charts.curve_drawing import MOST_POINTS
from attnlab.charts.curves import learning_curve
from attnlab.charts.palette import ARMS, REFERENCE
from attnlab.results.history import StudyHistory
from attnlab.spec import REGISTRY
from attnlab.spec.entries import Measure

from .curve_layers import layers, lines, spec
from .rows import EMPTY, LOSSES, STOPPING, curves, plan, stopped_curves


def test_training_is_dashed_and_validation_solid():
    _, (mean,) = lines(learning_curve(StudyHistory(plan(), curves(plan()))))
    scale = mean["encoding"]["strokeDash"]["scale"]
    dashes = dict(zip(scale["domain"], scale["range"], strict=True))
    assert dashes == {VALIDATION: [1, 0], TRAINING: [5, 3]}
    by_split = {(row["split"], row["epoch"], row["arm"]): row["value"] for row in mean["rows"]}
    assert by_split[TRAINING, 1, "none"] == pytest.approx(0.51)
    assert by_split[VALIDATION, 1, "none"] == pytest.approx(0.31)


def test_colours_follow_the_arms():
    _, (mean,) = lines(learning_curve(StudyHistory(plan(), curves(plan()))))
    scale = mean["encoding"]["color"]["scale"]
    assert scale["domain"] == ["No attention", "Dense attention"]
    assert scale["range"] == [REFERENCE, ARMS[0]]
    assert mean["encoding"]["color"]["legend"]["orient"] == "top"


@pytest.mark.parametrize("upto", [1, 2, 4])
def test_the_epochs_span_the_plan_while_the_data_grows(upto):
    study = plan()
    _, (mean,) = lines(learning_curve(StudyHistory(study, curves(study, upto))))
    assert mean["encoding"]["x"]["scale"]["domain"] == [1, 4]
    assert max(row["epoch"] for row in mean["rows"]) == upto


def test_the_only_epoch_of_a_plan_stands_in_the_middle():
    study = plan(epochs=1)
    _, (mean,) = lines(learning_curve(StudyHistory(study, curves(study))))
    assert mean["encoding"]["x"]["scale"]["domain"] == [0.5, 1.5]


def test_the_newest_epoch_has_a_dot_so_that_one_epoch_is_visible():
    study = plan()
    uneven = pd.concat(
        [
            curves(study, 3)[lambda rows: rows["arm"] == "none"],
            curves(study, 1)[lambda rows: rows["arm"] == "dense"],
        ]
    )
    dots = next(
        layer
        for layer in layers(learning_curve(StudyHistory(study, uneven)), "point")
        if layer["mark"]["opacity"] == 1
    )
    assert {(row["arm"], row["epoch"]) for row in dots["rows"]} == {("none", 3), ("dense", 1)}


def test_accuracy_runs_from_nothing_to_all_in_percent():
    _, (mean,) = lines(learning_curve(StudyHistory(plan(), curves(plan()))))
    assert mean["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert mean["encoding"]["y"]["axis"]["format"] == ".0%"


def test_loss_starts_at_nothing_and_shows_its_largest_value():
    _, (mean,) = lines(learning_curve(StudyHistory(plan(), curves(plan())), "loss"))
    assert mean["encoding"]["y"]["scale"]["domain"] == [0, 3.0]
    assert mean["encoding"]["y"]["title"] == "Loss"


def test_chance_is_drawn_and_named_for_accuracy_only():
    study = plan(classes=8)
    chart = learning_curve(StudyHistory(study, curves(study)))
    (rule,), (words,) = layers(chart, "rule"), layers(chart, "text")
    assert rule["rows"][0]["value"] == 0.125
    assert words["rows"][0]["words"] == "chance\n12.5 %"
    assert not layers(learning_curve(StudyHistory(study, curves(study)), "loss"), "rule")


def test_each_chance_level_is_drawn_where_arms_differ_in_it():
    study = plan(arms=("none", "dense", "dense@classes=2", "dense@classes=3"))
    (rules,), (words,) = (
        layers(learning_curve(StudyHistory(study, EMPTY)), mark) for mark in ("rule", "text")
    )
    drawn = [(row["value"], row["arms"], row["colour"]) for row in rules["rows"]]
    assert drawn == [
        (0.2, "No attention, Dense attention, classes 5", REFERENCE),
        (0.5, "Dense attention, classes 2", ARMS[1]),
        (0.3333, "Dense attention, classes 3", ARMS[2]),
    ]
    assert rules["encoding"]["tooltip"][1]["field"] == "arms"
    (name,) = words["rows"]  # one name alone: others would stand on top of it
    assert (name["value"], name["words"]) == (0.5, "chance\n20–50 %")


def test_single_seeds_are_thin_lines_of_the_validation():
    (thin,), _ = lines(learning_curve(StudyHistory(plan(), curves(plan()))))
    assert thin["encoding"]["detail"]["field"] == "seed"
    assert thin["mark"]["strokeWidth"] < 1
    assert len(thin["rows"]) == 2 * 3 * 4
    seed = [r for r in thin["rows"] if (r["arm"], r["seed"], r["epoch"]) == ("dense", 1, 2)]
    assert [row["value"] for row in seed] == [0.32]


def test_one_seed_has_neither_band_nor_thin_lines():
    study = plan(seeds=1)
    chart = learning_curve(StudyHistory(study, curves(study)))
    (thin,), _ = lines(chart)
    (band,) = layers(chart, "area")
    assert thin["rows"] == []
    assert band["rows"] == []
    assert spec(chart)["title"]["subtitle"] == ["One seed"]


def test_the_subtitle_says_what_the_band_is():
    chart = learning_curve(StudyHistory(plan(), curves(plan())))
    assert spec(chart)["title"]["subtitle"] == [
        "Mean of 3 seeds; band: its 95 % interval",
        "Thin lines: single seeds, validation",
    ]


def test_the_subtitle_owns_up_to_seeds_that_are_still_behind():
    study = plan()
    rows = curves(study)
    behind = rows[(rows["seed"] == 0) | (rows["epoch"] < 3)]
    title = spec(learning_curve(StudyHistory(study, behind)))["title"]
    assert title["subtitle"][0].startswith("Mean of up to 3 seeds")


def test_the_epoch_that_early_stopping_keeps_is_marked_for_every_seed():
    data = collect_averages(stopped_curves(), STOPPING, "accuracy")
    assert set(data.kept["arm"]) == {"dense@patience=2"}  # the other arm keeps its last epoch
    kept = data.kept.set_index("seed")
    assert kept["epoch"].to_dict() == {0: 2, 1: 3, 2: 5}  # the first of equal losses
    assert kept["value"].to_dict() == {0: 0.6, 1: 0.7, 2: 0.9}
    chart = learning_curve(StudyHistory(STOPPING, stopped_curves()))
    (marks,) = (
        layer for layer in layers(chart, "point") if layer["mark"].get("shape") == "diamond"
    )
    assert len(marks["rows"]) == 3
    assert spec(chart)["title"]["subtitle"][-1].startswith("Early stopping: ")
    usual = spec(learning_curve(StudyHistory(plan(), curves(plan()))))["title"]["subtitle"]
    assert not any("Early" in line for line in usual)


def test_one_seed_that_stopped_early_has_its_mark_too():
    study = plan(seeds=1, epochs=20, arms=("dense@patience=2",))
    rows = stopped_curves({0: LOSSES[1]})
    chart = learning_curve(StudyHistory(study, rows[rows["arm"] != "none"]))
    assert spec(chart)["title"]["subtitle"][0] == "One seed"
    assert collect_averages(rows, study, "loss").kept["epoch"].tolist() == [3]


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_an_empty_table_gives_empty_axes(metric):
    chart = learning_curve(StudyHistory(plan(), EMPTY), metric)
    _, (mean,) = lines(chart)
    assert mean["rows"] == []
    assert mean["encoding"]["x"]["scale"]["domain"] == [1, 4]
    assert mean["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert spec(chart)["title"]["subtitle"] == ["No epoch finished yet"]


def test_rows_of_arms_outside_the_study_are_not_drawn():
    both = curves(plan())
    _, (mean,) = lines(learning_curve(StudyHistory(plan(arms=["dense"]), both)))
    assert {row["arm"] for row in mean["rows"]} == {"dense"}


def test_a_large_study_stays_small_enough_to_send():
    study = plan(seeds=10, epochs=100, arms=("none", "dense", "dense:depth=1", "feature-gate"))
    rows = curves(study)
    noise = np.random.default_rng(0).normal(0, 0.01, len(rows))
    chart = spec(
        learning_curve(StudyHistory(study, rows.assign(val_accuracy=rows["val_accuracy"] + noise)))
    )
    assert len(json.dumps(chart)) < 1_500_000
    thin, _ = lines(learning_curve(StudyHistory(study, rows)))
    assert len(thin[0]["rows"]) == 4 * 10 * 100


@pytest.mark.parametrize("epochs", [20, 500])
def test_few_points_wait_for_the_pointer_and_the_newest_is_among_them(epochs):
    study = plan(seeds=2, epochs=epochs)
    chart = learning_curve(StudyHistory(study, curves(study))).to_dict()
    (hover,) = (layer for layer in chart["layer"] if layer["mark"].get("opacity") == 0)
    points = pd.DataFrame(chart["datasets"][hover["data"]["name"]])
    assert len(points) == 80 if epochs == 20 else MOST_POINTS / 2 < len(points) < MOST_POINTS
    newest = points.groupby(["name", "split"])["epoch"].max()
    assert len(newest) == 4
    assert set(newest) == {epochs}


def test_every_lettering_is_large_enough_and_width_is_left_to_the_page():
    chart = spec(learning_curve(StudyHistory(plan(), curves(plan()))))
    assert "width" not in chart
    assert chart["autosize"] == {"type": "fit-x", "contains": "padding"}
    sizes = [
        int(size)
        for key in ("FontSize", "fontSize")
        for size in re.findall(rf'{key}": (\d+)', json.dumps(chart))
    ]
    assert min(sizes) >= 11


def test_what_a_task_measures_besides_has_a_curve_of_the_validation(monkeypatch):
    own = (Measure("exact_match", "Exact match", "All of it right."),)
    entry = replace(REGISTRY.task("planted-features"), extra_metrics=own)
    monkeypatch.setitem(REGISTRY.tasks, entry.name, entry)
    rows = curves(plan()).assign(val_exact_match=0.25)
    chart = learning_curve(StudyHistory(plan(), rows), "exact_match")
    _, (mean,) = lines(chart)
    assert {row["split"] for row in mean["rows"]} == {VALIDATION}
    assert mean["encoding"]["y"]["title"] == "Exact match"
    assert mean["encoding"]["y"]["axis"]["format"] == ".0%"
    assert not layers(chart, "rule")
    before = learning_curve(StudyHistory(plan(), curves(plan())), "exact_match")
    assert spec(before)["title"]["subtitle"] == ["No epoch finished yet"]


@pytest.mark.parametrize(("epochs", "marked"), [(1, [1]), (3, [1, 2, 3]), (20, None)])
def test_epochs_are_marked_whole(epochs, marked):
    """Of a few epochs Vega marks the halves, too, and rounds what it writes beside them."""
    study = Study(task="planted-features", arms=["none"], seeds=1, epochs=epochs)
    rows = pd.DataFrame(
        [("none", 0, epoch, 1.0, 0.5, 1.0, 0.5) for epoch in range(1, epochs + 1)],
        columns=["arm", "seed", "epoch", "loss", "accuracy", "val_loss", "val_accuracy"],
    )
    axes = [
        each["encoding"]["x"]["axis"]
        for each in learning_curve(StudyHistory(study, rows)).to_dict()["layer"]
        if "axis" in each.get("encoding", {}).get("x", {})
    ]
    assert axes
    assert all(axis.get("values") == marked for axis in axes)
