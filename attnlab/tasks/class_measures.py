"""What the answers of a network are worth, class by class: measured once, at the end of a run.

Every number is defined as scikit-learn's function of that name defines it, and the tests hold it
against that function. They are computed from the counts of a confusion matrix and from sorted
probabilities, because scikit-learn's own calls would add a quarter to the time of a study of small
networks, most of it in checks of its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

BALANCED_ACCURACY, MACRO_F1 = "balanced_accuracy", "macro_f1"
ROC_AUC, LOG_LOSS = "roc_auc", "log_loss"


@dataclass(frozen=True)
class ClassMeasures:
    """The confusion `counts` (K, K), true classes down and answers across, and measures by name.

    A measure that is not defined is missing: the area under the curve where all samples are of one
    class, all of them where there is no sample.
    """

    counts: np.ndarray
    values: Mapping[str, float]


def class_measures(
    labels: np.ndarray, answers: np.ndarray, probabilities: np.ndarray
) -> ClassMeasures:
    """Measure the classes answered (N,) and their probabilities (N, K) against the labels (N,).

    - balanced_accuracy: the mean recall of the classes that occur
    - macro_f1: the mean F1 of the classes that occur or are answered
    - roc_auc: of two classes the area under the curve of the second, else the mean over the classes
      that occur of the area of each against all others
    - log_loss: the mean of −log of the true class's probability, clipped as scikit-learn clips it
    """
    classes = probabilities.shape[-1]
    pairs = labels.astype(np.int64) * classes + answers
    counts = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    if not len(labels):
        return ClassMeasures(counts, {})
    right, occurring, answered = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    occurs, either = occurring > 0, occurring + answered > 0
    values = {
        BALANCED_ACCURACY: float((right[occurs] / occurring[occurs]).mean()),
        MACRO_F1: float((2 * right[either] / (occurring + answered)[either]).mean()),
    }
    if np.isfinite(probabilities).all():
        if occurs.sum() > 1:
            values[ROC_AUC] = _roc_auc(labels, probabilities, occurring)
        values[LOG_LOSS] = _log_loss(labels, probabilities)
    return ClassMeasures(counts, values)


def _log_loss(labels: np.ndarray, probabilities: np.ndarray) -> float:
    smallest = np.finfo(probabilities.dtype).eps
    of_true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(of_true, smallest, 1 - smallest)).mean())


def _roc_auc(labels: np.ndarray, probabilities: np.ndarray, occurring: np.ndarray) -> float:
    """The area under the curve: how often a sample of the class has a higher probability of it than
    one of another class, ties counted half. That is the Mann-Whitney statistic, from the places of
    the class's samples among all, sorted."""
    ordered = np.sort(np.ascontiguousarray(probabilities.T), axis=1)
    by_label = np.argsort(labels, kind="stable")
    of_own_class = np.split(probabilities[by_label, labels[by_label]], np.cumsum(occurring)[:-1])
    areas = []
    for number in [1] if len(occurring) == 2 else np.flatnonzero(occurring):
        own, among = np.sort(of_own_class[number]), ordered[number]  # sorted they are found faster
        below, not_above = among.searchsorted(own, "left"), among.searchsorted(own, "right")
        count = len(own)
        ranks = (int(below.sum()) + int(not_above.sum()) + count) / 2
        areas.append((ranks - count * (count + 1) / 2) / (count * (len(labels) - count)))
    return float(np.mean(areas))
