"""A plan may give every arm its own best learning rate: what it says, and what is chosen."""

import pytest

from attnlab import SpecError, Study
from attnlab.analysis.varied import varied
from attnlab.spec.identity import beyond_defaults
from attnlab.spec.tuning import edge_of, usual_rates
from attnlab.spec.tuning_runs import (
    TuningRun,
    chosen_rates,
    tuning_metric,
    tuning_plans,
    widened,
)

FEATURES = {"task": "planted-features", "arms": ["none", "dense"], "learning_rate": 0.001}
RATES = [0.001, 0.01, 0.1]
ASKS = {**FEATURES, "seeds": 3, "tuning": {"rates": RATES}}
CHOSEN = {"none": 0.001, "dense": 0.01}


def runs(arm, scores_by_rate):
    return [
        TuningRun(arm, rate, seed, score)
        for rate, scores in scores_by_rate.items()
        for seed, score in enumerate(scores)
    ]


def test_the_usual_grid_is_five_rates_around_the_plans_own_at_two_seeds_right_behind():
    study = Study(**FEATURES, tuning=True)
    assert study.tuning.rates == (0.0001, 0.0003, 0.001, 0.003, 0.01)
    assert study.tuning.seeds == (10, 11)
    assert (study.runs, study.tuning_runs, study.awaits_tuning) == (20, 20, True)
    assert usual_rates(5.0) == (0.5, 1.5, 5.0)  # a training has at most 10


def test_a_plan_without_one_keeps_its_name_and_false_is_none():
    plain = Study(**FEATURES)
    assert "tuning" not in beyond_defaults(plain)
    assert Study(**FEATURES, tuning=False) == plain
    assert (plain.tuning_runs, plain.awaits_tuning) == (0, False)


def test_it_is_part_of_the_question_and_its_seeds_and_its_choice_are_not():
    asks = Study(**ASKS)
    assert asks.hash != Study(**FEATURES, seeds=3).hash
    assert asks.question != Study(**FEATURES, seeds=3).question
    tuned = asks.at_seeds(40).tuned(CHOSEN)
    assert tuned.hash != asks.at_seeds(40).hash
    assert tuned.question == asks.question
    assert Study(**{**ASKS, "tuning": {"rates": RATES, "seeds": 5}}).question == asks.question


def test_every_form_of_it_reads_back():
    asks = Study(**ASKS)
    for study in (asks, asks.tuned(CHOSEN), asks.at_seeds(7).tuned(CHOSEN).extended(2, first=20)):
        assert Study.from_text(study.to_yaml()) == study
        assert Study.from_text(study.canonical_json()) == study
    assert asks.to_dict()["tuning"] == {"rates": RATES, "seeds": 2, "chosen": {}}


def test_the_rate_that_was_chosen_is_what_the_arm_trains_at():
    study = Study(**{**ASKS, "arms": ["none", "dense@batch_size=32"]})
    label = study.arms[1].label
    tuned = study.tuned({"none": 0.1, label: 0.01})
    assert [tuned.training_of(arm).learning_rate for arm in tuned.arms] == [0.1, 0.01]
    assert tuned.training_of(label).batch_size == 32
    assert study.training_of(label).learning_rate == 0.001
    assert varied(tuned) == varied(study)


def test_fresh_seeds_move_both_kinds_and_forget_the_choice():
    tuned = Study(**ASKS).tuned(CHOSEN)
    assert tuned.counts_its_seeds
    moved = tuned.at_seeds(20)
    assert (moved.seeds, moved.tuning.seeds) == ((20, 21, 22), (23, 24))
    assert moved.awaits_tuning
    assert tuned.as_planned() == Study(**ASKS)


def test_seeds_that_are_added_are_others_and_keep_the_choice():
    grown = Study(**ASKS).tuned(CHOSEN).extended(2)
    assert (grown.seeds, grown.tuning.seeds) == ((0, 1, 2, 5, 6), (3, 4))
    assert grown.tuning.rate_of == CHOSEN
    asks = Study(**{**ASKS, "seeds": 10}, precision=0.01).tuned(CHOSEN)
    settled = asks.settled_at(12, 30)
    assert (settled.tuning, settled.seeds[-2:]) == (asks.tuning, (30, 31))


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"tuning": 3}, "tuning must be true, or a mapping such as rates: [0.001, 0.01], seeds: 2"),
        ({"tuning": {"rate": [1]}}, "tuning: unknown setting 'rate': the known ones are rates"),
        ({"tuning": {"rates": "0.1"}}, "tuning: rates must be a list such as [0.001, 0.01], got"),
        ({"tuning": {"rates": [0.1]}}, "tuning: rates must be 2 to 20 numbers, got 1"),
        ({"tuning": {"rates": [0.1, "x"]}}, "tuning: rates must be numbers from 1e-08 to 10, got"),
        ({"tuning": {"rates": [0.1, 11]}}, "tuning: rates must be numbers from 1e-08 to 10, got"),
        ({"tuning": {"rates": [0.1, 0.1]}}, "tuning: each rate may be named once, got"),
        ({"tuning": {"seeds": 0}}, "tuning: seeds must be at least 1 and at most 1000, got 0"),
        ({"tuning": {"seeds": 21}}, "tuning: seeds must be 1 to 20 different ones, got"),
        ({"tuning": {"seeds": [2]}}, "learning rates are chosen at seeds that are not judged; got"),
        (
            {"arms": ["none", "dense@learning_rate=0.1"]},
            "arm dense@learning_rate=0.1: it sets its own learning_rate, which the tuning is to",
        ),
        (
            {"tuning": {"rates": RATES, "chosen": {"none": 0.1}}},
            "tuning: chosen must have a rate for each of the arms none, dense; got none",
        ),
        (
            {"tuning": {"rates": RATES, "chosen": {"none": 0.1, "dense": 0.5}}},
            "tuning: the rate chosen for dense is none of those tried: 0.5",
        ),
    ],
)
def test_one_that_cannot_be_carried_out_says_why(plan, message):
    with pytest.raises(SpecError) as caught:
        Study(**{**ASKS, **plan})
    assert str(caught.value).startswith(message)


