"""The results of a study in a sentence."""

import pandas as pd

from attnlab import Study
from attnlab.analysis import results
from attnlab.analysis.headline import headline

STUDY = Study(task="planted-features:features=4", arms=["none", "dense"], seeds=5)


def table(accuracies, weights):
    columns = ["study", "arm", "seed", "status", "kept_epoch", "seconds", "error", "val_accuracy"]
    runs = pd.DataFrame(
        [
            ("s", arm, seed, "finished", 20, 1.0, "", value)
            for arm, values in accuracies.items()
            for seed, value in enumerate(values)
        ],
        columns=columns,
    )
    traces = pd.DataFrame(
        [
            ("s", "dense", seed, 20, "feature", "distribution", index, weight)
            for seed in range(len(accuracies.get("dense", ())))
            for index, weight in enumerate(weights)
        ],
        columns=["study", "arm", "seed", "epoch", "axis", "kind", "index", "weight"],
    )
    return results(STUDY, runs, {}, traces)


def test_it_says_who_found_the_truth_and_how_accuracy_compares():
    same = [0.9, 0.8, 0.9, 0.8, 0.9]
    text = headline(STUDY, table({"none": same, "dense": same}, [0.1, 0.7, 0.1, 0.1]))
    assert "Dense attention found the planted column in 5 of 5 seeds (chance 25 %)." in text
    assert "against No attention: no difference shown for Dense attention." in text


def test_few_seeds_are_said_to_be_too_few():
    text = headline(STUDY, table({"none": [0.1], "dense": [0.9]}, [0.7, 0.1, 0.1, 0.1]))
    assert "found the planted column in 0 of 1 seeds" in text
    assert "not enough seeds for a verdict (1 of 5)" in text


def test_nothing_is_said_before_an_arm_has_finished():
    assert headline(STUDY, table({"none": [0.5, 0.5]}, [])) == ""
