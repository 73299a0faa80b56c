"""A precision: how many seeds it takes, no verdict before, and one look at all of them after."""

import numpy as np
import pytest

from attnlab.analysis.precision import half_width_allowed, seeds_for_exact
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import judge
from attnlab.results.stages import seeds_needed
from attnlab.store import Owner
from tests.export.studies import recorded

FIRST = [0.012, -0.004, 0.02, 0.008, 0.016, -0.008, 0.024, 0.0, 0.004, 0.012]
"""Differences of ten seeds, in hundredths of a hundred."""

NONE = [0.5 + 0.01 * (place % 3) for place in range(40)]


def scores(differences, **more):
    """Reference and arms whose differences are these."""
    arms = {"dense": differences, **more}
    count = len(differences)
    return {"none": NONE[:count]} | {
        arm: [a + b for a, b in zip(NONE, values, strict=False)] for arm, values in arms.items()
    }


def seeds(differences, precision, comparisons=1, most=1000):
    return seeds_for_exact(np.array(differences), precision, most, 0.05 / comparisons)


@pytest.fixture
def study(home):
    """Write down a study that asks for a precision: study(scores, precision=0.01, …)."""
    opened = []

    def make(table, precision=0.005, **plan):
        store, study_id = recorded(home, table, precision=precision, **plan)
        opened.append(store)
        return store, study_id

    yield make
    for store in opened:
        store.close()


def test_the_first_stage_says_how_many_seeds_it_takes(study):
    store, study_id = study(scores(FIRST))
    takes = seeds(FIRST, 0.005)
    assert 20 < takes < 100
    assert seeds_needed(store, study_id) == takes
    wide, wide_id = study(scores(FIRST), precision=0.5)
    assert seeds_needed(wide, wide_id) == 10
    capped, capped_id = study(scores(FIRST), most_seeds=20)
    assert seeds_needed(capped, capped_id) == 20


def test_the_comparison_that_varies_most_decides_at_its_share_of_the_level(study):
    wild = [3 * difference for difference in FIRST]
    table = scores(FIRST, **{"feature-gate": wild})
    store, study_id = study(table, most_seeds=1000)
    assert seeds_needed(store, study_id) == seeds(wild, 0.005, comparisons=2)
    contrast, contrast_id = study(table, most_seeds=1000, contrasts=["dense against feature-gate"])
    between = [a - 3 * a for a in FIRST]
    assert seeds(between, 0.005) < seeds(wild, 0.005, comparisons=2)
    assert seeds_needed(contrast, contrast_id) == seeds(wild, 0.005, comparisons=2)
    opposite = scores(FIRST, **{"feature-gate": [-difference for difference in FIRST]})
    asked, asked_id = study(opposite, most_seeds=1000, contrasts=["dense against feature-gate"])
    doubled = [2 * difference for difference in FIRST]
    assert seeds_needed(asked, asked_id) == seeds(doubled, 0.005)


def test_runs_that_failed_are_left_out(study):
    table = scores(FIRST)
    table["dense"][3] = None
    store, study_id = study(table)
    assert seeds_needed(store, study_id) == seeds([*FIRST[:3], *FIRST[4:]], 0.005)
    nothing, nothing_id = study({"none": NONE[:10], "dense": [None] * 10})
    assert seeds_needed(nothing, nothing_id) == 10


def test_a_sign_that_flips_changes_no_number_of_seeds(study):
    flipped = [-difference if place % 2 else difference for place, difference in enumerate(FIRST)]
    one, other = study(scores(FIRST)), study(scores(flipped))
    assert seeds_needed(*one) == seeds_needed(*other)


def test_the_first_stage_gives_no_verdict(study):
    store, study_id = study(scores([0.1 + each for each in FIRST]))
    result = judge(store, study_id)
    dense = result.arm("dense")
    assert (dense.verdict, dense.is_final) == ("first of two stages", False)
    assert dense.p_corrected < 0.05
    assert dense.basis.startswith("First of two stages: after 10 seeds it is known how many")
    assert "the first of two stages gives no verdict" in headline(result)
    assert judge(store, study_id, "parameters").arm("dense").verdict == "higher"


def test_verdict_and_interval_rest_on_all_seeds_at_full_level(study):
    differences = [0.02 + each for each in FIRST] + [0.02, 0.03, 0.025, 0.015, 0.02, 0.01]
    table = scores(differences)
    staged, staged_id = study(table, looks=[10], settled=16)
    plain = recorded(staged.home, table)
    result = judge(staged, staged_id).arm("dense")
    alone = judge(*plain, is_planned=True).arm("dense")
    assert result.verdict == "helps"
    assert (result.difference, result.p_corrected) == (alone.difference, alone.p_corrected)
    assert result.is_final
    assert "a look at" not in result.basis
    plain[0].close()


def test_one_look_of_sixteen_by_hand_is_not_the_same(study, home):
    """Without a precision the verdict of a study that grew stays that of its first look."""
    store, study_id = recorded(home, scores([0.02] * 16), looks=[10])
    assert judge(store, study_id, is_planned=True).arm("dense").difference.n == 10
    store.close()


def test_seeds_that_are_added_by_hand_change_no_verdict(study):
    differences = [0.02 + each for each in FIRST] + [0.02] * 10
    store, study_id = study(scores(differences), looks=[10, 16], settled=16)
    dense = judge(store, study_id).arm("dense")
    assert dense.difference.n == 16
    assert dense.comparison.with_added.n == 20
    assert "Seeds 17 to 20 were added after the verdict" in dense.basis
    enough, enough_id = study(scores(differences[:14]), precision=0.5, looks=[10], settled=10)
    assert judge(enough, enough_id).arm("dense").difference.n == 10


def test_the_grounds_say_what_was_asked_and_what_that_takes(study):
    differences = FIRST + [0.01] * 10
    takes = seeds(FIRST, 0.005)
    capped = judge(*study(scores(differences), most_seeds=20, looks=[10], settled=20)).arm("dense")
    reaches = half_width_allowed(np.array(FIRST), 20)
    assert (
        f"The plan asks for ± 0.5 points; by the first 10 seeds that takes {takes}, and 20 were "
        f"allowed, which reach about ± {100 * reaches:.1f} points."
    ) in capped.basis.replace("0.50", "0.5").replace(f"{100 * reaches:.2f}", f"{100 * reaches:.1f}")
    asked = capped.comparison.asked
    assert (asked.half, asked.first, asked.takes, asked.has) == (0.005, 10, takes, 20)
    assert asked.reaches == pytest.approx(reaches)
    row = verdicts_frame(judge(*study(scores(differences), precision=1, looks=[10], settled=20)))
    assert row.set_index("label").loc["dense", ["asked", "takes"]].to_list() == [1, 10]
    assert row["asked"].isna().to_list() == [True, False]


def test_a_study_that_was_stopped_in_its_second_stage_has_no_verdict(study):
    table = scores([0.02 + each for each in FIRST] + [0.02] * 4)
    table["dense"][12:] = [None, None]
    store, study_id = study(table, looks=[10], settled=14)
    store.enqueue(study_id)
    store.acquire(study_id, Owner.current())
    store.request_stop(study_id)
    store.release(study_id)
    dense = judge(store, study_id).arm("dense")
    assert dense.verdict == "stopped early"
    assert dense.basis.startswith("Stopped at 12 of 14 seeds: no verdict.")
