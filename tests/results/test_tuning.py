"""What is said of learning rates that were chosen: in words, as rows, and in the chart."""

import math

import pytest

import attnlab
from attnlab import Study
from attnlab.charts.tuning import collect_rates, rates_spec
from attnlab.results.frames import families_frame
from attnlab.results.judge import judge
from attnlab.results.tuning import (
    edge_sentence,
    tuned,
    tuning_frame,
    tuning_sentence,
    what_to_do,
)
from attnlab.spec.tuning_runs import TuningRun
from tests.export.studies import recorded

ASKED = {"rates": [0.001, 0.01, 0.1], "seeds": 2}
PLAN = {"task": "planted-features", "arms": ["none", "dense"], "seeds": 3, "tuning": ASKED}
RUNS = [
    TuningRun("none", 0.001, 3, 0.5),
    TuningRun("none", 0.001, 4, 0.7),
    TuningRun("none", 0.01, 3, None, "the loss became nan"),
    TuningRun("dense", 0.1, 4, 0.9),
]


def chose(**rates):
    return Study(**PLAN).tuned(rates)


def test_a_sentence_says_among_how_many_by_what_and_where():
    assert tuning_sentence(Study(**PLAN | {"tuning": None})) == ""
    assert tuning_sentence(Study(**PLAN)) == (
        "Every arm trains at its own best of 3 learning rates (0.001 to 0.1), by mean validation "
        "accuracy at seeds 3 and 4, which are not judged."
    )
    said = tuning_sentence(chose(none=0.01, dense=0.1))
    assert said.endswith("not judged: No attention 0.01 and Dense attention 0.1.")
    one = Study(**PLAN | {"metric": "val_loss", "tuning": {**ASKED, "seeds": 1}})
    assert "by mean validation loss at seed 3, which is not judged." in tuning_sentence(one)


@pytest.mark.parametrize(
    ("none", "dense", "said", "wider"),
    [
        (0.01, 0.01, "No arm took the lowest or the highest rate tried.", ""),
        (0.001, 0.01, "No attention took the lowest rate tried (0.001)", "1e-05,0.0001,0.001,0.01"),
        (0.1, 0.1, "No attention and Dense attention took the highest rate", "0.01,0.1,1,10."),
        (
            0.001,
            0.1,
            "(0.001); Dense attention took the highest rate tried (0.1): the best",
            "1e-05",
        ),
    ],
)
def test_a_choice_at_an_end_of_the_grid_says_so_and_what_to_do(none, dense, said, wider):
    study = chose(none=none, dense=dense)
    assert said in edge_sentence(study)
    assert wider in what_to_do(study)
    assert bool(wider) == bool(what_to_do(study))
    assert edge_sentence(Study(**PLAN)) == ""


def test_rows_have_every_run_and_the_chart_every_mean():
    result = tuned(chose(none=0.001, dense=0.1), RUNS)
    frame = tuning_frame(result)
    assert frame["chosen"].tolist() == [True, True, False, True]
    assert frame["error"].tolist() == ["", "", "the loss became nan", ""]
    assert math.isnan(frame["score"][2])
    data = collect_rates(result, chosen="dense")
    drawn = data.means[["label", "rate", "failed", "chosen", "dimmed"]].values.tolist()
    assert drawn == [["none", 0.001, 0, True, True], ["dense", 0.1, 0, True, False]]
    assert data.means["value"].tolist() == pytest.approx([60, 90])
    assert data.seeds["value"].tolist() == pytest.approx([50, 70, 90])
    spec = rates_spec(result)
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"


def test_before_anything_was_tried_there_are_no_rows():
    result = tuned(Study(**PLAN), [])
    assert tuning_frame(result).empty
    assert [arm.chosen for arm in result.arms] == [None, None]
    assert rates_spec(result)["layer"]


def test_verdicts_have_the_rate_of_each_arm_and_python_every_score(home):
    scores = {"none": [0.7] * 3, "dense": [0.8] * 3}
    chosen = {"none": 0.01, "dense": 0.1}
    store, study_id = recorded(home, scores, tuning=ASKED | {"chosen": chosen})
    for run in RUNS:
        store.record_tuning_run(study_id, run)
    assert families_frame(judge(store, study_id))["learning_rate"].tolist() == [0.01, 0.1]
    result = attnlab.open(study_id, home=home)
    assert result.tuning()["score"].tolist()[:2] == [0.5, 0.7]
    plain = store.create_study(Study(**PLAN | {"tuning": None}))
    assert attnlab.open(plain, home=home).tuning().empty
    waits = store.create_study(Study(**PLAN))
    assert families_frame(judge(store, waits))["learning_rate"].isna().all()
    store.close()
