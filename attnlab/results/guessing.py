"""What guessing would score, where results and charts say so."""

from __future__ import annotations

import math

from attnlab.results.failed_runs import chance_by
from attnlab.results.given import GivenScores
from attnlab.results.model import StudyResult

_GUESSED = ("val_balanced_accuracy", "val_roc_auc", "val_rmse", "val_r2")
"""The metrics besides accuracy that are shown beside what guessing gives."""


def chance_by_arm(result: StudyResult) -> dict[str, float]:
    """What guessing would score in each arm's own task, by label; for accuracy or what a task
    without it has in its place, balanced accuracy, the area under the ROC curve and R².

    Arms are missing where it is not known of their data.
    """
    metric, study = result.metric, result.plan
    if isinstance(study, GivenScores):
        return {}
    if metric.name in ("accuracy", "val_accuracy"):
        levels = {arm.label: arm.chance for arm in result.arms}
    elif metric.name in _GUESSED:
        levels = {arm.label: chance_by(metric, study.task_of(arm.label)) for arm in result.arms}
    else:
        return {}
    return {label: level for label, level in levels.items() if math.isfinite(level)}
