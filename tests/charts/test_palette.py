"""Colours: legible on both backgrounds, apart for colour-blind eyes, stable by arm."""

from itertools import combinations

import numpy as np
import pytest

from attnlab import Study
from attnlab.charts.palette import (
    ARMS,
    DIFFERS,
    HELPS,
    HURTS,
    NOTE,
    NOTE_ON_DARK,
    REFERENCE,
    TRUTH,
    arm_colours,
    arm_names,
    colours_of,
    legend_columns,
)

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
EYES = {
    "all colours": np.eye(3),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def linear(colour):
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour, eye):
    xyz = TO_XYZ @ np.clip(eye @ linear(colour), 0, 1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", [*ARMS, REFERENCE, TRUTH, HELPS, HURTS, DIFFERS])
def test_every_colour_shows_on_white_and_on_the_dark_background(colour):
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colour, "#0e1117") >= 3


@pytest.mark.parametrize("eye", EYES)
def test_six_arms_the_reference_and_the_truth_stay_apart(eye):
    colours = [*ARMS[:6], REFERENCE, TRUTH]
    distances = {
        pair: float(np.linalg.norm(lab(pair[0], EYES[eye]) - lab(pair[1], EYES[eye])))
        for pair in combinations(colours, 2)
    }
    assert min(distances.values()) >= 15, min(distances, key=distances.get)


@pytest.mark.parametrize("eye", EYES)
def test_better_worse_different_and_neither_stay_apart(eye):
    colours = [HELPS, HURTS, DIFFERS, REFERENCE]
    for one, other in combinations(colours, 2):
        assert float(np.linalg.norm(lab(one, EYES[eye]) - lab(other, EYES[eye]))) >= 15


def test_arms_known_by_their_labels_have_the_colours_of_the_study():
    own = study(["none", "dense", "feature-gate"])
    labels = [arm.label for arm in own.arms]
    assert colours_of(labels, labels[1:]) == arm_colours(own)


def study(arms, reference="none"):
    return Study(task={"name": "planted-features"}, arms=arms, reference=reference)


def test_the_reference_is_grey_and_takes_no_colour_from_the_others():
    first = arm_colours(study(["none", "dense", "feature-gate"]))
    last = arm_colours(study(["dense", "feature-gate", "none"]))
    assert first == last == {"none": REFERENCE, "dense": ARMS[0], "feature-gate": ARMS[1]}
    assert arm_colours(study(["none", "dense"], "dense")) == {"none": ARMS[0], "dense": REFERENCE}


def test_the_truth_has_a_colour_of_its_own():
    assert TRUTH not in {*ARMS, REFERENCE}


def test_more_arms_than_colours_start_again():
    arms = ["none", *(f"bottleneck-dense:ratio={ratio}" for ratio in range(1, 11) if ratio != 4)]
    colours = arm_colours(study(arms))
    assert colours["bottleneck-dense:ratio=10"] == ARMS[0]


def test_names_tell_arms_of_the_same_title_apart():
    named = study(["none", "dense", {"module": "feature-gate", "label": "Dense attention"}])
    assert list(arm_names(named).values()) == [
        "No attention",
        "Dense attention (dense)",
        "Dense attention (Dense attention)",
    ]


def test_long_names_stand_below_each_other():
    assert legend_columns(["No attention", "Dense"]) == 2
    assert legend_columns(["No attention", "Dense attention, depth 1, activation tanh"]) == 1
    assert legend_columns(["x" * 200]) == 1


@pytest.mark.parametrize(("colour", "ground"), [(NOTE, "#f4f6f9"), (NOTE_ON_DARK, "#171c25")])
def test_small_print_can_be_read_on_pages_and_on_their_boxes(colour, ground):
    assert contrast(colour, ground) >= 4.5
