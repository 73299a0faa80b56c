"""Learning rates that are chosen arm by arm: in the form, and on the page of the study."""

import re

import pytest

from attnlab.spec import Study
from attnlab.spec.tuning_runs import TuningRun
from tests.export.studies import recorded

from .screen import assert_well, button, field, tables, words

PAGE = "pages/ablation.py"
SWITCH = "Give every arm its own best learning rate"
SCORES = {"none": [0.7, 0.72, 0.74], "dense": [0.8, 0.82, 0.84]}
ASKED = {"rates": [0.001, 0.003, 0.01], "seeds": 2}


@pytest.fixture
def open_page(open_app):
    """Open the Ablation page, with a study or without."""

    def start(study_id=None):
        app = open_app()
        app.query_params.clear()
        if study_id:
            app.query_params["study"] = study_id
        app.switch_page(PAGE).run()
        assert_well(app)
        return app

    return start


def tuned_study(home, chosen, **plan):
    """A finished study whose tuning was recorded, with these rates chosen."""
    store, study_id = recorded(home, SCORES, tuning=ASKED | {"chosen": chosen}, **plan)
    for place, arm in enumerate(SCORES):
        for rate in ASKED["rates"]:
            for seed in (3, 4):
                score = 0.5 + 0.1 * place + (0.2 if rate == chosen[arm] else 0.0)
                store.record_tuning_run(study_id, TuningRun(arm, rate, seed, score))
    return store, study_id


def test_one_switch_plans_it_and_says_what_it_costs(open_page):
    app = open_page()
    [before] = [each.value for each in app.metric if each.label == "Runs"]
    field(app, SWITCH).set_value(True).run()
    assert_well(app)
    said = words(app)
    assert "A rate that suits one arm may hold another one back." in said
    assert "Costs 60 runs more: 6 arms × 5 rates × 2 seeds." in said
    [runs] = [each.value for each in app.metric if each.label == "Runs"]
    assert (int(before), int(runs)) == (60, 120)
    assert re.search(r"and seeds \d+ and \d+ to choose learning rates: no study here has", said)
    field(app, "Rates tried").set_value("0.001, 0.01").run()
    field(app, "Seeds for each").set_value(3).run()
    [text] = [each.value for each in app.code if "task:" in each.value]
    tuning = Study.from_text(text).tuning
    assert (tuning.rates, tuning.seeds) == ((0.001, 0.01), (10, 11, 12))
    field(app, "Rates tried").set_value("fast").run()
    assert "Tuning: rates must be numbers from 1e-08 to 10, got 'fast'." in words(app)
    assert not any(each.label == "Launch" for each in app.button)
    field(app, "Rates tried").set_value("").run()
    [further] = [each for each in app.multiselect if each.label == "Also on these tasks"]
    further.select("tabular").run()
    assert_well(app)
    assert "Costs 180 runs more: 12 arms × 5 rates × 3 seeds." in words(app)
    [text] = [each.value for each in app.code if "task:" in each.value]
    assert [part.tuning.rates[0] for part in Study.from_text(text).parts] == [0.0001, 0.0003]


def test_the_page_shows_what_was_chosen_and_one_press_tries_a_wider_grid(open_page, home):
    store, study_id = tuned_study(home, {"none": 0.003, "dense": 0.01})
    app = open_page(study_id)
    said = words(app)
    assert "### Learning rates" in said
    assert (
        "at its own best of 3 learning rates (0.001 to 0.01), by mean validation accuracy at seeds "
        "3 and 4, which are not judged: No attention 0.003 and Dense attention 0.01." in said
    )
    assert "Dense attention took the highest rate tried (0.01): the best may lie beyond." in said
    assert "highest tried" in tables(app)
    button(app, "Try a wider grid").click().run()
    assert_well(app)
    [row] = [row for row in store.studies() if row.id != study_id]
    assert row.study.tuning.rates == (0.001, 0.003, 0.01, 0.033, 0.11)
    assert (row.study.seeds, row.study.tuning.seeds) == ((5, 6, 7), (8, 9))
    store.close()


def test_each_of_several_tasks_has_its_own_rates_and_a_wider_grid_is_for_all(open_page, home):
    labels = ["none", "dense", "none@task=tabular", "dense@task=tabular"]
    plan = {"arms": ["none", "dense"], "also_on": ["tabular"], "tuning": {"seeds": 1}}
    awaits, waits = recorded(home, {"none": [None] * 3}, **plan)
    open_page(waits)
    awaits.close()
    plan["tuning"] |= {"chosen": dict(zip(labels, (0.001, 0.001, 0.003, 0.03), strict=True))}
    store, study_id = recorded(home, {key: [0.7, 0.8, 0.9] for key in labels}, **plan)
    store.record_tuning_run(study_id, TuningRun("none", 0.001, 3, 0.5))
    store.record_tuning_run(study_id, TuningRun("dense@task=tabular", 0.03, 3, 0.5))
    app = open_page(study_id)
    assert "0.0001 to 0.01" in words(app)
    assert "0.0003 to 0.03" not in words(app)
    assert "No arm took the lowest or the highest rate tried." in words(app)
    [choice] = [each for each in app.get("button_group") if each.label == "Task"]
    app.session_state[choice.key] = "Tabular data (breast-cancer)"
    app.run()
    assert_well(app)
    assert "0.0003 to 0.03" in words(app)
    assert "0.0001 to 0.01" not in words(app)
    assert "Dense attention took the highest rate tried (0.03)" in words(app)
    button(app, "Try a wider grid").click().run()
    assert_well(app)
    wider = store.studies()[0].study
    assert wider.has_several_tasks
    assert {0.0001, 0.0003, 0.1} < set(wider.tuning.rates)
    store.close()


def test_a_choice_within_the_grid_needs_nothing(open_page, home):
    store, study_id = tuned_study(home, {"none": 0.003, "dense": 0.003})
    app = open_page(study_id)
    assert "No arm took the lowest or the highest rate tried." in words(app)
    assert not any(each.label == "Try a wider grid" for each in app.button)
    store.close()
