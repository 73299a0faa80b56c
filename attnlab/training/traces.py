"""What is measured and what is stored of the attention weights of the probe inputs."""

from __future__ import annotations

import numpy as np

from attnlab.backbones import TraceSpec
from attnlab.tasks import measures
from attnlab.tasks.data import MEASURED_SAMPLES, Masks
from attnlab.training.events import AttentionTrace

MOST_KEPT_BYTES = 2**20
FEWEST_KEPT = 16
"""A run keeps the scores of as many probe inputs as fit, and of these at least."""

SHOWN_SAMPLES = 6
MOST_SHOWN_BYTES = 2**14
"""An epoch keeps the scores of so many samples, or of fewer where they take more: a study of ten
seeds, four arms and fifteen epochs has 600 epochs to keep."""


def mean_trace(
    spec: TraceSpec, scores: np.ndarray, *, truth: Masks, valid: Masks, truth_axis: str
) -> AttentionTrace:
    """The mean over the probe inputs of one trace, and its measures; scores are (P, ...).

    `truth` and `valid` are those of `TaskData`, and `truth_axis` is the axis that the task's truth
    is about; a trace of other positions is measured without them.
    """
    measured = scores[:MEASURED_SAMPLES]
    planted = _mask_for(spec, truth) if spec.weighed == truth_axis else None
    filled = _mask_for(spec, valid) if spec.weighed == "step" else None
    values = measures.of_trace(
        measured,
        spec.kind,
        spec.leading,
        truth=None if planted is None else planted[: len(measured)],
        valid=None if filled is None else filled[: len(measured)],
    )
    mean = scores.mean(axis=0, dtype=np.float32)
    return AttentionTrace(spec.axis, spec.kind, mean, values, _samples_to_show(scores))


def _mask_for(spec: TraceSpec, masks: Masks) -> np.ndarray | None:
    """The mask of this trace's positions, if there is one; maps of places may be coarser."""
    mask = masks.get(spec.slot) if isinstance(masks, dict) else masks
    if mask is None or (spec.weighed != "place" and mask.shape[-1] != spec.shape[-1]):
        return None
    return mask


def _samples_to_show(scores: np.ndarray) -> np.ndarray | None:
    """The scores of the first samples as float16; None where even one is too large."""
    halves = scores[:SHOWN_SAMPLES].astype(np.float16)
    fit = MOST_SHOWN_BYTES // max(1, halves[:1].nbytes)
    return halves[:fit] if fit else None


def scores_to_keep(scores: np.ndarray) -> np.ndarray:
    """The scores of as many probe inputs as are stored for a run."""
    most = MOST_KEPT_BYTES // max(1, scores[:1].nbytes)
    return scores[: max(FEWEST_KEPT, most)]
