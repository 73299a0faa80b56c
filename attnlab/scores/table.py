"""Scores as they are judged: a number for each run, by arm, seed and task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from attnlab.scores.errors import ScoresError
from attnlab.spec import Metric
from attnlab.wording import counted, listed

MOST_RUNS = 5_000
MOST_ARMS = 50


class ScoreOptions(NamedTuple):
    """What a person says of a table: empty where it is to be found out.

    - metric: which of several measures, by its column or its name
    - arm, seed, task: which columns say these
    - better: 1 where more is better, -1 where less is, 0 to go by the name of the metric
    - tag: which series of an event file; value: "final" or "best" of each
    - without_missing: whether runs without a finite score are left out, and said to be
    """

    metric: str = ""
    arm: str = ""
    seed: str = ""
    task: str = ""
    better: int = 0
    tag: str = ""
    value: str = "final"
    without_missing: bool = False


@dataclass(frozen=True)
class GivenRun:
    """The score of a run: a share between 0 and 1 where the metric is one; where it stands, "row
    5"."""

    arm: str
    seed: int
    value: float
    where: str
    task: str = ""


@dataclass(frozen=True)
class ScoreTable:
    """Runs in the order of the file.

    - source: what people call it; read_as: how it was read, for people
    - metrics: the measures that it has, by what `ScoreOptions.metric` calls them
    - has_seeds: whether the file says the seeds, or which rows belong together; else they are
      numbers of no meaning
    - margin_factor: what a number in the unit of the file is times, to be one of these scores
    - notes: sentences that results are to be read with
    """

    source: str
    metric: Metric
    runs: tuple[GivenRun, ...]
    read_as: tuple[tuple[str, str], ...] = ()
    metrics: tuple[str, ...] = ()
    has_seeds: bool = True
    margin_factor: float = 1.0
    notes: tuple[str, ...] = ()

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms in the order in which they come."""
        return tuple(dict.fromkeys(run.arm for run in self.runs))

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks likewise; one that is "" where the file says none."""
        return tuple(dict.fromkeys(run.task for run in self.runs))


def checked(table: ScoreTable) -> ScoreTable:
    """The table, if every run is there once. Raises ScoresError that names both places."""
    if not table.runs:
        raise ScoresError(f"expected scores, got none: {table.source}")
    if len(table.runs) > MOST_RUNS:
        raise ScoresError(
            f"expected {MOST_RUNS:,} runs at most, got {len(table.runs):,}: {table.source}"
        )
    if len(table.arms) > MOST_ARMS:
        some = listed([*table.arms[:3], "so on"])
        raise ScoresError(
            f"expected {MOST_ARMS} arms at most, got {len(table.arms)} ({some}): is the right "
            "column taken for the arm?"
        )
    seen: dict[tuple[str, str, int], GivenRun] = {}
    for run in table.runs:
        key = (run.task, run.arm, run.seed)
        if key in seen:
            on = f" on {run.task}" if run.task else ""
            raise ScoresError(
                f"arm {run.arm}{on} has seed {run.seed} twice: in {seen[key].where} and in "
                f"{run.where}; expected one score a seed"
            )
        seen[key] = run
    return table


def left_out(places: list[str]) -> tuple[str, ...]:
    """The sentence on runs that were left out for want of a score."""
    if not places:
        return ()
    some = listed([*places[:5], *([f"{len(places) - 5} more"] if len(places) > 5 else [])])
    are = "is" if len(places) == 1 else "are"
    return (
        f"{counted(len(places), 'run')} without a score {are} left out ({some}): where arms fail "
        "unlike often, the means of those that did not fail flatter.",
    )
