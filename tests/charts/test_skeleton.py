"""A chart drawn once and filled with rows is the chart drawn with them."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts import attention_rows, learning_curve, learning_curve_spec, skeleton
from attnlab.results.history import StudyHistory

from .test_choosing import CHARTS

STUDY = Study(
    task={"name": "planted-features", "features": 4, "classes": 3},
    arms=["none", "dense"],
    seeds=2,
    epochs=3,
)


def curves(upto=3):
    rows = [
        (arm.label, seed, epoch, 2.0 / epoch, 0.3 * epoch, 2.1 / epoch, 0.2 * epoch + 0.1 * seed)
        for arm in STUDY.arms
        for seed in STUDY.seeds
        for epoch in range(1, upto + 1)
    ]
    names = ["arm", "seed", "epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    return pd.DataFrame(rows, columns=names)


def traces(weights=(0.1, 0.6, 0.2, 0.1)):
    rows = [
        ("dense", seed, 3, "feature", "distribution", index, weight, "[4]")
        for seed in STUDY.seeds
        for index, weight in enumerate(weights)
    ]
    names = ["arm", "seed", "epoch", "axis", "kind", "index", "weight", "shape"]
    return pd.DataFrame(rows, columns=names)


def with_rows(spec):
    """The spec with every layer's rows in its place, each value as JSON has it."""

    def rows_of(table):
        if isinstance(table, pd.DataFrame):
            table = table.to_dict("records")
        return [
            {
                key: None if value is None or value != value else np.asarray(value).item()
                for key, value in row.items()
            }
            for row in table
        ]

    def put(part):
        if isinstance(part, dict):
            left = ("datasets", "description")  # words are of the spec alone
            inside = {key: put(value) for key, value in part.items() if key not in left}
            name = (part.get("data") or {}).get("name")
            return {**inside, "data": rows_of(spec["datasets"][name])} if name else inside
        return [put(each) for each in part] if isinstance(part, list) else part

    return put(spec)


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
@pytest.mark.parametrize("upto", [1, 3])
def test_curves_filled_with_rows_are_the_curves_drawn_with_them(metric, upto):
    drawn = learning_curve(StudyHistory(STUDY, curves(upto)), metric).to_dict()
    assert with_rows(learning_curve_spec(StudyHistory(STUDY, curves(upto)), metric)) == with_rows(
        drawn
    )


def test_panels_filled_with_rows_are_the_panels_drawn_with_them():
    ((_, (panel,)),) = attention_rows(traces(), STUDY)
    assert with_rows(panel.spec()) == with_rows(panel.chart.to_dict())


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_whose_rows_are_handed_over_shows_what_it_does_with_them_inside(name):
    chart = CHARTS[name]()
    spec = skeleton.spec_of(chart)
    assert all(isinstance(rows, pd.DataFrame) for rows in spec["datasets"].values())
    assert with_rows(spec) == with_rows(chart.to_dict())


def test_rows_that_several_layers_share_are_handed_over_once():
    rows = pd.DataFrame({"x": [1.0], "y": [2.0]})
    dots, more = alt.Chart(rows).mark_point(), alt.Chart(rows.copy()).mark_rule()
    chart = alt.layer(dots.encode(x="x:Q"), more, dots.encode(y="y:Q"))
    assert [len(own) for own in skeleton.spec_of(chart)["datasets"].values()] == [1, 1]
    assert chart.layer[0].data is rows


def test_other_rows_need_no_new_drawing(monkeypatch):
    drawn = []
    layered = skeleton.layered

    def counted(*layers):
        drawn.append(layers)
        return layered(*layers)

    monkeypatch.setattr(skeleton, "layered", counted)
    skeleton._drawn.cache_clear()
    for largest in (0.601, 0.602, 0.603):
        ((_, (panel,)),) = attention_rows(traces((0.1, largest, 0.2, 0.098)), STUDY)
        assert panel.spec()["datasets"]["bars"]["weight"].max() == pytest.approx(largest)
    assert len(drawn) == 1


@pytest.mark.parametrize(
    ("value", "top"), [(0.63, 0.63), (0.631, 0.64), (1.0, 1.0), (3.21, 3.3), (0.00721, 0.0073)]
)
def test_the_top_of_a_scale_has_two_digits_and_is_never_below(value, top):
    assert skeleton.steady_top(value) == pytest.approx(top)


def test_highlighted_curves_are_filled_with_rows_too():
    drawn = learning_curve(StudyHistory(STUDY, curves()), chosen="dense").to_dict()
    assert with_rows(
        learning_curve_spec(StudyHistory(STUDY, curves()), chosen="dense")
    ) == with_rows(drawn)


def test_another_highlighted_arm_needs_no_new_drawing(monkeypatch):
    skeleton._drawn.cache_clear()
    for chosen in ("dense", "none"):
        learning_curve_spec(StudyHistory(STUDY, curves()), chosen=chosen)
    assert skeleton._drawn.cache_info().misses == 1
