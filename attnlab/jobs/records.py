"""The engine's events as the records and files that the store keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from attnlab.store import EpochRecord, SampleAnswer, TraceRecord
from attnlab.training.events import AttentionTrace, EpochEnd, RunEnd


def epoch_record(arm: str, event: EpochEnd) -> EpochRecord:
    """The row of an epoch of this arm."""
    return EpochRecord(
        arm=arm,
        seed=event.seed,
        epoch=event.epoch,
        loss=event.loss,
        accuracy=event.accuracy,
        val_loss=event.val_loss,
        val_accuracy=event.val_accuracy,
        seconds=event.seconds,
        traces=[
            TraceRecord(trace.axis, trace.kind, trace.weights, trace.measures, trace.samples)
            for trace in event.traces
        ],
        extra_metrics=event.extra_metrics,
        answers=answers_of(event.predictions),
    )


def answers_of(predictions: np.ndarray | None) -> tuple[SampleAnswer, ...]:
    """Probabilities (N, K), tokens (N, T) or numbers (N,) as answers to N samples."""
    if predictions is None:
        return ()
    if np.issubdtype(predictions.dtype, np.integer):
        return tuple(SampleAnswer(tokens=tuple(row.tolist())) for row in predictions)
    if predictions.ndim == 1:
        return tuple(SampleAnswer(value=value) for value in predictions.tolist())
    return tuple(
        SampleAnswer(label=int(row.argmax()), share=float(row.max())) for row in predictions
    )


def artifacts(event: RunEnd) -> dict[str, Callable[[Path], None]]:
    """The files of a run by name, each as a function that writes it to a path."""
    kind = "tokens" if np.issubdtype(event.predictions.dtype, np.integer) else "probabilities"
    if np.issubdtype(event.labels.dtype, np.floating):
        kind = "values"
    files: dict[str, Callable[[Path], None]] = {
        "weights.keras": partial(_write_bytes, content=event.model),
        "predictions.npz": partial(
            _write_arrays, arrays={kind: event.predictions, "labels": event.labels}
        ),
    }
    if event.traces:
        files["traces.npz"] = partial(_write_arrays, arrays=_by_axis(event.traces))
    return files


def _by_axis(traces: tuple[AttentionTrace, ...]) -> dict[str, np.ndarray]:
    # A slash would become a folder inside the .npz file.
    return {trace.axis.replace("/", "."): trace.weights for trace in traces}


def _write_bytes(path: Path, *, content: bytes) -> None:
    path.write_bytes(content)


def _write_arrays(path: Path, *, arrays: dict[str, np.ndarray]) -> None:
    # Compression takes eighty times as long, for a tenth less.
    np.savez(path, **arrays)  # type: ignore[arg-type]  # no array is called allow_pickle
