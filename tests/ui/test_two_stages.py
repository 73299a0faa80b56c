"""What the Ablation page says of a study with two stages, and of runs that collapsed."""

import pytest

from tests.export.studies import recorded

from .screen import assert_well, words

NONE = [0.9 + 0.001 * (place % 4) for place in range(12)]


@pytest.fixture
def said(open_app, home):
    """What the page says of a study with these scores: said(scores, …)."""

    def show(scores, **plan):
        store, study_id = recorded(home, scores, **plan)
        store.close()
        app = open_app("pages/ablation.py", study=study_id)
        assert_well(app)
        return words(app) + "".join(str(each.value) for each in app.get("html"))

    return show


def test_the_first_stage_is_shown_without_a_verdict(said):
    text = said({"none": NONE[:10], "dense": [0.8] * 10}, precision=0.01)
    assert "first of two stages" in text
    assert "hurts" not in text
    assert "Resume" in text or "Interrupted" in text


def test_both_stages_together_give_it(said):
    text = said(
        {"none": NONE, "dense": [0.8 + 0.003 * (place % 3) for place in range(12)]},
        precision=0.01,
        looks=[10],
        settled=12,
    )
    assert "**Dense attention** hurts" in text
    assert "The plan asks for ± 1" in text
    assert "Verdicts are about the task" in text


def test_collapsed_runs_are_named_below_the_forest(said):
    scores = {
        "none": NONE,
        "dense": [0.35 if seed == 7 else each for seed, each in enumerate(NONE)],
    }
    text = said(scores)
    assert "1 of 12 runs of Dense attention (seed 7) collapsed: look at the seeds" in text
