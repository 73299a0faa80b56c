"""Colours and lettering that all charts share.

The colours hold a contrast of at least 3 on white and on the dark background #0e1117, small print
of at least 4.5. The first six, with the reference's grey and the truth's accent, stay apart for
people who see no red or no green (simulated after Machado et al. 2009; the tests measure it).
Several come from Okabe & Ito 2008 and from Paul Tol's schemes. Of more arms than colours, lines
differ in their dashes, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attnlab.results.model import StudyResult
from attnlab.spec import Study, alike_in, titles_of

REFERENCE = "#808080"
"""The reference arm, and every line that is not data, such as chance."""

NOTE, NOTE_ON_DARK = "#6C6C6C", "#A0A0A8"
"""Small print beside and above a chart, on a light background and on a dark one."""

TRUTH = "#D55E00"
"""What is planted; used for nothing else."""

ARMS = (
    "#3F5FD0",  # blue
    "#AA4499",  # purple
    "#2F96CE",  # sky
    "#8C5A2B",  # brown
    "#6A3DF0",  # violet
    "#D81B60",  # magenta
    "#00936B",  # green
    "#8A8A2E",  # olive
)

ATTENTION = ARMS[0]
"""What is pointed at where no arms are compared: attention weights, a chosen module."""

HELPS, HURTS = "#2E7FC2", "#C2334D"
"""An arm that is better or worse than the reference, and which of two is ahead at one seed."""
DIFFERS = "#B58D18"
"""An arm that is shown to differ where neither direction is better."""
LOWER = "#6F5AA8"
"""The lower end of a scale of differences where neither direction is better; `DIFFERS` is the upper
one."""

SAME = "#5780A1"
"""An arm that is shown to be practically the same as the reference: half way to its grey."""

AXIS_TEXT: Mapping[str, Any] = MappingProxyType({"labelFontSize": 12, "titleFontSize": 12})
LEGEND_TEXT: Mapping[str, Any] = MappingProxyType(
    {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 270}
)
TITLE_TEXT: Mapping[str, Any] = MappingProxyType(
    {"anchor": "start", "fontSize": 14, "subtitleFontSize": 12, "subtitlePadding": 4}
)
FIT_WIDTH: Mapping[str, str] = MappingProxyType({"type": "fit-x", "contains": "padding"})
"""A chart takes the width it is given; its height is that of the plot, legends come on top."""
NOTE_SIZE = 11
"""Font size of words inside a chart."""

_NARROW = 320
"""Pixels that a legend may take in the narrowest window."""


def arm_colours(study: Study | StudyResult) -> dict[str, str]:
    """The colour of every arm by its label: grey for what others are compared with, the rest in
    their order, controls among them."""
    if isinstance(study, StudyResult) and study.parts:
        others = [arm.label for arm in study.arms if arm.is_control or not arm.is_reference]
        return _alike(study.alike, others)
    if isinstance(study, Study) and study.has_several_tasks:
        return _alike(alike_in(study), [*study.references, *study.asked_controls])
    if isinstance(study, StudyResult):
        others = [arm.label for arm in study.arms if arm.is_control or not arm.is_reference]
    else:
        others = [*study.references, *study.asked_controls]
    return colours_of([arm.label for arm in study.arms], others)


def _alike(groups: Sequence[tuple[str, ...]], others: Collection[str]) -> dict[str, str]:
    """The colours of a study of several tasks: a module has the same on each of them."""
    by_first = {labels[0]: labels for labels in groups}
    compared = [first for first, labels in by_first.items() if {*others} & set(labels)]
    colours = colours_of(list(by_first), compared)
    return {label: colours[first] for first, labels in by_first.items() for label in labels}


def colours_of(labels: Sequence[str], compared: Sequence[str]) -> dict[str, str]:
    """The same for labels alone, of which those `compared` with others have colours."""
    others = [label for label in labels if label in compared]
    colours = {label: ARMS[place % len(ARMS)] for place, label in enumerate(others)}
    return {label: colours.get(label, REFERENCE) for label in labels}


def arm_names(study: Study | StudyResult) -> dict[str, str]:
    """What a chart calls every arm, by its label: its title, with the label where two are the
    same."""
    if isinstance(study, Study):
        titles = titles_of(study)
    else:
        titles = {arm.label: arm.title for arm in study.arms}
    times = Counter(titles.values())
    return {
        label: title if times[title] == 1 else f"{title} ({label})"
        for label, title in titles.items()
    }


def legend_columns(names: list[str]) -> int:
    """How many columns of these names fit side by side in a narrow window."""
    widest = 30 + 7 * max(map(len, names), default=1)
    return max(1, _NARROW // widest)
