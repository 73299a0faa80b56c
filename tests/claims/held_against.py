"""Claims made up, and differences between arms that they are held against."""

import numpy as np

from attnlab.claims.claim import Check, Claim, planned
from attnlab.claims.outcome import outcome

from .made_up import result_as, result_of_scores

UP, DOWN = 0.05, -0.05
ARMS = {"none": "none", "a": "dense", "b": "dense:depth=1"}
MARGIN = 0.01


def claim_of(*checks, arms=ARMS):
    return Claim(
        name="made-up",
        title="Made up",
        group="Tests",
        claimed="Somebody says so.",
        study=planned({"name": "planted-features"}, arms, 1),
        checks=tuple(checks),
        reading="As it stands.",
    )


def check(expected, *arms, metric="val_accuracy", margin=0.0):
    return Check(metric, arms or ("a", "b"), expected, f"a and b are {expected}", margin)


def came(claim, differences, seeds=10):
    """The outcome where the arms differ so much, by every metric or by metric."""
    by_metric = isinstance(next(iter(differences.values()), 0.0), dict)
    return outcome(
        claim,
        {
            metric: result_as(
                claim, differences[metric] if by_metric else differences, seeds, metric
            )
            for metric in claim.metrics
        },
    )


def came_of(claim, differences):
    """The outcome of an arm `a` whose differences to none are these, seed by seed."""
    scores = {"none": np.zeros(len(differences)), "a": np.asarray(differences, dtype=float)}
    return outcome(claim, {"val_accuracy": result_of_scores(claim, scores)})
