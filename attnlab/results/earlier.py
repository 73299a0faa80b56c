"""What a sentence says of the studies that were there before another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attnlab.spec.own import Own
from attnlab.store import EarlierStudy
from attnlab.wording import counted, listed

MOST_NAMED = 3
"""More earlier studies than these are counted."""


def asked_before(earlier: Sequence[EarlierStudy]) -> str:
    """How many studies of the same question there were before."""
    count = counted(len(earlier), "earlier study", "earlier studies")
    named = f": {listed(map(_title, earlier))}" if len(earlier) <= MOST_NAMED else ""
    return f"{count} of the same question here{named}."


def seen_before(earlier: Sequence[EarlierStudy]) -> str:
    """Why a study with these seeds is exploratory: where they were seen."""
    if len(earlier) > MOST_NAMED:
        where = counted(len(earlier), "earlier study", "earlier studies")
    else:
        where = listed(_title(study) for study in earlier)
    return f"Exploratory: these seeds were seen in {where}, so nothing is claimed beyond them."


def source_changed(modules: Sequence[Own]) -> str:
    """What is to be known of a study whose modules, network or task were brought, and have been
    changed since."""
    names = listed(f"{each.name} ({each.source.file})" for each in modules)
    them = "it" if len(modules) == 1 else "them"
    return (
        f"The source of {names} has changed since this study was planned: its numbers are those "
        f"of the version from before, which is kept with it; new studies train {them} as saved now."
    )


def data_changed(times: Sequence[float]) -> str:
    """That the own data of a study were not the same all along, and since when (local dates)."""
    moments = (datetime.fromtimestamp(time, UTC).astimezone() for time in times)
    dates = dict.fromkeys(f"{moment:%Y-%m-%d}" for moment in moments)
    return (
        f"The data of this study changed while it was trained (noted on {listed(list(dates))}): "
        "not all of its runs saw the same."
    )


def _title(study: EarlierStudy) -> str:
    return f"“{study.name}” ({study.id})" if study.name else study.id