def test_every_arm_is_tried_at_every_rate_at_the_seeds_that_are_not_judged():
    study = Study(**{**ASKS, "patience": 2, "arms": ["none", "dense", "dense@batch_size=32"]})
    [(plan, behind)] = tuning_plans(study)
    assert sorted(behind.values()) == sorted(
        (arm.label, rate) for arm in study.arms for rate in RATES
    )
    assert plan.seeds == (3, 4)
    assert plan.task.params.test_samples == 0  # nothing is tested before the judged seeds
    for label, (arm, rate) in behind.items():
        expected = study.training_of(arm).model_copy(update={"learning_rate": rate})
        assert plan.training_of(label) == expected
        assert plan.arm(label).module == study.arm(arm).module


def test_a_large_study_is_tried_in_several_plans_that_have_all_rates_of_an_arm():
    study = Study(task="planted-features", build="swap", arms=[f"dense:depth={n}" for n in (1, 2)])
    study = Study(**study.to_dict() | {"tuning": {"rates": [10 ** (-n / 4) for n in range(20)]}})
    plans = tuning_plans(study)
    assert [len(plan.arms) for plan, _ in plans][:-1] == [60] * (len(plans) - 1)
    assert sum(len(plan.arms) for plan, _ in plans) == 20 * len(study.arms)


@pytest.mark.parametrize(
    ("judged_by", "name"),
    [
        ("val_loss", "val_loss"),
        ("loss", "val_loss"),
        ("accuracy", "val_accuracy"),
        ("mass", "val_accuracy"),
        ("seconds", "val_accuracy"),
        ("val_accuracy", "val_accuracy"),
    ],
)
def test_rates_are_chosen_on_validation_whatever_is_judged(judged_by, name):
    assert tuning_metric(Study(**ASKS, metric=judged_by)).name == name


def test_the_best_mean_is_chosen_in_the_direction_in_which_the_metric_is_better():
    scores = {0.001: [0.6, 0.6], 0.01: [0.9, 0.5], 0.1: [0.2, 0.3]}
    tried = [*runs("none", scores), *runs("dense", {rate: [0.5] for rate in RATES})]
    assert chosen_rates(Study(**ASKS), tried) == {"none": 0.01, "dense": 0.001}
    by_loss = Study(**ASKS, metric="val_loss")
    assert chosen_rates(by_loss, tried)["none"] == 0.1


def test_of_equal_rates_the_one_nearest_the_plans_own_is_taken_then_the_lower():
    even = [*runs("none", {rate: [0.5] for rate in RATES}), *runs("dense", {0.1: [0.5]})]
    assert chosen_rates(Study(**{**ASKS, "learning_rate": 0.02}), even)["none"] == 0.01
    between = {**ASKS, "learning_rate": 0.01, "tuning": {"rates": [0.001, 0.1]}}
    assert chosen_rates(Study(**between), even)["none"] == 0.001


def test_a_failed_run_is_worse_than_any_score():
    tried = runs("none", {0.001: [0.1, 0.2], 0.01: [0.9, None], 0.1: [None, None]})
    assert chosen_rates(Study(**ASKS), [*tried, *runs("dense", {0.1: [0.3]})])["none"] == 0.001
    all_fail = runs("none", {0.001: [None, None], 0.01: [0.9, None], 0.1: [None, None]})
    assert chosen_rates(Study(**ASKS), all_fail)["none"] == 0.01


def test_a_choice_at_an_end_of_the_grid_is_told_and_a_wider_grid_goes_beyond_it():
    middle = Study(**ASKS).tuned({"none": 0.01, "dense": 0.01})
    assert widened(middle) is None
    study = Study(**ASKS).at_seeds(40).tuned({"none": 0.001, "dense": 0.01})
    assert [edge_of(study, label) for label in ("none", "dense")] == ["low", ""]
    wider = widened(study)
    assert wider.tuning.rates == (1e-05, 0.0001, 0.001, 0.01, 0.1)
    assert wider.awaits_tuning
    assert wider.counts_its_seeds
    high = widened(Study(**ASKS).tuned({"none": 0.1, "dense": 0.1}))
    assert high.tuning.rates == (0.001, 0.01, 0.1, 1.0, 10.0)
