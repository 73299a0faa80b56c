"""The one measure of an inspection that a study is judged by, of a run that has just ended."""

from __future__ import annotations

import logging
import math
import tempfile
from dataclasses import replace
from pathlib import Path

from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.examples import examples_of
from attnlab.inspection.found import Settings
from attnlab.inspection.loading import loaded, network_with
from attnlab.inspection.measuring import measure_of, subject_of
from attnlab.spec import INSPECTED, Study
from attnlab.tasks import make
from attnlab.training import keras_settings
from attnlab.training.events import RunEnd

log = logging.getLogger(__name__)


def with_score(event: RunEnd, study: Study, arm: str) -> RunEnd:
    """The event with the number that the study is judged by in `at_end`, measured on test examples
    as `attnlab inspect` does; as it is where the run has no attention, or no such measure."""
    if not event.traces:
        return event
    metric, task = study.metric, study.task_of(arm)
    measure = INSPECTED[metric.name].measure
    with keras_settings.needed(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "weights.keras")
        path.write_bytes(event.model)
        network = network_with(
            loaded(path, task, study.arm(arm).module), task, study.arm(arm).module
        )
        settings, collected = Settings(), Collected()
        data = make(task, event.seed)
        examples = examples_of(task, data, settings.samples, network)
        try:
            subject = subject_of(network, task, data, examples)
            measure_of(subject, task, examples, settings, collected, measure)
        except InspectionError as error:
            log.warning("%s of arm %s, seed %d: %s", metric.name, arm, event.seed, error)
            return event
    rows = collected.table
    value = float(rows.loc[rows["measure"] == measure, "value"].mean())
    if not math.isfinite(value):
        return event
    return replace(event, at_end={**event.at_end, metric.name: value})
