"""Whether the data that people bring are still those that a study was begun with."""

from __future__ import annotations

from collections.abc import Mapping

from attnlab.data.fingerprint import DataChangedError, Fingerprint, differences
from attnlab.data.states import fingerprints
from attnlab.spec import Study
from attnlab.store import Store, StudyRow


def check_data(store: Store, study_id: str, *, accept: bool = False) -> None:
    """Keep the state of a study's own data at its first sitting; hold it against that at others.

    With `accept` a change is kept, too, and from then on the study's results say that there was
    one. Reads every file that has changed since it was read last. Raises DataChangedError where the
    data differ from what they were, and SpecError where they cannot be read.
    """
    row = store.study(study_id)
    now = fingerprints(row.study)
    if not now:
        return
    latest = {each.stream: each.fingerprint for each in store.data_states(study_id)}
    changed = {stream: each for stream, each in now.items() if latest.get(stream) != each}
    known = {stream: latest[stream] for stream in changed if stream in latest}
    if known and not accept:
        raise DataChangedError(
            f"the data have changed since this study was begun: {_said(known, now)}. Its runs so "
            "far were trained on what was there before"
        )
    if changed:
        store.keep_data_states(study_id, changed)


def check_as_trained(store: Store, row: StudyRow) -> None:
    """Hold a study's own data against their state at its last sitting; nothing is kept.

    Raises DataChangedError where they differ, and SpecError where they cannot be read.
    """
    now = fingerprints(row.study)
    latest = {each.stream: each.fingerprint for each in store.data_states(row.id)}
    changed = {
        stream: was for stream, was in latest.items() if stream in now and now[stream] != was
    }
    if changed:
        raise DataChangedError(
            f"the data have changed since these networks were trained: {_said(changed, now)}"
        )


def check_capsule_data(study: Study, states: Mapping[str, Fingerprint]) -> None:
    """Hold the own data of a capsule's plan against the states that are noted in it.

    A single data set may lie elsewhere now. Raises DataChangedError where they differ, and
    SpecError where they cannot be read.
    """
    now = fingerprints(study)
    if len(now) == len(states) == 1:
        was = dict(zip(now, states.values(), strict=True))
    else:
        was = {stream: states[stream] for stream in now if stream in states}
    differ = {stream: each for stream, each in was.items() if differences(each, now[stream])}
    if differ:
        raise DataChangedError(
            f"these are not the data that the capsule's study was trained on: {_said(differ, now)}"
        )


def _said(before: dict[str, Fingerprint], now: dict[str, Fingerprint]) -> str:
    parts = (differences(state, now[stream]) for stream, state in before.items())
    return "; ".join(dict.fromkeys(parts))
