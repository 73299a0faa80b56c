"""The bars of a data set's classes hold its counts, and those of many classes stay few."""

import altair as alt

from attnlab.charts import class_counts_spec, number_counts_spec
from attnlab.charts.class_counts import MOST_CLASSES, counts_frame


def test_every_class_and_split_has_its_count():
    splits = {"train": {"cats": 3, "dogs": 5}, "test": {"cats": 1, "dogs": 2}}
    rows = counts_frame(splits)
    assert list(zip(rows["class"], rows["split"], rows["samples"], strict=True)) == [
        ("cats", "Training", 3),
        ("dogs", "Training", 5),
        ("cats", "Test", 1),
        ("dogs", "Test", 2),
    ]
    spec = class_counts_spec(splits)
    datasets = {name: frame.to_dict("records") for name, frame in spec["datasets"].items()}
    alt.Chart.from_dict({**spec, "datasets": datasets}, validate=True)


def test_of_many_classes_the_largest_and_smallest_are_drawn_and_the_others_counted():
    splits = {"train": {f"class {number}": number + 1 for number in range(200)}}
    rows = counts_frame(splits)
    assert len(rows) == MOST_CLASSES
    assert rows["samples"].sum() == sum(range(1, 201))
    assert {"class 199", "class 0", f"{200 - MOST_CLASSES + 1} classes between"} <= set(
        rows["class"]
    )


def test_a_histogram_has_the_counts_of_every_split():
    spec = number_counts_spec("mass, in g", (0.0, 1.0, 2.0), {"train": (3, 5), "test": (1, 0)})
    (rows,) = spec["datasets"].values()
    assert [tuple(row) for row in rows[["from", "to", "samples", "split"]].itertuples(False)] == [
        (0.0, 1.0, 3, "Training"),
        (1.0, 2.0, 5, "Training"),
        (0.0, 1.0, 1, "Test"),
        (1.0, 2.0, 0, "Test"),
    ]
    datasets = {name: frame.to_dict("records") for name, frame in spec["datasets"].items()}
    alt.Chart.from_dict({**spec, "datasets": datasets}, validate=True)
