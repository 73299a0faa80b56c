"""Scores made up of differences, and their verdicts."""

import numpy as np
import pandas as pd

from .made_up import verdicts

NOISE = np.array([3, -2, 5, -6, 1, 4, -5, 2, -1, -3, 6, -4, 2, 5, -7, 1, 3, -2, 4, -6]) / 1000


"""Of twenty seeds; sums to nothing in particular."""


def scores(differences, seeds):
    """Runs of the arm "none" and of arms that differ from it by so much, give or take noise."""
    base = 0.8 + 0.01 * np.sin(np.arange(seeds))
    rows = [("none", seed, base[seed]) for seed in range(seeds)]
    for number, (arm, difference) in enumerate(differences.items()):
        noise = np.resize(np.roll(NOISE, 3 * number), seeds)
        rows += [(arm, seed, base[seed] + difference + noise[seed]) for seed in range(seeds)]
    return pd.DataFrame(rows, columns=["arm", "seed", "value"])


def judge(rows, planned=10, **options):
    """The verdicts by label."""
    arms = list(dict.fromkeys(["none", *rows["arm"]]))
    arms = arms if len(arms) > 1 else ["none", "se"]
    options = {"seeds": range(20), **options}
    return verdicts(rows, arms, "none", planned=planned, **options).set_index("label")
