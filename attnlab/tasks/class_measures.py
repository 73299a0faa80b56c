"""What the answers of a network are worth, class by class: measured once, at the end of a run.

The measures are scikit-learn's; only a process that trains imports this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn import config_context
from sklearn.metrics import (
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)


@dataclass(frozen=True)
class ClassMeasures:
    """The confusion `counts` (K, K), true classes down and answers across, and measures by name.

    A measure that is not defined is missing: the area under the curve where all samples are of one
    class, all of them where there is no sample.
    """

    counts: np.ndarray
    values: Mapping[str, float]


# Without the checks of what is given, which took half of the time: a run ends with this twice.
@config_context(assume_finite=True, skip_parameter_validation=True)
def class_measures(
    labels: np.ndarray, answers: np.ndarray, probabilities: np.ndarray
) -> ClassMeasures:
    """Measure the classes answered (N,) and their probabilities (N, K) against the labels (N,).

    - balanced_accuracy: the mean recall of the classes that occur
    - macro_f1: the mean F1 of the classes that occur or are answered
    - roc_auc: of two classes the area under the curve of the second, else the mean over the classes
      that occur of the area of each against all others
    - log_loss: the mean of −log of the true class's probability
    """
    classes = range(probabilities.shape[-1])
    if not len(labels):
        return ClassMeasures(np.zeros((len(classes), len(classes)), int), {})
    occurring = np.unique(labels)
    either = np.union1d(occurring, answers)
    _, recalls, f1s, occurs = precision_recall_fscore_support(
        labels, answers, labels=either, zero_division=0
    )
    values = {"balanced_accuracy": recalls[occurs > 0].mean(), "macro_f1": f1s.mean()}
    if np.isfinite(probabilities).all():
        if len(occurring) > 1:
            chosen = occurring if len(classes) > 2 else occurring[1:]
            of_class = labels[:, None] == chosen
            values["roc_auc"] = roc_auc_score(of_class, probabilities[:, chosen], average="macro")
        values["log_loss"] = log_loss(labels, probabilities, labels=classes)
    counts = confusion_matrix(labels, answers, labels=classes)
    return ClassMeasures(counts, {name: float(value) for name, value in values.items()})
