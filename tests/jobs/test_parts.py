"""How the seeds of a plan are divided: by the plan alone."""

import pytest

from attnlab.jobs.parts import parts

ARMS = ["none", "dense", "feature-gate", "bottleneck-dense:ratio=2"]


@pytest.mark.parametrize(
    ("arms", "seeds", "epochs", "sizes"),
    [
        (4, 10, 100, [10]),  # an arm for each of four cores
        (1, 10, 20, [5, 5]),
        (2, 10, 20, [5, 5]),
        (1, 20, 100, [5, 5, 5, 5]),
        (1, 40, 100, [10, 10, 10, 10]),
        (3, 11, 100, [6, 5]),
        (1, 10, 10, [10]),  # too little for another trace
        (1, 9, 1000, [9]),  # two parts would have fewer than five
    ],
)
def test_few_arms_are_divided_into_parts(plan, arms, seeds, epochs, sizes):
    study = plan(arms=ARMS[:arms], seeds=seeds, epochs=epochs)
    found = parts(study, study.seeds)
    assert sorted(map(len, found)) == sorted(sizes)
    assert [seed for part in found for seed in part] == list(range(seeds))
