"""What comes with attnlab of each claim: kept as it was measured, and shown for what it is of."""

import json
import math
from dataclasses import replace

import pandas as pd
import pytest

from attnlab.claims import BY_NAME, CLAIMS
from attnlab.claims.outcome import CONTRADICTED, OPPOSITE_ONCE, WORDS, outcome
from attnlab.claims.shipped import PATH, judged_again, shipped, write
from attnlab.results.comparing import compare_arms
from attnlab.results.frames import verdicts_frame
from attnlab.results.judge import rules_of
from attnlab.results.model import StudyResult
from attnlab.spec import metric_of

from .made_up import result_as, shipped_as

CLAIM = BY_NAME["the-ratio-hardly-matters"]
OTHER = BY_NAME["more-features-bring-back-the-focus"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "claims.json"


def test_what_is_written_is_read_to_the_last_digit(path):
    entry = shipped_as(CLAIM, {"val_accuracy": {"Ratio 8": 0.05}})
    write({CLAIM.name: entry}, path)
    assert shipped(path) == {CLAIM.name: entry}
    table = verdicts_frame(shipped(path)[CLAIM.name].results(CLAIM)["val_accuracy"])
    original = verdicts_frame(result_as(CLAIM, {"Ratio 8": 0.05}))
    pd.testing.assert_frame_equal(table, original, check_exact=True)


def test_numbers_that_json_lacks_are_kept(path):
    entry = shipped_as(CLAIM, {}, seeds=2)  # no difference could be shown: infinitely large
    write({CLAIM.name: entry}, path)
    assert "Infinity" not in path.read_text()
    assert "NaN" not in path.read_text()
    result = shipped(path)[CLAIM.name].results(CLAIM)["val_accuracy"]
    table = verdicts_frame(result).set_index("label")
    assert math.isinf(table.loc["Ratio 8", "shown"])
    assert math.isnan(table.loc["Ratio 4", "p_holm"])


def test_writing_one_claim_leaves_the_others(path):
    first, second = shipped_as(CLAIM, {}), shipped_as(OTHER, {})
    write({CLAIM.name: first}, path)
    write({OTHER.name: second}, path)
    assert shipped(path) == {CLAIM.name: first, OTHER.name: second}


def test_numbers_fit_the_claim_they_were_made_with_at_any_number_of_seeds():
    assert shipped_as(CLAIM, {}).fits(CLAIM)
    assert shipped_as(CLAIM, {}, seeds=5).fits(CLAIM)


def test_a_replication_is_kept_and_an_entry_without_one_has_none(path):
    entry = shipped_as(CLAIM, {"val_accuracy": {"Ratio 8": -0.05}})
    write({CLAIM.name: entry}, path)
    assert "replication" not in path.read_text()
    twice = replace(entry, replication=entry)
    write({CLAIM.name: twice}, path)
    assert shipped(path) == {CLAIM.name: twice}
    assert entry.standing(CLAIM).word == OPPOSITE_ONCE
    assert twice.standing(CLAIM).word == CONTRADICTED
    assert twice.standing(CLAIM).replicates


def test_a_replication_of_another_plan_does_not_count():
    entry = shipped_as(CLAIM, {"val_accuracy": {"Ratio 8": -0.05}})
    other = replace(entry, plan="0123456789abcdef")
    assert replace(entry, replication=other).standing(CLAIM).again is None


def test_both_sets_of_seeds_are_judged_again():
    entry = shipped_as(CLAIM, {"val_accuracy": {"Ratio 8": -0.05}})
    rows = {name: [{**row, "p": 0.5} for row in rows] for name, rows in entry.verdicts.items()}
    stale = replace(entry, verdicts=rows)
    again = judged_again(CLAIM, replace(stale, replication=stale))
    assert again.verdicts["val_accuracy"][1]["p"] == entry.verdicts["val_accuracy"][1]["p"]
    assert again.replication.verdicts == again.verdicts


def test_numbers_of_another_plan_or_without_a_check_do_not_fit():
    entry = shipped_as(CLAIM, {})
    changed = replace(CLAIM, study={**CLAIM.study, "epochs": 3})
    assert not entry.fits(changed)
    asking_more = replace(CLAIM, checks=(*CLAIM.checks, replace(CLAIM.checks[0], metric="loss")))
    assert not entry.fits(asking_more)


def test_the_file_that_ships_is_of_claims_that_there_are():
    assert set(shipped()) == set(BY_NAME)
    assert json.loads(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_shipped_numbers_say_how_they_came_about_and_follow_from_their_scores(claim):
    entry = shipped()[claim.name]
    assert entry.fits(claim)
    assert entry.replication.fits(claim)
    assert entry.command.startswith(f"python -m tools.claims {claim.name} --write")
    assert {"python", "attnlab", "tensorflow", "keras", "numpy"} <= set(entry.versions)
    assert outcome(claim, entry.results(claim)).word in WORDS
    plan = claim.plan(entry.seeds)
    for name, result in entry.results(claim).items():
        table = verdicts_frame(result)
        again = _judged_again(plan, metric_of(plan.task, name), entry.scores[name])
        assert list(table["verdict"]) == list(again["verdict"])
        for column in ("score", "difference", "low", "high", "p_holm", "shown"):
            assert list(table[column]) == pytest.approx(list(again[column]), nan_ok=True)


def _judged_again(plan, metric, scores):
    rows = [
        (arm, seed, value)
        for arm, values in scores.items()
        for seed, value in zip(plan.seeds, values, strict=True)
        if value is not None
    ]
    arms = compare_arms(
        pd.DataFrame(rows, columns=["arm", "seed", "value"]),
        [arm.label for arm in plan.arms],
        plan.references,
        rules_of(plan, metric, ()),
    )
    return verdicts_frame(StudyResult(plan, metric, plan.judging, tuple(arms)))
