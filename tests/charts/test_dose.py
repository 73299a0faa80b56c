"""Doses: the score over a parameter's values, the reference as a band across."""

import pandas as pd
import pytest

from attnlab import export
from attnlab.analysis.varied import Varied
from attnlab.charts import ARM_PARAM, dose
from tests.charts.verdict_rows import (
    ACCURACY,
    LOSS,
    NAN,
    params_of,
    result_of,
    rows_in,
)

BAND, LEVEL, AREA, SEEDS, LINE, MEANS, FIELD, RING = range(8)


def doses(values, **more):
    rows = [{"dose": None, "label": "none", "score": 0.7, "is_reference": True}]
    rows += [
        {
            "dose": value,
            "label": f"se:ratio={value}",
            "score": 0.7 + 0.01 * place,
            "is_reference": False,
        }
        for place, value in enumerate(values)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(low=frame["score"] - 0.02, high=frame["score"] + 0.02, n=10, **more)


DOSES = doses([16, 2, 4, 8])


def parameter_of(frame):
    """The parameter whose values are the doses."""
    known = frame[frame["dose"].notna()]
    own, beside = (known[known["is_reference"] == flag] for flag in (False, True))
    values = [dict(zip(part["label"], part["dose"], strict=True)) for part in (own, beside)]
    return Varied("ratio", "Reduction ratio", values[0], beside=values[1])


def drawn(frame=DOSES, scale=ACCURACY, scores=None, chance=None, **more):
    result = result_of(frame, scale, scores, chance)
    return dose(result, parameter_of(frame), **more).to_dict()


def test_means_stand_in_the_order_of_the_dose():
    spec = drawn()
    rows = rows_in(spec, LINE)
    assert rows["dose"].tolist() == [2, 4, 8, 16]
    assert rows["score"].tolist() == pytest.approx([71, 72, 73, 70])
    assert rows_in(spec, AREA)["low"].tolist() == pytest.approx([69, 70, 71, 68])
    assert spec["layer"][LINE]["encoding"]["x"]["axis"]["values"] == [2, 4, 8, 16]
    assert spec["layer"][LINE]["encoding"]["y"]["title"] == "Validation accuracy, %"


def test_the_reference_is_a_band_across():
    spec = drawn()
    band = rows_in(spec, BAND)
    assert band[["low", "high"]].to_numpy().tolist() == [pytest.approx([68, 72])]
    assert "x" not in spec["layer"][BAND]["encoding"]
    assert spec["title"]["subtitle"][1] == "Grey: none, the reference"


def test_the_reference_is_called_by_its_title_if_there_is_one():
    spec = drawn(DOSES.assign(title=["No attention", *"abcd"]))
    assert spec["title"]["subtitle"][1] == "Grey: No attention, the reference"


CLASSES = [2, 5, 20]
LEVELS = {f"{arm}@{own}": 1 / own for arm in ("none", "dense") for own in CLASSES}


def doses_of_a_task():
    rows = [
        {
            "dose": own,
            "label": f"{arm}@{own}",
            "score": 1 / own + (0.3 if arm == "dense" else 0.1),
            "is_reference": arm == "none",
        }
        for arm in ("none", "dense")
        for own in CLASSES
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(low=frame["score"] - 0.02, high=frame["score"] + 0.02, n=10)


def lines_of(spec, dotted):
    return [
        rows_in(spec, place)
        for place, layer in enumerate(spec["layer"])
        if layer["mark"]["type"] == "line" and ("strokeDash" in layer["mark"]) == dotted
    ]


def test_references_with_doses_are_a_line_of_their_own():
    spec = drawn(doses_of_a_task(), chosen="none@5")
    references, own = lines_of(spec, dotted=False)
    assert references["label"].tolist() == ["none@2", "none@5", "none@20"]
    assert references["score"].tolist() == pytest.approx([60, 30, 15])
    assert set(own["label"]) == {"dense@2", "dense@5", "dense@20"}
    assert spec["title"]["subtitle"][1] == "Grey: the reference of each"
    assert "rect" not in [layer["mark"]["type"] for layer in spec["layer"]]
    (_, [field]) = params_of(spec)[ARM_PARAM]
    assert set(rows_in(spec, field)["label"]) == set(LEVELS)
    assert rows_in(spec, field + 1)["label"].tolist() == ["none@5"]


def test_chance_goes_through_the_doses_that_differ_in_it():
    [chance] = lines_of(drawn(doses_of_a_task(), chance=LEVELS), dotted=True)
    assert chance[["dose", "score"]].to_numpy().tolist() == [[2, 50], [5, 20], [20, 5]]
    alike = dict.fromkeys(LEVELS, 0.2)
    assert not lines_of(drawn(doses_of_a_task(), chance=alike), dotted=True)
    assert not lines_of(drawn(doses_of_a_task(), LOSS), dotted=True)


def test_chance_is_left_out_where_no_dose_of_it_is_on_the_axis():
    high = doses_of_a_task().assign(score=0.9, low=0.88, high=0.92)
    assert not lines_of(drawn(high, chance=LEVELS), dotted=True)


def test_tens_are_written_out():
    words = export.figure(drawn(doses_of_a_task()), "svg").decode()
    assert ">80<" in words
    assert "e+" not in words


def test_a_wide_span_of_positive_doses_is_logarithmic():
    def kind(values, **more):
        return drawn(doses(values), **more)["layer"][LINE]["encoding"]["x"]["scale"].get("type")

    assert kind([2, 16]) == "log"
    assert kind([2, 8]) is None
    assert kind([2, 8], log=True) == "log"
    assert kind([2, 16], log=False) is None
    assert kind([0, 16]) is None
    assert kind([0, 16], log=True) is None


def test_each_seed_is_a_dot():
    scores = pd.DataFrame(
        {"arm": ["se:ratio=2", "se:ratio=2", "none"], "seed": [0, 1, 0], "value": [0.7, 0.72, 0.7]}
    )
    rows = rows_in(drawn(scores=scores), SEEDS)
    assert rows[["dose", "value"]].to_numpy().tolist() == [[2, 70], [2, 72]]


def test_a_ring_marks_the_chosen_arm():
    assert rows_in(drawn(chosen="se:ratio=8"), RING)["label"].tolist() == ["se:ratio=8"]
    assert rows_in(drawn(), RING).empty


@pytest.mark.parametrize(
    "frame",
    [
        doses([4]),
        doses([]),
        DOSES.assign(score=NAN, low=NAN, high=NAN, n=0),
        DOSES.assign(low=NAN, high=NAN, n=1),
        DOSES.assign(score=0.5, low=0.5, high=0.5),
        DOSES[~DOSES["is_reference"]],
    ],
)
def test_what_is_not_known_yet_can_be_drawn(frame):
    spec = drawn(frame)
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    low, high = lines[0]["encoding"]["y"]["scale"]["domain"]
    assert low < high
    assert len(spec["title"]["subtitle"]) == 2


def test_words_for_the_pointer_are_rounded():
    rows = rows_in(drawn(scale=LOSS), FIELD)
    assert rows["words"].tolist()[0] == "0.710 ± 0.020"


def test_chance_is_a_line_where_the_axis_reaches_it():
    near = DOSES.assign(score=0.21, low=0.18, high=0.24)
    lines = [layer for layer in drawn(near)["layer"] if "strokeDash" in layer["mark"]]
    assert len(lines) == 1
    spec = drawn(near)
    place = spec["layer"].index(lines[0])
    assert rows_in(spec, place)["score"].tolist() == [20]
    assert not [layer for layer in drawn()["layer"] if "strokeDash" in layer["mark"]]
    assert len(drawn(near, LOSS)["layer"]) == len(drawn()["layer"])
