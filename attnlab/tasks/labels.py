"""What the options of every task do to its training data: class imbalance, then label noise.

Validation and test keep balanced classes and true labels: accuracy there must not reward guessing
the common class, nor learning the wrong labels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attnlab.tasks.data import Split, TaskData, one_array
from attnlab.tasks.streams import generator


def class_shares(classes: int, imbalance: int) -> np.ndarray:
    """How common each class is (K,), from 1 for the first down to 1 / `imbalance` for the last.

    Source: the long-tailed data sets of Cui et al. 2019 (arXiv 1901.05555).
    """
    return float(imbalance) ** (-np.arange(classes) / (classes - 1))


def draw_imbalanced(y: np.ndarray, classes: int, imbalance: int, seed: int, task: str) -> None:
    """Draw the true labels of the training samples `y` (N,) anew, in place; 1 changes nothing.

    For tasks that make inputs for given labels. Every seed gets the same numbers of each class, in
    its own order. They follow the shares except for rounding and for one sample that every class
    keeps, so there must not be fewer samples than classes.
    """
    if imbalance == 1:
        return
    shares = class_shares(classes, imbalance)
    counts = (shares * (len(y) - classes) / shares.sum()).astype(int).clip(min=1)
    for _ in range(len(y) - counts.sum()):
        counts[np.argmax(shares / (2 * counts + 1))] += 1  # the one furthest below its share
    y[:] = generator(seed, task, "imbalance").permutation(np.repeat(np.arange(classes), counts))


def leave_out_rare(data: TaskData, imbalance: int) -> TaskData:
    """Leave out training samples until the classes have their shares; 1 changes nothing.

    For fixed data sets. As many samples stay as these shares allow, at least one of each class and
    always the first ones, which is a random choice where the data are in random order.
    """
    if imbalance == 1:
        return data
    y = one_array(data.train.y)
    shares = class_shares(data.classes, imbalance)
    commonest = (np.bincount(y, minlength=data.classes) / shares).min()
    counts = np.rint(commonest * shares).astype(int).clip(min=1)
    of_class = [np.flatnonzero(y == label)[:count] for label, count in enumerate(counts)]
    kept = np.sort(np.concatenate(of_class))
    x = data.train.x
    left = tuple(each[kept] for each in x) if isinstance(x, tuple) else x[kept]
    return replace(data, train=Split(left, y[kept]))


def add_label_noise(data: TaskData, share: float, seed: int, task: str) -> TaskData:
    """Replace this share of the training labels by other classes; 0 changes nothing.

    Each label is replaced independently, by any other class alike; the inputs stay those of the
    true class. At the same seed a higher share replaces the same labels by the same classes, and
    others too.
    """
    if share == 0:
        return data
    y = one_array(data.train.y)
    random = generator(seed, task, "label noise")
    replaced = random.random(len(y)) < share
    other = (y + random.integers(1, data.classes, len(y))) % data.classes
    noisy = np.where(replaced, other, y).astype(np.int32)
    return replace(data, train=Split(data.train.x, noisy))
