"""A study of several tasks that chooses learning rates: every arm is tuned on its own task."""

import pytest

from attnlab import SpecError, Study
from attnlab.results.tuning import edge_sentence, tuned, tuning_sentence, what_to_do
from attnlab.spec.tuning import edge_of
from attnlab.spec.tuning_runs import TuningRun, chosen_rates, tuning_plans, widened

TABULAR = ("none@task=tabular", "dense@task=tabular")
ON_BOTH = {"task": "planted-features", "also_on": ["tabular"], "arms": ["none", "dense"]}
ASKS = {**ON_BOTH, "seeds": 3, "tuning": True}
OWN, OTHER = (0.0001, 0.0003, 0.001, 0.003, 0.01), (0.0003, 0.0009, 0.003, 0.009, 0.03)
CHOSEN = {"none": 0.001, "dense": 0.003, TABULAR[0]: 0.03, TABULAR[1]: 0.009}


def test_the_usual_rates_lie_around_that_of_each_task_and_named_ones_are_tried_on_each():
    study = Study(**ASKS)
    assert [part.tuning.rates for part in study.parts] == [OWN, OTHER]
    assert study.tuning_runs == 4 * 5 * 2
    named = Study(**{**ASKS, "tuning": {"rates": [0.001, 0.01]}})
    assert [part.tuning.rates for part in named.parts] == [(0.001, 0.01)] * 2


def test_each_task_has_plans_of_its_own():
    plans = tuning_plans(Study(**ASKS))
    assert [plan.task.name for plan, _ in plans] == ["planted-features", "tabular"]
    tried = [set(behind.values()) for _, behind in plans]
    assert tried == [
        {(label, rate) for label in ("none", "dense") for rate in OWN},
        {(label, rate) for label in TABULAR for rate in OTHER},
    ]
    [_, (tabular, _)] = plans
    assert (tabular.seeds, tabular.task.fresh_samples) == ((3, 4), 0)
    assert (tabular.training.batch_size, tabular.training.epochs) == (32, 30)


def test_the_best_rate_is_chosen_among_those_of_the_task():
    study = Study(**ASKS)
    assert chosen_rates(study, []) == dict.fromkeys(["none", "dense"], 0.001) | dict.fromkeys(
        TABULAR, 0.003
    )
    runs = [TuningRun(label, rate, 3, rate) for label in TABULAR for rate in OTHER]
    assert chosen_rates(study, runs)[TABULAR[0]] == 0.03


def test_arms_train_at_the_rate_chosen_and_stay_alike():
    study = Study(**ASKS).tuned(CHOSEN)
    assert {arm.label: study.training_of(arm).learning_rate for arm in study.arms} == CHOSEN
    own, other = study.parts
    assert {arm.label: other.training_of(arm).learning_rate for arm in other.arms} == {
        label: CHOSEN[label] for label in TABULAR
    }
    assert own.references == {"dense": "none"}
    assert [arm.changes for part in study.parts for arm in part.arms] == [()] * 4
    for each in (study, Study(**ASKS), study.at_seeds(40)):
        assert Study.from_text(each.to_yaml()) == each
        assert Study.from_text(each.canonical_json()) == each


def test_an_end_of_the_grid_is_that_of_the_task_and_a_wider_one_has_those_of_all():
    study = Study(**ASKS).tuned(CHOSEN)
    assert {label: edge_of(study, label) for label in CHOSEN} == {
        **dict.fromkeys(CHOSEN, ""),
        TABULAR[0]: "high",
    }
    wider = widened(study)
    assert wider.tuning.rates == tuple(sorted({*OWN, *OTHER, 0.1, 0.33}))
    assert [part.tuning.rates for part in wider.parts] == [wider.tuning.rates] * 2
    assert "0.33" in what_to_do(study)
    assert edge_sentence(study) == (
        "No attention on tabular data (breast-cancer) took the highest rate tried (0.03): the best "
        "may lie beyond."
    )
    assert widened(Study(**ASKS).tuned({**CHOSEN, TABULAR[0]: 0.009})) is None


def test_what_was_tried_is_said_task_by_task():
    study = Study(**ASKS)
    assert tuning_sentence(study).startswith(
        "Every arm trains at its own best of 5 learning rates (planted feature: 0.0001 to 0.01; "
        "tabular data (breast-cancer): 0.0003 to 0.03), by mean validation accuracy at seeds"
    )
    runs = [TuningRun("none", 0.001, 3, 0.5), TuningRun(TABULAR[0], 0.009, 3, 0.75)]
    whole, part = tuned(study, runs), tuned(study.parts[1], runs)
    assert [tuple(at.rate for at in arm.rates) for arm in whole.arms] == [OWN, OWN, OTHER, OTHER]
    assert [run.arm for run in part.runs] == [TABULAR[0]]
    assert part.arms[0].rates[3].scores == {3: 0.75}


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"arms": ["none", "dense", "dense@task=tabular,learning_rate=0.1"]}, "its own learn"),
        ({"tuning": {"chosen": {**CHOSEN, "none": 0.03}}}, "the rate chosen for none is none of"),
        ({"tuning": {"chosen": {**CHOSEN, TABULAR[0]: 0.01}}}, "the rate chosen for none@task"),
        ({"tuning": {"chosen": {"none": 0.001}}}, "chosen must have a rate for each"),
    ],
)
def test_what_does_not_go_with_a_task_is_refused(plan, said):
    with pytest.raises(SpecError, match=said):
        Study(**{**ASKS, **plan})
