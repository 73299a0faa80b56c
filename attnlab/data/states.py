"""The state of the data that people bring, of every task of a study."""

from __future__ import annotations

from attnlab.data.fingerprint import Fingerprint
from attnlab.spec import Study, load


def advice(study: Study) -> list[str]:
    """What in the own data of a study may mislead, in sentences that say what to do. Reads them
    as `fingerprints` does, and raises what it raises."""
    said: list[str] = []
    for task in dict.fromkeys(study.task_of(arm) for arm in study.arms):
        if task.entry.advice:
            said += load(task.entry.advice)(task.params)
    return list(dict.fromkeys(said))


def fingerprints(study: Study) -> dict[str, Fingerprint]:
    """The state of the own data that a study's arms are trained on, by `TaskSpec.stream`.

    Empty where it has none. Reads every file, or what is known of it since it changed last. Raises
    SpecError for data that cannot be read.
    """
    found: dict[str, Fingerprint] = {}
    for task in dict.fromkeys(study.task_of(arm) for arm in study.arms):
        if task.entry.fingerprint:
            state: Fingerprint | None = load(task.entry.fingerprint)(task.params)
            if state is not None:
                files = found[task.stream].files if task.stream in found else {}
                found[task.stream] = Fingerprint({**files, **state.files})
    return found
