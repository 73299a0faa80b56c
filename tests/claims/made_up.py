"""What a claim's study could have given, made up instead of trained."""

from dataclasses import replace

import numpy as np
import pandas as pd

from attnlab.claims.shipped import Shipped, rows_of, scores_of
from attnlab.results.comparing import compare_arms
from attnlab.results.judge import rules_of
from attnlab.results.model import StudyResult
from attnlab.spec import metric_of


def result_as(claim, differences, seeds=10, metric=None):
    """The result of a study in which each arm differs so much from what it is compared with.

    `differences` are by arm; arms that are missing differ by chance alone.
    """
    rng = np.random.default_rng(0)
    scores = {
        arm.label: 0.5 + differences.get(arm.label, 0.0) + rng.normal(0, 0.005, seeds)
        for arm in claim.plan(seeds).arms
    }
    return result_of_scores(claim, scores, metric)


def result_of_scores(claim, scores, metric=None):
    """The result of a study whose arms have these scores (seeds,), by label."""
    plan = claim.plan(len(next(iter(scores.values()))))
    metric = metric_of(plan.task, metric or claim.metrics[0])
    rows = [
        (label, seed, value)
        for label, values in scores.items()
        for seed, value in zip(plan.seeds, values, strict=True)
    ]
    scores = pd.DataFrame(rows, columns=["arm", "seed", "value"])
    arms = compare_arms(
        scores,
        [arm.label for arm in plan.arms],
        plan.references,
        rules_of(plan, metric, ()),
    )
    arms = tuple(replace(arm, title=plan.arm(arm.label).title) for arm in arms)
    return StudyResult(plan, metric, plan.judging, arms)


def shipped_as(claim, differences, seeds=10, **changed):
    """The entry of `data/claims.json` that would be; `differences` by metric, then by arm."""
    found = {
        metric: result_as(claim, differences.get(metric, {}), seeds, metric)
        for metric in claim.metrics
    }
    entry = {
        "plan": claim.plan(seeds).hash,
        "seeds": seeds,
        "seconds": 83.4,
        "made": "2026-01-31",
        "command": f"python -m tools.claims {claim.name} --write",
        "versions": {"python": "3.11.4", "attnlab": "0.1.0"},
        "verdicts": {metric: rows_of(each) for metric, each in found.items()},
        "scores": {metric: scores_of(each) for metric, each in found.items()},
    }
    return Shipped(**{**entry, **changed})
