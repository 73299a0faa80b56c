"""Verdicts in words: what was shown, and what could not be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.headline import headline
from attnlab.results.model import StudyResult
from attnlab.spec import METRICS, Judging
from attnlab.ui.result_tables import verdicts_table

ARMS = ["none", "dense", "feature-gate"]


def found(differences, seeds, metric="val_accuracy"):
    """A study of arms that differ so much from "none"; None has no runs."""
    noise = 0.001 * np.sin(np.arange(seeds))
    rows = [("none", seed, 0.5) for seed in range(seeds)]
    for arm, difference in zip(ARMS[1:], differences, strict=True):
        if difference is not None:
            rows += [(arm, seed, 0.5 + difference + noise[seed]) for seed in range(seeds)]
    scores = pd.DataFrame(rows, columns=["arm", "seed", "value"])
    study = Study(task="planted-features", arms=ARMS, seeds=10)
    better = METRICS[metric].helping
    arms = compare_arms(scores, ARMS, "none", Rules(better=better, planned=10, seeds=range(10)))
    arms = tuple(replace(arm, title=arm.label) for arm in arms)
    return StudyResult(study, METRICS[metric], Judging(metric=metric), arms)


@pytest.mark.parametrize(
    ("differences", "seeds", "said"),
    [
        ((0.1, 0.2), 10, "**dense and feature-gate** help."),
        ((0.1, 0.0), 10, "**dense** helps; for 1 of 2 arms no difference was shown."),
        ((0.1, 0.2), 3, "for 2 arms there are not enough seeds for a verdict."),
        (
            (-0.1, None),
            10,
            "**dense** hurts; for 1 of 2 arms no seed has a score both there and in the reference.",
        ),
    ],
)
def test_the_headline_tells_what_was_not_shown_from_what_could_not_be(differences, seeds, said):
    result = found(differences, seeds)
    assert headline(result).startswith(f"Validation accuracy against none: {said}")


@pytest.mark.parametrize(
    ("metric", "head", "share"),
    [
        ("val_accuracy", "Pairs won", "0 %"),
        ("val_loss", "Pairs won", "100 %"),
        ("entropy", "Pairs higher", "0 %"),
    ],
)
def test_ahead_is_the_better_one(metric, head, share):
    """An arm whose scores are lower at every seed."""
    text = verdicts_table(found((-0.1, 0.0), 10, metric))
    assert f"<th>{head}<small>share of seeds, ties half</small></th>" in text
    row = next(part for part in text.split("<tr>") if ">dense<" in part or "dense</td>" in part)
    assert f"<td>{share}</td>" in row


def test_signs_in_cells_are_text():
    """A p below 0.0001 begins with a sign that HTML has a use for."""
    result = found((0.1, 0.0), 10)
    arms = tuple(
        arm
        if arm.comparison is None
        else replace(arm, comparison=replace(arm.comparison, p_corrected=1e-9))
        for arm in result.arms
    )
    assert "<td>&lt; 0.0001</td>" in verdicts_table(replace(result, arms=arms))
