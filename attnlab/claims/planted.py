"""The claims of the planted-feature table, each by itself.

One column of noise is overwritten by the class number; softmax attention weighs the columns. The
table trained each of its rows with one seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attnlab.claims.claim import FIRST_SEED, Check, Claim, enlarged, planned

GROUP = "Planted feature"
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softmax", "linear")

_TABLE = (
    "The classic planted-feature table, one seed each: columns of noise, one of which holds the "
    "answer, and softmax attention that should find it. "
)
_CHOSEN = "The settings are the table's own."
_FOCUS, _PEAK, _ACCURACY = "mass", "hit", "val_accuracy"


def _study(classes: int, arms: Mapping[str, str]) -> dict[str, Any]:
    """The table's own setting: 10,000 samples of 32 columns, 20 epochs."""
    task = {"name": "planted-features", "features": 32, "classes": classes}
    return planned(task, arms, 20, batch_size=64, learning_rate=1e-3)


_MORE_CLASSES = {f"{classes} classes": f"dense@classes={classes}" for classes in (30, 50, 100)}
_DEEPER = {activation: f"dense:depth=1,activation={activation}" for activation in ACTIVATIONS}

PLANTED = (
    Claim(
        name="focus-falls-from-2-to-5-classes",
        title="Focus falls from 2 to 5 classes",
        group=GROUP,
        claimed=_TABLE + "At five classes its attention on that column was lower than at two.",
        study=_study(2, {"2 classes": "dense", "5 classes": "dense@classes=5"}),
        checks=(
            Check(
                _FOCUS,
                ("5 classes",),
                "lower",
                "attention on the planted column is lower with 5 classes than with 2",
            ),
        ),
        seeds=10,
        first_seed=FIRST_SEED,
        chosen=_CHOSEN,
        reading="Focus is the share of all attention that lies on the planted column; 3 % would be "
        "chance, in both arms.",
    ),
    Claim(
        name="focus-is-higher-at-20-classes-than-at-5",
        title="Focus is higher at 20 classes than at 5",
        group=GROUP,
        claimed=_TABLE + "With twenty classes the peak stood out more than with five.",
        study=_study(5, {"5 classes": "dense", "20 classes": "dense@classes=20"}),
        checks=(
            Check(
                _FOCUS,
                ("20 classes",),
                "higher",
                "attention on the planted column is higher with 20 classes than with 5",
            ),
        ),
        seeds=10,
        first_seed=FIRST_SEED + 20,
        chosen=_CHOSEN,
        reading="Focus is the share of all attention that lies on the planted column; 3 % would be "
        "chance, in both arms.",
    ),
    Claim(
        name="focus-scatters-from-30-classes-on",
        title="From 30 classes on, focus scatters and accuracy falls",
        group=GROUP,
        claimed=_TABLE + "Up to 20 classes attention found it; at 30, 50 and 100 it went to other "
        "columns too, and accuracy fell to 16.9 % at 100.",
        study=_study(20, {"20 classes": "dense", **_MORE_CLASSES}),
        checks=(
            Check(
                _FOCUS,
                tuple(_MORE_CLASSES),
                "lower",
                "attention on the planted column is lower with 30, 50 and 100 classes than with 20",
            ),
            Check(
                _ACCURACY,
                tuple(_MORE_CLASSES),
                "lower",
                "accuracy is lower with 30, 50 and 100 classes than with 20",
            ),
        ),
        seeds=12,
        first_seed=FIRST_SEED + 40,
        chosen=_CHOSEN,
        reading="More classes make every answer harder: a fall in accuracy alone says nothing of "
        "attention.",
    ),
    Claim(
        name="more-features-bring-back-the-focus",
        title="128 features bring back the focus but not the accuracy",
        group=GROUP,
        claimed=_TABLE + "At 50 classes the focus is lost; with 128 columns instead of 32 it came "
        "back, while accuracy did not.",
        study=_study(50, {"32 columns": "dense", "128 columns": "dense@features=128"}),
        checks=(
            Check(
                _FOCUS,
                ("128 columns",),
                "higher",
                "attention on the planted column is higher with 128 columns than with 32",
            ),
            Check(
                _ACCURACY,
                ("128 columns",),
                "not higher",
                "accuracy is no higher with 128 columns than with 32",
            ),
        ),
        seeds=100,
        first_seed=FIRST_SEED + 160,
        chosen=enlarged(_CHOSEN, 60, 24),
        reading="Equal weights would put 3 % on the planted column of 32, and 0.8 % of 128: the "
        "same share is a sharper peak among more columns.",
    ),
    Claim(
        name="an-extra-layer-brings-back-both",
        title="An extra layer brings back focus and accuracy",
        group=GROUP,
        claimed=_TABLE + "At 50 classes focus and accuracy are lost; one more hidden layer before "
        "the softmax brought back both.",
        study=_study(50, {"No extra layer": "dense", **_DEEPER}),
        checks=(
            Check(
                _FOCUS,
                tuple(_DEEPER),
                "higher",
                "attention on the planted column is higher with an extra layer, whatever it "
                "applies",
            ),
            Check(
                _PEAK,
                tuple(_DEEPER),
                "higher",
                "the largest weight is on the planted column more often with an extra layer, "
                "whatever it applies",
            ),
            Check(
                _ACCURACY,
                tuple(_DEEPER),
                "higher",
                "accuracy is higher with an extra layer, whatever it applies",
            ),
        ),
        seeds=30,
        first_seed=FIRST_SEED + 260,
        chosen=enlarged(_CHOSEN, 140, 12),
        reading="The claim does not say what the extra layer applies, so five usual activations "
        "are tried; see which of them do what it says.",
    ),
)
