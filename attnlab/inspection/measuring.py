"""All measures of one trained network, one after the other: what a worker does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from attnlab.backbones import Network
from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.examples import Examples, examples_of
from attnlab.inspection.found import VERSION, RunInspection, Settings, Share
from attnlab.inspection.loading import trained_network
from attnlab.inspection.steps import steps_of
from attnlab.inspection.subject import Subject
from attnlab.spec import TaskSpec, load
from attnlab.store import Store
from attnlab.tasks import TaskData, make
from attnlab.tasks.data import arrays_in
from attnlab.training import keras_settings


def inspected(
    home: str, study_id: str, arm: str, seed: int, samples: int, epsilon: float
) -> Iterator[Share | RunInspection]:
    """Inspect a finished run: yields how far it is, and at last what was found.

    Raises InspectionError for a network without attention, and what `trained_network` does.
    """
    began, settings = time.monotonic(), Settings(samples, epsilon)
    store = Store(home)
    yield Share(0.0, "reading the network")
    task = store.study(study_id).study.task_of(arm)
    network = trained_network(store, study_id, arm, seed)
    if not network.traces:
        raise InspectionError(f"arm {arm} has no attention to inspect")
    yield Share(0.02, "reading the examples")
    data = make(task, seed)
    examples = examples_of(task, data, settings.samples, network)
    about: dict[str, str | int | float] = {
        "study": study_id,
        "arm": arm,
        "seed": seed,
        "task": task.name,
        "version": VERSION,
    }
    collected = Collected()
    with keras_settings.needed():
        yield Share(0.05, "answering")
        subject = subject_of(network, task, data, examples)
        steps = list(steps_of(subject, task, examples, settings, collected))
        for number, step in enumerate(steps):
            yield Share(0.1 + 0.9 * number / len(steps), step.doing)
            step.measure()
    _keep_answers(subject, task, collected)
    about |= {"examples": len(subject), "split": examples.split, **asdict(settings)}
    about["seconds"] = round(time.monotonic() - began, 3)
    yield RunInspection(about, collected.table, collected.curves, collected.arrays)


def subject_of(network: Network, task: TaskSpec, data: TaskData, examples: Examples) -> Subject:
    """The network with its examples. Raises InspectionError for answers that cannot be read."""
    objective = load(task.entry.objective)(data.classes, task.params)
    return Subject(network, objective, examples.inputs, examples.targets)


def measure_of(
    subject: Subject,
    task: TaskSpec,
    examples: Examples,
    settings: Settings,
    collected: Collected,
    measure: str,
) -> None:
    """Measure what gives this measure alone, whichever traces have it."""
    for step in steps_of(subject, task, examples, settings, collected):
        if measure in step.gives:
            step.measure()


def _keep_answers(subject: Subject, task: TaskSpec, collected: Collected) -> None:
    if task.has_classes:
        collected.arrays["labels"] = np.asarray(arrays_in(subject.targets)[0], np.int32)
        collected.arrays["answers"] = subject.chosen[:, 0]
