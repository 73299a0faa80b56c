"""Series are cut, padded, divided and standardised; no statistic leaks over the split."""

from dataclasses import replace

import numpy as np
import pytest

from attnlab.data.series import SeriesError, SeriesOptions
from attnlab.data.series.fitting import inputs_of
from attnlab.data.series.inspecting import inspect_series
from attnlab.data.series.prepared import prepared
from attnlab.data.series.reading import read_series
from tests.data.series.samples import drawn
from tests.data.tables.tables import written


def ready(tmp_path, text="", **options):
    chosen = SeriesOptions(**{"leave_out": ("day", "matters"), **options})
    return prepared(read_series(written(tmp_path / "t.csv", text or drawn()), chosen), chosen)


def test_inputs_are_standardised_by_the_training_series_alone(tmp_path):
    series = ready(tmp_path)
    rows = series.divided(np.random.default_rng(0))
    before = inputs_of(series, rows)
    valid = series.valid[rows["train"]]
    steps = series.values[rows["train"]][valid]
    mean, deviation = np.nanmean(steps, axis=0), np.nanstd(steps, axis=0)
    wanted = (series.values[rows["train"]] - mean) / deviation
    known = ~np.isnan(wanted)
    np.testing.assert_allclose(before["train"][..., :2][known], wanted[known], atol=1e-5)
    values = series.values.copy()
    values[rows["validation"]] *= 1000
    values[rows["test"]] += 1000
    after = inputs_of(replace(series, values=values), rows)
    np.testing.assert_array_equal(before["train"], after["train"])
    assert not np.array_equal(before["test"], after["test"])
    values[rows["test"]] = 1e90
    after = inputs_of(replace(series, values=values), rows)
    np.testing.assert_array_equal(before["train"], after["train"])
    assert np.isfinite(after["test"]).all()


def test_padding_is_zero_and_missing_values_are_carried_on_with_a_channel_that_says_so(tmp_path):
    text = "series,step,x,kind\n" + "".join(
        f"s{number},{step},{'' if step in (0, 3) else number + step},{'uv'[number % 2]}\n"
        for number in range(12)
        for step in range(4 + number % 3)
    )
    series = ready(tmp_path, text, leave_out=())
    rows = series.divided(np.random.default_rng(0))
    inputs = inputs_of(series, rows)["train"]
    valid = series.valid[rows["train"]]
    assert series.channels == ("x", "x is missing")
    assert inputs.dtype == np.float32
    assert not inputs[~valid].any()
    np.testing.assert_array_equal(inputs[:, 0, 0], 0)  # the training mean
    np.testing.assert_array_equal(inputs[:, 3, 0], inputs[:, 2, 0])
    np.testing.assert_array_equal(inputs[:, :5, 1], [[1, 0, 0, 1, 0]] * len(inputs))


def test_longer_series_are_cut_and_counted(tmp_path):
    series = ready(tmp_path, length=5, truth="matters", leave_out=("day",))
    assert series.values.shape == (24, 5, 2)
    assert series.cut == (series.series.lengths > 5).sum() > 0
    assert series.truth.shape == (24, 5)
    assert not series.truth[~series.valid].any()
    found = inspect_series(tmp_path / "t.csv", series.options)
    assert any("are cut there" in each for each in found.warnings)
    assert any("only the first 5" in each.reason for each in found.left_out)


def test_splits_are_alike_at_every_seed_or_keep_groups_or_the_latest_apart(tmp_path):
    series = ready(tmp_path)
    sizes = set()
    for seed in range(4):
        rows = series.divided(np.random.default_rng(seed))
        sizes.add(tuple(tuple(series.counts(each)) for each in rows.values()))
    assert sizes == {((8, 8), (2, 2), (2, 2))}
    grouped = ready(tmp_path, split="group", split_column="patient")
    rows = grouped.divided(np.random.default_rng(0))
    patients = np.arange(24) // 2
    assert not set(patients[rows["train"]]) & set(patients[rows["test"]])
    late = ready(tmp_path, split="time", split_column="day", leave_out=("matters",))
    rows = late.divided(np.random.default_rng(0))
    assert rows["train"].max() < rows["validation"].min()
    assert rows["validation"].max() < rows["test"].min()
    assert "day" not in late.channels
    with pytest.raises(SeriesError, match="the same height at all steps"):
        ready(tmp_path, split="group", split_column="height")


def test_a_class_that_the_length_alone_tells_is_warned_of(tmp_path):
    text = "series,step,x,kind\n" + "".join(
        f"s{number},{step},{(number * 7 + step) % 5},{'uv'[number % 2]}\n"
        for number in range(30)
        for step in range(4 + 3 * (number % 2))
    )
    found = inspect_series(written(tmp_path / "t.csv", text), SeriesOptions())
    assert any("the length of a series alone tells its class" in each for each in found.warnings)
    assert (found.kind, found.samples, found.classes) == ("series", 30, ("u", "v"))
    assert found.splits["train"] == {"u": 9, "v": 9}
