"""The verdicts that an arm can get, and the words and signs of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Verdict(StrEnum):
    """What the seeds of an arm show against what it is compared with, as people read it."""

    REFERENCE = "reference"
    CONTROL = "control"
    """For a control that planned contrasts hold modules against: see `StudyResult.contrasts`."""
    HELPS = "helps"
    HURTS = "hurts"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "practically the same"
    """For a difference that is shown to be smaller than the margin."""
    NOT_SHOWN = "no difference shown"
    NOT_ENOUGH = "not enough seeds"
    NO_PAIRS = "no pairs yet"
    TRAINING = "still training"
    """For results that are read before the runs have ended."""
    FIRST_STAGE = "first of two stages"
    """For a study that asks for a precision, before it is known how many seeds that takes."""
    EXPLORATORY = "exploratory"
    """For seeds that a study had before: whatever was chosen by them looks good at them."""
    STOPPED = "stopped early"
    """For a study that was stopped before its planned seeds."""
    NOT_PLANNED = "not planned"
    """For a metric that the study was not planned to be judged by."""
    DEPENDS = "depends on failed runs"
    """For a verdict that is another one with the failed runs at chance."""

    @property
    def is_difference(self) -> bool:
        """Whether it says that the arm differs, in whichever direction."""
        return self in DIFFERENCES

    @property
    def verb(self) -> Verb:
        """How a sentence says it of one arm and of several; for what was shown alone."""
        return _VERBS[self]

    @property
    def beside(self) -> str:
        """How a sentence says it of an arm beside another one: "does better than"; for what was
        shown alone."""
        return _BESIDE[self]

    @property
    def clause(self) -> str:
        """How a sentence says it of arms that were not shown to differ: "no difference was
        shown"; empty for other verdicts."""
        return _CLAUSES.get(self, "")

    @property
    def sign(self) -> str:
        """The sign in front of it on a page, of the same shape as in the charts; may be empty."""
        return _SIGNS.get(self, "")

    @property
    def mark(self) -> str:
        """The mark behind a score in a table for a paper; empty where no difference was shown."""
        return _MARKS.get(self, "")


WITHHELD = (
    Verdict.FIRST_STAGE,
    Verdict.EXPLORATORY,
    Verdict.STOPPED,
    Verdict.NOT_PLANNED,
    Verdict.DEPENDS,
)
"""Numbers and intervals are shown, a verdict is not given."""

DIFFERENCES = (Verdict.HELPS, Verdict.HURTS, Verdict.HIGHER, Verdict.LOWER)
"""The verdicts that an arm differs."""

SHOWN = (*DIFFERENCES, Verdict.SAME)
"""The verdicts that say what was shown."""


class Verb(NamedTuple):
    """ "helps" and "help"."""

    one: str
    several: str


_VERBS: Mapping[Verdict, Verb] = MappingProxyType(
    {
        Verdict.HELPS: Verb("helps", "help"),
        Verdict.HURTS: Verb("hurts", "hurt"),
        Verdict.HIGHER: Verb("is higher", "are higher"),
        Verdict.LOWER: Verb("is lower", "are lower"),
        Verdict.SAME: Verb("is practically the same", "are practically the same"),
    }
)

_BESIDE: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HELPS: "does better than",
        Verdict.HURTS: "does worse than",
        Verdict.HIGHER: "is higher than",
        Verdict.LOWER: "is lower than",
        Verdict.SAME: "is practically the same as",
    }
)

_CLAUSES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.NOT_SHOWN: "no difference was shown",
        Verdict.NOT_ENOUGH: "there are not enough seeds for a verdict",
        Verdict.NO_PAIRS: "no seed has a score both there and in the reference",
        Verdict.FIRST_STAGE: "the first of two stages gives no verdict",
        Verdict.EXPLORATORY: "the seeds were seen before, and nothing is claimed beyond them",
        Verdict.STOPPED: "the study was stopped before its planned seeds",
        Verdict.NOT_PLANNED: "this is not what the study was planned to be judged by",
        Verdict.DEPENDS: "the verdict depends on how failed runs are counted",
    }
)

_SIGNS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HELPS: "▲",
        Verdict.HURTS: "▼",
        Verdict.HIGHER: "▶",
        Verdict.LOWER: "◀",
        Verdict.SAME: "≈",
        Verdict.NOT_SHOWN: "●",
        Verdict.NOT_ENOUGH: "○",
        Verdict.TRAINING: "○",
        Verdict.FIRST_STAGE: "○",
        Verdict.EXPLORATORY: "○",
        Verdict.STOPPED: "○",
        Verdict.NOT_PLANNED: "○",
        Verdict.DEPENDS: "○",
    }
)

_MARKS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HELPS: "†",
        Verdict.HURTS: "‡",
        Verdict.HIGHER: "↑",
        Verdict.LOWER: "↓",
        Verdict.SAME: "≈",
        Verdict.NOT_ENOUGH: "°",
        Verdict.FIRST_STAGE: "§",
        Verdict.EXPLORATORY: "§",
        Verdict.STOPPED: "§",
        Verdict.NOT_PLANNED: "§",
        Verdict.DEPENDS: "§",
    }
)
