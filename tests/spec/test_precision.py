"""A plan may ask for a precision instead of a number of seeds: its seeds are then a first stage."""

import pytest

from attnlab import SpecError, Study

FEATURES = {"task": "planted-features", "arms": ["none", "dense"]}
ASKS = {**FEATURES, "precision": 0.01}


def test_a_precision_is_asked_beside_the_metric_and_allows_for_a_hundred_seeds():
    study = Study(**ASKS)
    assert (len(study.seeds), study.judging.cap, study.settled) == (10, 100, 0)
    assert study.is_in_first_stage
    assert Study(**ASKS, most_seeds=40).judging.cap == 40
    assert Study.from_text(study.to_yaml()) == study
    assert not Study(**FEATURES).is_in_first_stage


def test_max_t_looks_once_after_both_stages():
    assert Study(**ASKS, correction="max-t", most_seeds=40).judging.correction == "max-t"


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"precision": -1}, "judging: precision must be at least 0.0, got -1"),
        ({"seeds": 9}, "a precision takes a first stage of at least 10 seeds, which tell how much"),
        ({"seeds": 12, "most_seeds": 11}, "most_seeds must be at least the 12 seeds planned, or 0"),
        ({"metric": "parameters"}, "a precision is asked of what is measured at every seed; para"),
        ({"metric": "seconds"}, "a precision is asked of what is measured at every seed; seconds"),
        ({"precision": 0, "settled": 10}, "settled is the number of seeds that a precision was"),
        ({"settled": 11}, "settled is the number of seeds that a precision was found to take: 10"),
        ({"settled": 9}, "settled is the number of seeds that a precision was found to take: 10"),
        (
            {"seeds": 14, "looks": [10]},
            "of a study that asks for a precision, seeds are added once",
        ),
    ],
)
def test_a_precision_that_cannot_be_asked_for_says_why(plan, message):
    with pytest.raises(SpecError) as caught:
        Study(**{**ASKS, **plan})
    assert str(caught.value).startswith(message)


def test_the_second_stage_begins_at_fresh_seeds_and_is_what_was_planned():
    first = Study(**ASKS)
    settled = first.settled_at(13, 40)
    assert settled.seeds == (*range(10), 40, 41, 42)
    assert settled.batches == [tuple(range(10)), (40, 41, 42)]
    assert (settled.planned, settled.first_stage, settled.settled) == (13, 10, 13)
    assert not settled.is_in_first_stage
    assert settled.question == first.question
    assert settled.as_planned() == first
    assert Study.from_text(settled.to_yaml()) == settled


def test_a_first_stage_that_is_enough_is_settled_without_more():
    settled = Study(**ASKS).settled_at(10, 0)
    assert (len(settled.seeds), settled.looks, settled.settled) == (10, (), 10)
    more = settled.extended(5)
    assert (more.planned, len(more.seeds)) == (10, 15)
    assert more.as_planned() == Study(**ASKS)
