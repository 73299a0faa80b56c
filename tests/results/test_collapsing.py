"""Runs that collapsed are named beside the verdict, which stays as it is."""

import pandas as pd
import pytest

from attnlab import Study
from attnlab.results.collapsing import collapses
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import result_of
from attnlab.results.rows import StudyRows
from attnlab.spec import METRICS

GOOD = [0.9, 0.91, 0.89, 0.905, 0.895, 0.9, 0.91, 0.9, 0.89, 0.9, 0.9, 0.91]


def result(metric="val_accuracy", interim=(), **scores):
    """The result of arms with these scores, one a seed."""
    plan = Study(task="planted-features", arms=list(scores), seeds=12, metric=metric, score="final")
    rows = [
        (arm, seed, "running" if arm in interim else "finished", 1, value, 1, 1.0)
        for arm, values in scores.items()
        for seed, value in enumerate(values)
    ]
    columns = ["arm", "seed", "status", "epoch", metric, "kept_epoch", "seconds"]
    runs = pd.DataFrame(rows, columns=columns)
    return result_of(plan, METRICS[metric], plan.judging, StudyRows(runs), interim=bool(interim))


def fallen(*seeds, to=0.21):
    return [to if seed in seeds else value - 0.02 for seed, value in enumerate(GOOD)]


def test_collapsed_runs_are_named_and_the_verdict_stays():
    found = result(none=GOOD, dense=fallen(3, 11))
    dense = found.arm("dense")
    assert dense.collapsed == (3, 11)
    assert found.arm("none").collapsed == ()
    assert dense.verdict == "hurts"
    assert dense.basis.endswith(
        "2 of 12 runs collapsed (seeds 3 and 11: 21 %, 21 %): look at the seeds before the mean."
    )
    words = "2 of 12 runs of Dense attention (seeds 3 and 11) collapsed: look at the seeds before"
    assert words in headline(found)
    table = verdicts_frame(found).set_index("label")
    assert table["collapsed"].to_dict() == {"none": "", "dense": "3, 11"}


def test_those_of_the_reference_are_told_to_who_is_compared_with_it():
    found = result(none=fallen(4), dense=GOOD)
    assert found.arm("none").collapsed == (4,)
    assert found.arm("dense").basis.endswith(
        "Of what it is compared with, 1 of 12 runs collapsed (seed 4: 21 %): look at the seeds "
        "before the mean."
    )
    assert collapses(found.references).startswith("1 of 12 runs of No attention (seed 4) collapsed")


def test_of_a_loss_the_high_ones_have_collapsed():
    low = [1 - value for value in GOOD]
    found = result(
        "val_loss", none=low, dense=[1.61 if seed == 5 else x for seed, x in enumerate(low)]
    )
    assert found.arm("dense").collapsed == (5,)
    assert "(seed 5: 1.61)" in found.arm("dense").basis


def test_scores_that_vary_alike_have_not_collapsed():
    found = result(none=GOOD, dense=[value - 0.3 for value in GOOD])
    assert found.arm("dense").collapsed == ()
    assert "collapsed" not in headline(found)


def test_runs_that_still_train_have_not_collapsed():
    found = result(none=GOOD, dense=fallen(3), interim=["dense"])
    assert found.arm("dense").verdict == "still training"
    assert found.arm("dense").collapsed == ()


@pytest.mark.parametrize("metric", ["entropy", "seconds"])
def test_what_is_no_performance_cannot_collapse(metric):
    from attnlab.results.collapsing import with_collapses

    found = result(none=GOOD, dense=fallen(3))
    arms = with_collapses(found.arms, found.study, METRICS[metric])
    assert {arm.collapsed for arm in arms} == {()}
