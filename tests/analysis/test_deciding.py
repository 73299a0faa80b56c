"""The word alone is the word of the whole table, and costs no interval that it does not need."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.analysis.deciding import words
from attnlab.analysis.verdicts import verdicts

ARMS = ["none", "dense", "feature-gate", "bottleneck-dense"]
PLANS = {
    "planned": {"seeds": 10},
    "to grow": {"seeds": 10, "judging": {"most_seeds": 20}},
    "grown": {"seeds": 14, "looks": [10]},
}


def drawn(study, effect, chance):
    """Accuracies by arm and seed, of which the arms differ from the first by `effect` or less."""
    noise = chance.normal(0, 0.02, (len(study.arms), len(study.seeds)))
    return {
        arm.label: pd.Series(0.5 + effect * place / 3 + noise[place], index=study.seeds)
        for place, arm in enumerate(study.arms)
    }


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("effect", [0.0, 0.02, 0.05])
def test_words_are_those_of_the_table(plan, effect):
    study = Study(task="planted-features", arms=ARMS, **PLANS[plan])
    values = drawn(study, effect, np.random.default_rng(7))
    rows = pd.DataFrame(
        [(arm, seed, value) for arm, own in values.items() for seed, value in own.items()],
        columns=["arm", "seed", "value"],
    )
    table = verdicts(
        rows,
        ARMS,
        study.references,
        better=0,
        planned=len(study.seeds),
        most=study.judging.most_seeds or 10,
        looks=study.looks,
        seeds=study.seeds,
    ).set_index("label")
    found = words(values, study)
    assert list(found) == ARMS[1:]
    assert {label: each.verdict for label, each in found.items()} == dict(
        table.loc[ARMS[1:], "verdict"]
    )


def test_seeds_may_come_in_any_order_and_some_be_missing():
    study = Study(task="planted-features", arms=ARMS[:2], seeds=10)
    values = drawn(study, 0.3, np.random.default_rng(1))
    shuffled = {label: own.sample(frac=0.9, random_state=3) for label, own in values.items()}
    assert words(shuffled, study)["dense"].verdict == "higher"
    assert words(shuffled, study)["dense"].pairs < 10
    assert words({}, study)["dense"].verdict == "no pairs yet"


def test_a_table_that_shows_nothing_needs_no_statistics_of_scipys():
    """A page is drawn before they are here: they take longer to import than all it draws."""
    program = """
import sys
import pandas as pd
from attnlab import Study
from attnlab.analysis.deciding import words
study = Study(task="planted-features", arms=["none", "dense"], seeds=10)
same = pd.Series(0.5, index=study.seeds)
assert words({"none": same, "dense": same}, study)["dense"].verdict == "no difference shown"
print("scipy.stats" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
