"""The results of a study in a sentence."""

import pandas as pd

from attnlab import Study
from attnlab.results.headline import headline

from .made_up import by_accuracy

RUN_COLUMNS = [
    *("study", "arm", "seed", "status", "kept_epoch", "seconds", "error", "val_accuracy")
]
TRACE_COLUMNS = ["study", "arm", "seed", "epoch", "axis", "kind", "index", "weight"]
STUDY = Study(task="planted-features:features=4", arms=["none", "dense"], seeds=10)


def said(result):
    """What the playground says."""
    return headline(result, says="directions")


def many(accuracy):
    """Six arms against the reference; the last finds nothing."""
    arms = ["none", *(f"dense@classes={classes}" for classes in range(6, 12))]
    study = Study(task="planted-features:features=4", arms=arms, seeds=10)
    runs = pd.DataFrame(
        [
            ("s", arm, seed, "finished", 20, 1.0, "", accuracy(place) + 0.01 * seed)
            for place, arm in enumerate(arms)
            for seed in range(10)
        ],
        columns=RUN_COLUMNS,
    )
    traces = pd.DataFrame(
        [
            ("s", arm, seed, 20, "feature", "distribution", index, weight)
            for arm in arms[1:]
            for seed in range(10)
            for index, weight in enumerate(
                [0.7, 0.3, 0, 0] if arm == arms[-1] else [0.3, 0.7, 0, 0]
            )
        ],
        columns=TRACE_COLUMNS,
    )
    return said(by_accuracy(study, runs, traces=traces))


def test_more_arms_than_a_sentence_holds_are_counted():
    assert many(lambda place: 0.5 + 0.1 * (place > 0)) == (
        "5 of 6 arms with attention found the planted column in every seed. "
        "Validation accuracy against No attention: higher for 6 arms."
    )
    assert many(lambda place: 0.5 - 0.1 * (place > 2)).endswith(
        "no difference shown for Dense attention, classes 6 and Dense attention, classes 7; "
        "lower for 4 arms."
    )


def table(accuracies, weights):
    runs = pd.DataFrame(
        [
            ("s", arm, seed, "finished", 20, 1.0, "", value)
            for arm, values in accuracies.items()
            for seed, value in enumerate(values)
        ],
        columns=RUN_COLUMNS,
    )
    traces = pd.DataFrame(
        [
            ("s", "dense", seed, 20, "feature", "distribution", index, weight)
            for seed in range(len(accuracies.get("dense", ())))
            for index, weight in enumerate(weights)
        ],
        columns=TRACE_COLUMNS,
    )
    return by_accuracy(STUDY, runs, traces=traces)


def test_it_says_who_found_the_truth_and_how_accuracy_compares():
    same = [0.9, 0.8, 0.9, 0.8, 0.9, 0.8]
    text = said(table({"none": same, "dense": same}, [0.1, 0.7, 0.1, 0.1]))
    assert "Dense attention found the planted column in 6 of 6 seeds (chance 25 %)." in text
    assert "against No attention: no difference shown for Dense attention." in text


def test_references_under_several_conditions_are_named_once():
    study = Study(
        task="planted-features:features=4",
        arms=["none", "dense", "none@classes=9", "dense@classes=9"],
        seeds=10,
    )
    runs = pd.DataFrame(
        [
            ("s", arm.label, seed, "finished", 20, 1.0, "", 0.5 + 0.1 * place + 0.001 * seed)
            for place, arm in enumerate(study.arms)
            for seed in study.seeds
        ],
        columns=RUN_COLUMNS,
    )
    text = said(by_accuracy(study, runs))
    assert text == (
        "Validation accuracy against No attention under the same conditions: higher for "
        "Dense attention, classes 5 and Dense attention, classes 9."
    )


def test_few_seeds_are_said_to_be_too_few():
    text = said(table({"none": [0.1], "dense": [0.9]}, [0.7, 0.1, 0.1, 0.1]))
    assert "found the planted column in 0 of 1 seeds" in text
    assert "not enough seeds for a verdict (1 of 6)" in text


def test_nothing_is_said_before_an_arm_has_finished():
    assert said(table({"none": [0.5, 0.5]}, [])) == ""


def test_nobody_expects_a_control_to_find_anything():
    study = Study(
        task="planted-features:features=4", arms=["none", "uniform:kind=distribution"], seeds=10
    )
    runs = pd.DataFrame(
        [
            ("s", arm.label, seed, "finished", 20, 1.0, "", 0.5)
            for arm in study.arms
            for seed in range(10)
        ],
        columns=RUN_COLUMNS,
    )
    label = study.arms[1].label
    traces = pd.DataFrame(
        [
            ("s", label, seed, 20, "feature", "distribution", i, 0.25)
            for seed in range(10)
            for i in range(4)
        ],
        columns=TRACE_COLUMNS,
    )
    text = said(by_accuracy(study, runs, traces=traces))
    assert "found" not in text
    assert "Validation accuracy against No attention" in text


def of_samples(study, hits):
    runs = pd.DataFrame(
        [
            ("s", arm.label, seed, "finished", 20, 1.0, "", 0.5)
            for arm in study.arms
            for seed in range(10)
        ],
        columns=RUN_COLUMNS,
    )
    measured = pd.DataFrame(
        [
            ("s", arm.label, seed, 20, "step", "distribution", name, value)
            for arm, hit in zip(study.arms[1:], hits, strict=True)
            for seed in range(10)
            for name, value in (("hit", hit), ("mass", 0.5), ("chance", 0.04))
        ],
        columns=["study", "arm", "seed", "epoch", "axis", "kind", "name", "value"],
    )
    traces = pd.DataFrame(columns=TRACE_COLUMNS)
    return said(by_accuracy(study, runs, traces=traces, measured=measured))


def test_samples_are_counted_where_each_has_its_own_truth():
    study = Study(task="keyword-text", arms=["none", "attention-pool"], seeds=10)
    assert (
        "Attention pooling found the planted words in 87.0 % of the samples (chance 4 %)."
    ) in of_samples(study, [0.87])
    study = Study(
        task="keyword-text",
        arms=["none", "attention-pool", "han", "step-dense", "self-attention"],
        seeds=10,
    )
    assert of_samples(study, [0.95, 0.5, 0.1, 0.91]).startswith(
        "2 of 4 arms with attention found the planted words in at least 90 % of the samples."
    )
