"""False alarms along every path on which somebody looks, chooses and looks again: see `walks`."""

from __future__ import annotations

from collections.abc import Iterator

from attnlab.analysis.statistics import LEVEL
from benchmarks.promises import walks
from benchmarks.promises.measured import Line, Simulation, percent

WALKS, REPORTED_WALKS = 825, 400
PATHS = "A verdict of a difference where nothing differs, at the end of a path through a home"
REPORTED = "The same on fresh seeds each time: every study keeps its 5 %, several together do not"
TOLD = "What stands beside these verdicts"


def report(simulation: Simulation) -> Iterator[Line]:
    """Every path: what goes by p alone, and what attnlab says."""
    for what, walk, case in (
        ("one study on fresh seeds", walks.once, ()),
        ("the same plan under another name, once more", walks.another_name, ()),
        ("an arm against three references in turn", walks.references, (False,)),
        ("four metrics in turn", walks.metrics, ()),
        ("four lengths of training in turn", walks.shorter, (False,)),
        ("adding 5 seeds, twice, until shown", walks.seeds_added, (False,)),
        ("the same, planned", walks.seeds_added, (True,)),
    ):
        for (by_p, said), count in simulation.shares(walk, [case], WALKS):
            yield _line(what, by_p, said, count)
    cases = {"stopping": False, "killing the process": True}
    ended = simulation.shares(walks.ended_when_liked, [(each,) for each in cases.values()], WALKS)
    for how, ((by_p, said, told), count) in zip(cases, ended, strict=True):
        yield _line(f"{how} when p is below 0.05", by_p, said, count)
        if how == "stopping":
            yield Line(
                TOLD, "a provisional word before the last seed, while it trains", told, count
            )
    for shares, count in simulation.shares(walks.best_of_arms, [()], WALKS):
        by_p, said, fresh_by_p, fresh_said = shares
        yield _line("the best of five arms planned anew, at the same seeds", by_p, said, count)
        what = "the best of five arms planned anew, at the seeds offered"
        yield _line(what, fresh_by_p, fresh_said, count)
    for (by_p, said, depends), count in simulation.shares(walks.failed_runs, [()], WALKS):
        yield _line("runs that would have scored badly fail", by_p, said, count)
        yield Line(TOLD, "runs that would have scored badly fail: depends on", depends, count)
    for (by_p, said, told), count in simulation.shares(walks.best_of_three, [()], WALKS):
        yield _line("the best of three studies of a question", by_p, said, count, REPORTED, 1.0)
        what = "the best of three studies of a question: each says how many were before"
        yield Line(TOLD, what, told, count, low=1.0, always=True)
    for what, walk in (
        ("an arm against three references in turn", walks.references),
        ("four lengths of training in turn", walks.shorter),
    ):
        for (by_p, said), count in simulation.shares(walk, [(True,)], REPORTED_WALKS):
            yield _line(what, by_p, said, count, REPORTED, 1.0)


def _line(
    what: str, by_p: float, said: float, count: int, group: str = PATHS, high: float = LEVEL
) -> Line:
    return Line(group, what, said, count, high=high, beside=f"by p alone {percent(by_p)}")
