"""Rare classes and wrong labels among the training samples, in a few lines."""

from __future__ import annotations

from typing import Any

DRAWN = "y = rng.integers(0, {classes}, {count})\n"
"""The line by which samples are drawn for their classes."""

_RARER = """shares = {imbalance} ** (-np.arange({classes}) / {last})  # how common each class is
y[:{train}] = rng.choice({classes}, {train}, p=shares / shares.sum())  # to train on
"""
_LEFT_OUT = """# Training samples are left out: the last is {imbalance} times as rare as the first.
shares = {imbalance} ** (-np.arange({classes}) / {last})
most = (np.bincount(y_train) / shares).min()
counts = np.rint(most * shares).astype(int).clip(min=1)
kept = np.concatenate([np.flatnonzero(y_train == k)[:n] for k, n in enumerate(counts)])
x_train, y_train = x_train[kept], y_train[kept]
"""
_NOISE = """# Some of the training labels are wrong.
wrong = rng.random(len(y_train)) < {label_noise}
y_train = np.where(wrong, (y_train + rng.integers(1, {classes}, len(y_train))) % {classes}, y_train)
"""


def with_rare(text: str, imbalance: int) -> str:
    """Code that draws `y` and makes samples of it, with rarer classes to train on."""
    if imbalance == 1:
        return text
    return text.replace(DRAWN, DRAWN + _RARER)


def ending(params: Any, *, drawn: bool) -> str:
    """What comes after the splits are made: classes that are rarer where samples are not `drawn`
    for their classes, and wrong labels."""
    imbalance = getattr(params, "imbalance", 1)
    text = _LEFT_OUT if imbalance > 1 and not drawn else ""
    noise = getattr(params, "label_noise", 0)
    if noise:
        text += _NOISE
    if not text:
        return ""
    classes = params.classes
    return text.format(imbalance=imbalance, classes=classes, last=classes - 1, label_noise=noise)
