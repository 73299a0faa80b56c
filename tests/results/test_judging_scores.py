"""Scores from elsewhere are judged by the rules of a study; SciPy is the oracle of every p."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import permutation_test

from attnlab.analysis.statistics import compare
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judging_scores import judge_scores, margin_in
from attnlab.results.verdict import Verdict
from attnlab.scores import ScoreOptions, ScoresError
from attnlab.scores.reading import scores_in
from attnlab.spec.metrics import ACCURACY
from tests.results.made_up import verdicts

RNG = np.random.default_rng(3)
BASE = RNG.normal(80, 1, 9).round(2)
BETTER = (BASE + RNG.normal(1.2, 0.4, 9)).round(2)
SAME = (BASE + RNG.normal(0, 0.1, 9)).round(2)
OTHERS = RNG.normal(82, 1, 7).round(2)


def table(text, **named):
    return scores_in(text, ScoreOptions(**named))


def long(arms, metric="accuracy", start=None):
    rows = [
        f"{arm},{seed},{value}"
        for arm, values in arms.items()
        for seed, value in enumerate(values, (start or {}).get(arm, 0))
    ]
    return table("\n".join([f"arm,seed,{metric}", *rows]))


def apart(arm, reference, kind):
    if kind == "samples":
        arm = (arm - reference,)
        made = permutation_test(
            arm, lambda x, axis: x.mean(axis), permutation_type=kind, vectorized=True,
            n_resamples=np.inf,
        )  # fmt: skip
    else:
        made = permutation_test(
            (arm, reference), lambda x, y, axis: x.mean(axis) - y.mean(axis), vectorized=True,
            n_resamples=np.inf,
        )  # fmt: skip
    return made.pvalue


def test_pairs_have_the_numbers_of_scipy():
    result = judge_scores(long({"base": BASE, "better": BETTER}), "base")
    [arm] = result.compared
    assert arm.p_corrected == pytest.approx(apart(BETTER, BASE, "samples"), abs=1e-9)
    assert arm.difference.mean == pytest.approx((BETTER - BASE).mean() / 100, abs=1e-9)
    assert arm.verdict == Verdict.HELPS
    assert arm.score.mean == pytest.approx(BETTER.mean() / 100, abs=1e-9)


def test_unpaired_groups_have_the_numbers_of_scipy():
    result = judge_scores(long({"base": BASE, "others": OTHERS}, start={"others": 50}), "base")
    [arm] = result.compared
    assert arm.p_corrected == pytest.approx(apart(OTHERS, BASE, "independent"), abs=1e-9)
    assert arm.difference.sizes == (7, 9)
    assert "others has seeds 50 to 56, base seeds 0 to 8" in arm.basis
    assert (verdicts_frame(result)["interval"].iloc[1], arm.verdict) == ("permutation", "helps")
    assert any("unpaired permutation test" in each for each in result.conditions)


def test_several_arms_are_corrected_together_as_in_a_study():
    given = {"base": BASE / 100, "better": BETTER / 100, "same": SAME / 100}
    result = judge_scores(long(given), "base", margin=0.005)
    scores = pd.DataFrame(given).melt(var_name="arm", ignore_index=False).reset_index(names="seed")
    of_study = verdicts(scores, list(given), "base", seeds=range(9), planned=9, margin=0.005)
    columns = ["p_holm", "low", "high", "interval_level", "p_same", "verdict", "d", "improvement"]
    ours = verdicts_frame(result)
    assert ours[columns].equals(of_study[columns])
    assert list(ours["verdict"][1:]) == ["helps", "practically the same"]
    assert headline(result) == (
        "Accuracy against base: **better** helps; **same** is practically the same."
    )


def test_paired_and_unpaired_arms_are_one_family():
    given = {"base": BASE, "better": BETTER, "others": OTHERS}
    result = judge_scores(long(given, start={"others": 50}), "base")
    better, others = (result.arm(each) for each in ("better", "others"))
    alone = sorted([apart(BETTER, BASE, "samples"), apart(OTHERS, BASE, "independent")])
    assert sorted([better.p_corrected, others.p_corrected]) == pytest.approx(
        [2 * alone[0], max(2 * alone[0], alone[1])], abs=1e-9
    )
    for arm in (better, others):
        leaves_out_0 = not arm.difference.low <= 0 <= arm.difference.high
        assert leaves_out_0 == (arm.p_corrected < 0.05)
    assert "left out" not in better.basis + others.basis
    assert "1 of 2 comparisons (others)" in result.conditions[0]


def test_interval_and_verdict_agree_whatever_the_scores_are():
    rng = np.random.default_rng(0)
    for _ in range(60):
        sizes = rng.integers(4, 9, 3)
        arms = {f"a{n}": rng.normal(n / 2, 1, size).round(1) for n, size in enumerate(sizes)}
        result = judge_scores(long(arms, "loss", {"a2": int(rng.integers(0, 20))}), "a0")
        for arm in result.compared:
            if arm.difference.is_bounded:
                leaves_out_0 = not arm.difference.low <= 0 <= arm.difference.high
                assert leaves_out_0 == (arm.p_corrected < 0.05)
            else:
                assert not arm.verdict.is_difference


def test_one_run_against_five_is_not_enough():
    text = "arm,score\nours,8\n" + "".join(f"theirs,{score}\n" for score in (5, 5, 8, 7, 8))
    result = judge_scores(table(text), "theirs")
    assert result.arm("ours").verdict == Verdict.NOT_ENOUGH
    assert "1 run against 5; a verdict takes at least 4 of each" in result.arm("ours").basis
    assert math.isnan(result.arm("ours").p_shown)
    wide = table("ours,theirs\n8,5\n,5\n,8\n,7\n,8\n")
    assert judge_scores(wide, "theirs").arm("ours").verdict == Verdict.NOT_ENOUGH


def test_most_seeds_shared_are_pairs_and_a_missing_one_is_told():
    arms = {"base": BASE, "better": BETTER}
    rows = long(arms).runs
    text = "\n".join(
        ["arm,seed,accuracy", *(f"{r.arm},{r.seed},{100 * r.value}" for r in rows[:-1])]
    )
    arm = judge_scores(table(text), "base").arm("better")
    assert arm.pairs == 8
    assert arm.difference == compare((BETTER[:8] / 100), (BASE[:8] / 100))
    assert "1 of 9 seeds is left out" in arm.basis
    few = long(arms, start={"better": 6})
    assert "share 3 of 15 seeds" in judge_scores(few, "base").arm("better").basis


def test_who_says_that_seeds_mean_nothing_gets_the_unpaired_test():
    result = judge_scores(long({"base": BASE, "better": BETTER}), "base", paired=False)
    [arm] = result.compared
    assert arm.p_corrected == pytest.approx(apart(BETTER, BASE, "independent"), abs=1e-9)
    assert "Unpaired: asked for." in arm.basis
    with pytest.raises(ScoresError, match=r"max-t .* takes pairs"):
        judge_scores(long({"a": BASE, "b": SAME}), "a", paired=False, correction="max-t")


def test_less_is_better_of_a_loss_and_nobody_knows_of_other_names():
    arms = {"base": BASE, "better": BETTER}
    assert judge_scores(long(arms, "loss"), "base").arm("better").verdict == Verdict.HURTS
    unknown = judge_scores(long(arms, "foo"), "base")
    assert unknown.arm("better").verdict == Verdict.HIGHER
    assert "Nobody said whether more of foo is better" in unknown.conditions[0]


def test_practically_the_same_without_pairs():
    rng = np.random.default_rng(5)
    arms = {"base": rng.normal(0, 0.1, 8).round(3), "same": rng.normal(0, 0.1, 9).round(3)}
    result = judge_scores(long(arms, "loss", {"same": 20}), "base", margin=0.3)
    assert result.arm("same").verdict == Verdict.SAME
    assert "Smaller than 0.3, the margin (one-sided p" in result.arm("same").basis


def test_a_small_group_that_varies_more_is_pointed_out():
    arms = {"base": [1.0, 1.1, 1.2, 1.0, 1.1, 1.05, 1.15, 1.1], "wild": [1, 2, 4, 6]}
    [arm] = judge_scores(long(arms, "loss", {"wild": 20}), "base").compared
    assert "The group with fewer runs varies more" in arm.basis


TASKS = {
    (arm, task): BASE + (1.0 if (arm, task) == ("better", "A") else 0) + RNG.normal(0, 0.2, 9)
    for arm in ("base", "better")
    for task in "AB"
}


def several(shift=0):
    rows = [
        f"{arm},{task},{seed + (shift if arm == 'better' and task == 'B' else 0)},{value:.2f}"
        for (arm, task), values in TASKS.items()
        for seed, value in enumerate(values)
    ]
    return table("\n".join(["arm,task,seed,accuracy", *rows]))


def test_several_tasks_are_judged_one_by_one_and_together():
    result = judge_scores(several(), "base")
    first, second = result.parts
    assert (first.task_title, second.task_title) == ("A", "B")
    own = TASKS["better", "A"].round(2), TASKS["base", "A"].round(2)
    assert first.compared[0].p_corrected == pytest.approx(apart(*own, "samples"), abs=1e-9)
    assert result.over_tasks[1].holds.higher == 1
    assert result.over_tasks[1].mean.pairs == 18
    assert "**better** helps in at least 1 of 2 tasks; mean over these 2 tasks" in headline(result)


def test_tasks_without_pairs_have_no_mean_and_a_count_all_the_same():
    result = judge_scores(several(shift=50), "base")
    assert result.over_tasks[1].holds.higher == 1
    assert result.over_tasks[1].mean.verdict == Verdict.NO_PAIRS
    assert "mean over" not in headline(result)


@pytest.mark.parametrize(
    ("text", "reference", "message"),
    [
        ("arm,seed,score\na,0,1\nb,0,2\n", "a", r"every arm has one run \(a in row 2, b in row 3"),
        ("arm,seed,score\na,0,1\na,1,2\nb,0,2\n", "c", r"no arm 'c' .* its arms are a and b"),
        ("arm,seed,score\na,0,1\na,1,2\n", "a", "expected two arms at least, got a"),
        (
            "arm,task,seed,score\na,X,0,1\na,X,1,1\nb,X,0,2\nb,Y,0,3\nb,Y,1,3\n",
            "a",
            r"arm a has no score on Y \(row 5",
        ),
    ],
)
def test_what_cannot_be_judged_is_said(text, reference, message):
    with pytest.raises(ScoresError, match=message):
        judge_scores(table(text), reference)


def test_a_margin_is_in_the_unit_in_which_scores_are_written():
    percent, shares = long({"a": BASE, "b": SAME}), long({"a": BASE / 100, "b": SAME / 100})
    loss = long({"a": BASE, "b": SAME}, "loss")
    assert margin_in("0.5", percent) == margin_in("0,5 %", percent) == pytest.approx(0.005)
    assert margin_in("0.005", shares) == margin_in("0.5%", shares) == pytest.approx(0.005)
    assert margin_in("50%", shares) == 0.5
    assert margin_in("0.5", loss) == 0.5
    assert margin_in("", loss) == 0
    for text, scores, message in (
        ("0.5", shares, r"0.5 is 50 points: write 0.005 for 0.5 points, or 50% if"),
        ("1%", loss, "in its own unit"),
        ("x", loss, "expected a margin such as 0.5, got 'x'"),
        ("-1", loss, "0 or more"),
        ("nan", loss, "0 or more"),
    ):
        with pytest.raises(ScoresError, match=message):
            margin_in(text, scores)


def test_what_only_a_study_has_is_asked_of_no_scores():
    result = judge_scores(long({"base": BASE, "better": BETTER}), "base")
    with pytest.raises(TypeError, match="no plan of a study"):
        _ = result.study
    assert ACCURACY not in result.metric.name
