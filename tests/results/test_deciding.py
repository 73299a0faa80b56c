"""By accuracy alone: the same verdicts as with their grounds, without what those take to import."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.results.wording import direction_text

from .made_up import by_accuracy, verdicts

ARMS = ["none", "dense", "feature-gate", "bottleneck-dense"]
PLANS = {
    "planned": {"seeds": 10},
    "to grow": {"seeds": 10, "judging": {"most_seeds": 20}},
    "grown": {"seeds": 14, "looks": [10]},
}


def drawn(study, effect, chance):
    """Accuracies by arm and seed, of which the arms differ from the first by `effect` or less."""
    noise = chance.normal(0, 0.02, (len(study.arms), len(study.seeds)))
    rows = [
        (arm.label, seed, 0.5 + effect * place / 3 + noise[place, number])
        for place, arm in enumerate(study.arms)
        for number, seed in enumerate(study.seeds)
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "value"])


def judged(study, scores):
    runs = scores.rename(columns={"value": "val_accuracy"})
    return by_accuracy(study, runs.assign(status="finished", seconds=1.0, kept_epoch=1))


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("effect", [0.0, 0.02, 0.05])
def test_verdicts_do_not_depend_on_whether_they_are_explained(plan, effect):
    study = Study(task="planted-features", arms=ARMS, **PLANS[plan])
    scores = drawn(study, effect, np.random.default_rng(7))
    table = verdicts(
        scores,
        ARMS,
        study.references,
        better=0,
        planned=len(study.seeds),
        most=study.judging.most_seeds or 10,
        looks=study.looks,
        seeds=study.seeds,
    ).set_index("label")
    words = {
        arm.label: direction_text(arm).partition(" for a verdict")[0]
        for arm in judged(study, scores).arms
    }
    assert words == dict(table["verdict"])


def test_seeds_may_come_in_any_order_and_some_be_missing():
    study = Study(task="planted-features", arms=ARMS[:2], seeds=10)
    scores = drawn(study, 0.9, np.random.default_rng(1))
    shuffled = judged(study, scores.sample(frac=0.9, random_state=3)).arm("dense")
    assert direction_text(shuffled) == "higher"
    assert shuffled.pairs < 10
    assert direction_text(judged(study, scores.iloc[:0]).arm("dense")) == "no pairs yet"


def test_a_result_that_shows_nothing_needs_no_statistics_of_scipys():
    """A page is drawn before they are here: they take longer to import than all it draws."""
    program = """
import sys
import pandas as pd
from attnlab import Study
from attnlab.results.headline import headline
from attnlab.results.judge import result_of
from attnlab.results.rows import StudyRows
study = Study(task="planted-features", arms=["none", "dense"], seeds=10)
runs = pd.DataFrame({"arm": ["none"] * 10 + ["dense"] * 10, "seed": [*range(10)] * 2})
runs = runs.assign(status="finished", seconds=1.0, kept_epoch=1, test_accuracy=0.5)
result = result_of(study, study.metric, study.judging, StudyRows(runs), explain=False)
assert "no difference shown for" in headline(result, "directions")
print("scipy.stats" in sys.modules, "statsmodels" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False False\n", done.stderr
