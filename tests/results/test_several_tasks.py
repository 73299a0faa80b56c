"""Studies of several tasks: each is judged by itself, and all of them together."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attnlab import Study
from attnlab.analysis.several_tasks import mean_over_tasks
from attnlab.results.comparing import compare_arms
from attnlab.results.headline import headline
from attnlab.results.judge import rules_of
from attnlab.results.model import StudyResult
from attnlab.results.task_sentences import holds_sentences, over_tasks_frame
from attnlab.results.together import together
from attnlab.results.verdict import Verdict
from attnlab.results.withheld import on_these_seeds

PLAN = Study(
    task="digits",
    also_on=["planted-channels", "cluttered-digits"],
    arms=["none", "se", "eca"],
    seeds=8,
)
UP = np.array([0.05, 0.06, 0.04, 0.07, 0.05, 0.06, 0.03, 0.05])
"""Differences that all go the same way."""
MIXED = np.array([0.01, -0.02, 0.01, 0.02, -0.01, -0.03, 0.02, -0.01])


def result(differences, plan=PLAN):
    """The result where the arms differ so from their reference: {(task, module): values}."""
    parts = []
    for part in plan.parts:
        rows = [
            (
                arm.label,
                seed,
                0.5 + differences.get((part.task.name, arm.module.name), MIXED * 0)[seed],
            )
            for arm in part.arms
            for seed in plan.seeds
        ]
        table = pd.DataFrame(rows, columns=["arm", "seed", "value"])
        labels = [arm.label for arm in part.arms]
        arms = compare_arms(table, labels, part.references, rules_of(part, part.metric, labels))
        arms = [replace(arm, title=part.arm(arm.label).title) for arm in arms]
        parts.append(StudyResult(part, part.metric, part.judging, tuple(arms)))
    return together(plan, parts, plan.judging)


TWO_OF_THREE = {
    ("digits", "se"): UP,
    ("planted-channels", "se"): UP * 2,
    ("cluttered-digits", "se"): MIXED,
    ("digits", "eca"): MIXED,
    ("planted-channels", "eca"): MIXED,
    ("cluttered-digits", "eca"): -UP,
}


def of(found, module):
    [each] = [each for each in found.over_tasks if each.labels[0] == module]
    return each


def test_verdicts_on_a_task_are_a_family_of_that_task():
    found = result(TWO_OF_THREE)
    assert [arm.verdict for arm in found.arms[:3]] == [
        Verdict.REFERENCE,
        Verdict.HELPS,
        Verdict.NOT_SHOWN,
    ]
    # 2 / 2^8, times the two arms on the task and not the six of the study
    assert found.arm("se").p_corrected == pytest.approx(2 * 2 / 2**8)
    assert found.arm("se@task=planted-channels").against == "none@task=planted-channels"


def test_a_module_holds_in_as_many_tasks_as_both_corrections_leave():
    found = result(TWO_OF_THREE)
    # two of three tasks: (3 - 2 + 1) p = 2 * 2 modules * 2 / 2^8 = .03125
    assert of(found, "se").holds == (2, 0, 3)
    # one task: 3 * 2 modules * 2 / 2^8 = .0469
    assert of(found, "eca").holds == (0, 1, 3)
    assert of(found, "none").holds is None


def test_the_mean_over_tasks_is_that_of_flips_within_task_and_seed():
    found = result(TWO_OF_THREE)
    mean = of(found, "se").mean
    expected = mean_over_tasks([UP, UP * 2, MIXED], mean.difference.level)
    assert mean.difference[:4] == pytest.approx((24, *expected[2:5]))
    assert mean.difference.p == expected.p
    assert mean.p_corrected == pytest.approx(min(1.0, 2 * expected.p))
    assert mean.verdict == Verdict.HELPS
    assert "24 pairs" in mean.basis


@pytest.mark.parametrize("module", ["se", "eca"])
def test_interval_and_verdict_of_the_mean_agree(module):
    mean = of(result(TWO_OF_THREE), module).mean
    leaves_out = not mean.difference.low <= 0 <= mean.difference.high
    assert leaves_out == mean.verdict.is_difference == (mean.p_corrected < 0.05)


def test_sentences_say_in_how_many_of_the_tasks():
    found = result(TWO_OF_THREE)
    first, second = holds_sentences(found)
    assert first.startswith(
        "**Squeeze-and-excitation** helps in at least 2 of 3 tasks; mean over these 3 tasks +5."
    )
    assert "hurts in at least 1 of 3 tasks" in second
    text = headline(found)
    assert text.startswith(first)
    assert "- Planted channels: Test accuracy against No attention: **Squeeze" in text
    nothing, _ = holds_sentences(result({("digits", "se"): MIXED}))
    assert "is not shown to differ in any of 3 tasks" in nothing
    everywhere = result({(part.task.name, "se"): UP for part in PLAN.parts})
    assert "helps in all 3 tasks" in holds_sentences(everywhere)[0]


def test_where_one_task_has_no_verdict_there_is_no_word_for_all():
    found = result(TWO_OF_THREE)
    parts = [found.parts[0], *found.parts[1:]]
    parts[1] = on_these_seeds(parts[1])
    again = together(PLAN, parts, PLAN.judging)
    assert of(again, "se").holds is None
    assert of(again, "se").mean.verdict == Verdict.EXPLORATORY
    assert math.isfinite(of(again, "se").mean.difference.mean)
    assert "has no word for its 3 tasks together" in holds_sentences(again)[0]


def test_the_frame_has_a_row_for_each_module():
    frame = over_tasks_frame(result(TWO_OF_THREE))
    assert frame["title"].tolist()[1] == "Squeeze-and-excitation"
    assert frame["higher"].tolist()[1:] == [2, 0]
    assert frame["lower"].tolist()[1:] == [0, 1]
    assert frame.loc[1, "labels"] == "se; se@task=planted-channels; se@task=cluttered-digits"
    every = np.sort(np.concatenate([0.5 + UP, 0.5 + 2 * UP, 0.5 + MIXED]))
    assert frame.loc[1, "middle"] == pytest.approx(every[6:-6].mean())


def test_the_titles_of_all_arms_name_their_task():
    assert [arm.title for arm in result(TWO_OF_THREE).arms][1::3] == [
        "Squeeze-and-excitation on handwritten digits",
        "Squeeze-and-excitation on planted channels",
        "Squeeze-and-excitation on cluttered digits",
    ]
