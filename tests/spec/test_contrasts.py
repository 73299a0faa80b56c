"""Planned contrasts: what controls ask, what people plan, and what is refused."""

import pytest

from attnlab import SpecError, Study
from attnlab.spec import Contrast

DIGITS = {"task": "digits", "arms": ["none", "se:ratio=4", "eca"]}


def test_controls_come_with_the_questions_that_they_answer():
    study = Study(**DIGITS, controls=True)
    assert study.contrast_pairs == [
        ("se:ratio=4", "uniform"),
        ("se:ratio=4", "frozen-random:of=se:ratio=4"),
        ("se:ratio=4", "matched:of=se:ratio=4"),
        ("eca", "uniform"),
        ("eca", "frozen-random:of=eca"),
        ("eca", "matched:of=eca"),
    ]
    assert study.references == {"se:ratio=4": "none", "eca": "none"}


def test_controls_under_other_conditions_are_held_against_modules_under_the_same():
    study = Study(
        task="planted-features",
        build={"grid": "dense", "classes": [2, 20]},
        controls=["frozen-random"],
    )
    assert study.contrast_pairs == [
        (f"dense{at}", f"frozen-random:of=dense{at}") for at in ("@classes=2", "@classes=20")
    ]


def test_a_plan_of_before_has_none_and_stays_what_it_was():
    arms = ["none", "dense", "uniform:kind=distribution"]
    study = Study(task="planted-features", arms=arms)
    assert study.contrasts == ()
    assert study.references == {"dense": "none", "uniform:kind=distribution": "none"}
    planned = Study(
        task="planted-features", arms=arms, contrasts=["dense against uniform:kind=distribution"]
    )
    assert planned.hash != study.hash
    assert planned.references == {"dense": "none"}
    assert Study.from_text(planned.to_yaml()) == planned
    assert Study(**planned.to_dict()).contrasts == planned.contrasts


def test_any_two_arms_can_be_contrasted_and_stay_compared_with_the_reference():
    study = Study(**DIGITS, contrasts=[{"arm": "eca", "against": "se:ratio=4"}])
    assert study.contrasts == (Contrast(arm="eca", against="se:ratio=4"),)
    assert study.references == {"se:ratio=4": "none", "eca": "none"}


@pytest.mark.parametrize(
    ("contrasts", "words"),
    [
        ("eca", "contrasts must be a list such as"),
        (["eca"], "a contrast is written as ARM against ARM, got 'eca'"),
        (["eca against cbam"], "the arms are none, se:ratio=4, eca; got 'cbam'"),
        (["eca against eca"], "an arm cannot be compared with itself"),
        (
            ["eca against none", "none against eca"],
            "contrast none against eca is planned twice",
        ),
    ],
)
def test_a_bad_contrast_says_what_is_wrong(contrasts, words):
    with pytest.raises(SpecError, match=words):
        Study(**DIGITS, contrasts=contrasts)


def test_max_t_plans_one_look():
    assert Study(**DIGITS, correction="max-t").judging.correction == "max-t"
    with pytest.raises(SpecError, match="max-t plans one look: leave most_seeds out"):
        Study(**DIGITS, correction="max-t", most_seeds=20)
