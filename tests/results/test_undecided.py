"""A p that could not have decided is not shown as a number, least of all as 1."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.charts.scale import scale_of
from attnlab.charts.verdicts import verdict_rows
from attnlab.cli.verdicts import verdict_lines
from attnlab.export.paper_caption import caption
from attnlab.results import columns, paper_columns
from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.frames import verdicts_frame
from attnlab.results.model import StudyResult
from attnlab.results.verdict import Verdict
from attnlab.results.wording import CANNOT_DECIDE
from attnlab.spec import Judging
from attnlab.spec.metrics import METRICS
from attnlab.ui.result_tables import verdicts_table

ARMS = ["none", "dense"]


def result_of_differences(differences, **schedule):
    """A study of one arm with these differences to "none", seed by seed."""
    seeds = range(len(differences))
    rows = [("none", seed, 0.5) for seed in seeds]
    rows += [("dense", seed, 0.5 + each) for seed, each in zip(seeds, differences, strict=True)]
    scores = pd.DataFrame(rows, columns=["arm", "seed", "value"])
    schedule = {"planned": len(differences), "seeds": seeds} | schedule
    arms = compare_arms(scores, ARMS, "none", Rules(**schedule))
    study = Study(task="planted-features", arms=ARMS, seeds=len(differences))
    arms = tuple(replace(arm, title=arm.label) for arm in arms)
    return StudyResult(study, METRICS["val_accuracy"], Judging(), arms)


def shown(result):
    """p as each surface has it: page, paper, chart, and the sentences."""
    arm = result.arm("dense")
    (paper,) = [each for each in paper_columns.metric_columns({}) if each.name == "bare p"]
    row = verdict_rows(result, scale_of(result)).set_index("label").loc["dense"]
    return columns.P.cell(result, arm).text, paper.cell(result, arm).one_line, row["p_words"]


CANNOT = [
    pytest.param([0.1, 0.2, 0.3, 0.1, 0.2], 0.0625, id="five pairs"),
    pytest.param([0.0] * 10, 1.0, id="no difference at all"),
    pytest.param([0.0] * 7 + [0.1, 0.1, 0.1], 0.25, id="three of ten differ"),
    pytest.param([0.0] * 8 + [0.1, -0.1], 1.0, id="two of ten, against each other"),
]


@pytest.mark.parametrize(("differences", "p"), CANNOT)
def test_a_p_that_cannot_decide_is_a_dash_and_words(differences, p):
    result = result_of_differences(differences)
    assert shown(result) == ("–", "–", CANNOT_DECIDE)
    assert f"<td>–<small>{CANNOT_DECIDE}</small></td>" in verdicts_table(result)
    assert "p –: too few pairs that differ for any p to decide" in caption([result])
    assert "p = " not in " ".join(verdict_lines(result))
    assert verdicts_frame(result).set_index("label").loc["dense", "p_holm"] == p


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        ([0.0] * 10, "pairs that do not differ cannot decide"),
        ([0.0] * 9 + [0.1], "only 1 of 10 pairs differs, too few for any p to decide"),
        ([0.0] * 7 + [0.1] * 3, "only 3 of 10 pairs differ, too few for any p to decide"),
    ],
)
def test_sentences_say_why(differences, said):
    assert said in result_of_differences(differences).arm("dense").basis


def test_a_p_that_could_have_decided_is_shown_even_as_1():
    differences = [0.1, -0.1] * 5
    result = result_of_differences(differences)
    assert shown(result) == ("1", "1", "1.000")
    assert "cannot decide" not in verdicts_table(result)
    assert "p –" not in caption([result])
    assert "sign-flip p = 1" in result.arm("dense").basis


def test_a_look_that_has_too_little_to_spend_cannot_decide():
    differences = np.linspace(0.1, 0.2, 10)
    result = result_of_differences(differences, most=40, seeds=range(40))
    assert result.arm("dense").verdict == Verdict.NOT_ENOUGH
    assert shown(result) == ("–", "–", CANNOT_DECIDE)


def test_few_pairs_that_differ_decide_where_their_p_is_small_enough():
    result = result_of_differences([0.0] * 4 + [0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
    assert result.arm("dense").verdict == Verdict.HELPS
    assert shown(result) == ("0.031", "0.031", "0.031")
