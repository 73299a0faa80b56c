"""What scores that were brought are judged by: what a `Study` is to the result of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from attnlab.spec import Judging

Pair = tuple[str, str]
"""The labels of an arm and of what it is compared with."""


@dataclass(frozen=True)
class GivenScores:
    """Scores of runs that were trained elsewhere, as somebody wants them judged.

    - source: what people call the file or folder that they were read from
    - labels: of the arms, in their order; titles: what people read of each
    - references: what each arm is compared with, by label; references themselves are missing
    - seeds: all that any arm has, in their order
    - judging: the metric's name, the margin, how p is corrected
    - unpaired: by the two labels of each comparison that is not made seed by seed: why not
    - task: what the scores were measured on, "" where that is not said
    - alike: of several tasks, the labels of the arms that are one arm on each of them
    """

    source: str
    labels: tuple[str, ...]
    titles: Mapping[str, str]
    references: Mapping[str, str]
    seeds: tuple[int, ...]
    judging: Judging
    unpaired: Mapping[Pair, str] = field(default_factory=dict)
    task: str = ""
    alike: tuple[tuple[str, ...], ...] = ()
