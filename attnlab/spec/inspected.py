"""What a study can be judged by that takes an inspection of every trained network.

It is measured of the runs of a study that is judged by it, and of no others: it takes a second or
two a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from attnlab.spec.metric import Metric

SCORED_BY = "attnlab.inspection.scoring:with_score"
"""The import path of what takes the last event of a run, its study and arm, and gives the event
with this number."""


@dataclass(frozen=True)
class InspectedMetric:
    """A metric, and what the measure is called in the table of an inspection."""

    metric: Metric
    measure: str


def _of(
    name: str, measure: str, title: str, help: str, better: Literal[-1, 0, 1] = 0
) -> InspectedMetric:
    return InspectedMetric(Metric(name, title, help, better, "inspected"), measure)


_TAU = "Kendall's τ of attention with {}, the mean over test examples: 0 is chance."
_LESION = "How much worse the trained network is with {}: the accuracy lost, or the loss added."

INSPECTED: Mapping[str, InspectedMetric] = MappingProxyType(
    {
        each.metric.name: each
        for each in (
            _of(
                "lesion_bypassed",
                "lesion bypassed",
                "Lesion: module bypassed",
                _LESION.format("its slot empty"),
            ),
            _of(
                "lesion_uniform",
                "lesion uniform",
                "Lesion: uniform weights",
                _LESION.format("all positions weighed alike"),
            ),
            _of(
                "lesion_permuted",
                "lesion permuted",
                "Lesion: others' weights",
                _LESION.format("the weights of other examples"),
            ),
            _of(
                "deletion_area",
                "deletion area",
                "Deletion area",
                "The mean score while the most attended positions go first.",
                -1,
            ),
            _of(
                "insertion_area",
                "insertion area",
                "Insertion area",
                "The mean score while the most attended positions come first.",
                1,
            ),
            _of(
                "tau_gradient",
                "tau gradient times input",
                "τ gradient × input",
                _TAU.format("gradient × input"),
                1,
            ),
            _of(
                "tau_integrated",
                "tau integrated gradients",
                "τ integrated gradients",
                _TAU.format("integrated gradients"),
                1,
            ),
            _of(
                "tau_leave_one_out",
                "tau leave-one-out",
                "τ leave-one-out",
                _TAU.format("leave-one-out importance"),
                1,
            ),
            _of(
                "tau_permutation",
                "tau permutation importance",
                "τ permutation importance",
                "Kendall's τ of mean attention with the permutation importance of a table's "
                "columns: 0 is chance.",
                1,
            ),
            _of("tau_grad_cam", "tau Grad-CAM", "τ Grad-CAM", _TAU.format("Grad-CAM"), 1),
            _of(
                "adversary_jsd",
                "adversary JSD",
                "Adversary",
                "How different attention gives the same predictions: 0 to 0.69.",
            ),
        )
    }
)
"""By the name of the metric. An arm without attention, or without this measure, has no score."""
