"""Contrasts for people: their questions and names, their rows, and any two arms."""

import pytest

from attnlab.results.columns import AGAINST
from attnlab.results.contrasts import as_family, families_by_question, looked_at
from attnlab.results.frames import contrasts_frame, families_frame, verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import judge
from attnlab.results.paper_columns import best_arms
from attnlab.results.questions import contrast_title, is_planned, question
from attnlab.results.wording import direction_text
from attnlab.spec import AGAINST as BETWEEN
from attnlab.spec import Study
from tests.export.with_contrasts import with_contrasts


@pytest.fixture
def result(home):
    store, study_id = with_contrasts(home)
    yield judge(store, study_id)
    store.close()


def test_each_control_asks_its_own_question():
    study = Study(task="planted-features", arms=["none", "dense", "feature-gate"], controls=True)
    asked = {
        each.against: question(study, each.arm, each.against)
        for each in study.contrasts
        if each.arm == "dense"
    }
    assert asked == {
        "uniform:kind=distribution": "Is it just scale?",
        "frozen-random:of=dense": "Does learning matter?",
        "matched:of=dense": "Is it just size?",
    }
    assert question(study, "dense", "feature-gate") == "Do these arms differ?"
    assert question(study, "feature-gate", "frozen-random:of=dense") == "Do these arms differ?"


def test_a_control_of_the_arm_itself_goes_without_whose_it_is():
    study = Study(task="planted-features", arms=["none", "dense", "feature-gate"], controls=True)
    own = contrast_title(study, "dense", "frozen-random:of=dense")
    assert own == "Dense attention − frozen at random"
    other = contrast_title(study, "feature-gate", "frozen-random:of=dense")
    assert other == "Feature gate − frozen at random, of dense"


def test_the_headline_has_a_second_sentence_for_contrasts(result):
    assert (
        "Planned contrasts: **Dense attention, depth 0** does better than uniform weights; **Dense "
        "attention, depth 0** does better than frozen at random; **Dense attention, depth 1** does "
        "better than dense attention, depth 0; **Dense attention, depth 0** is practically the "
        "same as matched layers."
    ) in headline(result)
    assert "Planned contrasts" not in headline(result, "directions")


def test_contrasts_have_rows_below_those_of_the_arms(result):
    frame = families_frame(result)
    assert frame["family"].tolist() == ["arms"] * 6 + ["contrasts"] * 4
    assert list(frame) == [*verdicts_frame(result), "task"]
    rows = contrasts_frame(result)
    assert rows["question"].tolist() == [
        *("Is it just scale?", "Does learning matter?", "Is it just size?"),
        "Do these arms differ?",
    ]
    assert rows["against"].tolist()[2] == "matched:of=dense"
    assert rows["verdict"].tolist()[2] == "practically the same"
    assert set(frame["margin"].dropna()) == {0.02}
    assert rows["p_same"].tolist()[2] == 1 / 1024  # both tests: all flips are further from it
    assert verdicts_frame(result)["verdict"].tolist()[3:] == ["control"] * 3


def test_a_family_is_a_result_of_its_own(result):
    family = as_family(result)
    assert list(family.by_label) == [
        BETWEEN.join(pair)
        for pair in [
            ("dense", "uniform:kind=distribution"),
            ("dense", "frozen-random:of=dense"),
            ("dense", "matched:of=dense"),
            ("dense:depth=1", "dense"),
        ]
    ]
    assert family.margin == result.margin == 0.02
    groups = families_by_question(result)
    assert [len(group.arms) for group in groups.values()] == [1, 1, 1, 1]
    assert groups["Is it just size?"].arms[0].p_corrected == result.contrasts[2].p_corrected


def test_two_arms_are_looked_at_without_a_verdict_word(result):
    assert not is_planned(result.study, "none", "matched:of=dense")
    [pair] = looked_at(result, "none", "matched:of=dense").arms
    assert pair.verdict == "not planned"
    assert pair.difference.mean == pytest.approx(-0.2)
    assert pair.difference.level == 0.05
    assert pair.p_corrected == 2 / 1024
    assert pair.basis.startswith("Nobody planned to compare these two")
    assert pair.comparison.equivalence is None


def test_two_arms_that_are_planned_have_the_verdict_of_the_plan(result):
    [pair] = looked_at(result, "dense", "matched:of=dense").arms
    assert (pair.verdict, pair.difference) == (
        "practically the same",
        result.contrasts[2].difference,
    )
    [against_reference] = looked_at(result, "dense", "none").arms
    assert against_reference.verdict == "helps"
    [turned] = looked_at(result, "none", "dense").arms
    assert turned.verdict == "not planned"
    assert turned.basis.startswith("The plan compares these two the other way about")


def test_controls_stand_among_the_arms_and_are_compared_with_nothing(result):
    control = result.arm("uniform:kind=distribution")
    assert direction_text(control) == "control"
    assert AGAINST.cell(result, control).text == "–"
    assert best_arms(result) == {"dense:depth=1"}
