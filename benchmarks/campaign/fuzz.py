"""Files that are drawn, damaged or built byte by byte, for as long as was asked.

Data may take 10 s and 1.5 GB; study files, links and capsules 2 s and 200 MB, the hundred that one
process reads together. Seconds are those of the processor.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.campaign.line import Asked, Outcome, measured, tell
from benchmarks.damaged_data.__main__ import KINDS, MOST_SECONDS, draw
from benchmarks.damaged_data.inputs import Input
from benchmarks.damaged_data.plans import KINDS as PLAN_KINDS
from benchmarks.damaged_data.single import SINGLE
from benchmarks.damaged_data.trial import Counts, outcome, tried

AT_A_TIME, QUICK_AT_A_TIME = 100, 10
"""Inputs of a kind that one process takes; it is killed after so many seconds."""

MOST_SECONDS_AT_A_TIME = 600.0
ADDRESS_SPACE = 6 * 10**9
MOST_MEGABYTES = 1_500.0
TEXT_SECONDS, TEXT_MEGABYTES = 2.0, 200.0


def fuzzing(asked: Asked) -> Outcome:
    """Rounds of every kind with seeds of their own, until the time is over."""
    home, result = asked.folder / "fuzz", Outcome()
    home.mkdir()
    ends = time.monotonic() + 60 * asked.minutes
    kinds = {kind: OfKind() for kind in KINDS}
    rounds = told = 0
    while rounds == 0 or (time.monotonic() < ends and not asked.quick):
        for kind, so_far in kinds.items():
            seed = 1000 * asked.seed + rounds
            place = home / f"{rounds} {kind}"
            place.mkdir()
            took = measured(
                lambda kind=kind, place=place, seed=seed: _some(kind, place, asked.quick, seed),  # type: ignore[misc]
                MOST_SECONDS_AT_A_TIME,
                ADDRESS_SPACE,
            )
            if took.error:
                result.broken.append(f"{kind}, seed {seed}: {took.error}")
                continue
            counts: Counts = took.value
            result.tried += counts.tried
            so_far.add(counts, took.megabytes)
            result.broken += [f"{kind}, seed {seed}: {each}" for each in counts.broken]
            if not counts.broken:
                shutil.rmtree(place)
            most_seconds, most_megabytes = _limits(kind)
            if counts.slowest > most_seconds or took.megabytes > most_megabytes:
                result.broken.append(
                    f"{kind}, seed {seed}: {counts.slowest:.1f} s, {took.megabytes:.0f} MB"
                )
        rounds += 1
        for each in result.broken[told:]:
            tell(f"BROKEN {each}")
        told = len(result.broken)
        tell(f"fuzzing, {rounds} rounds: {result.tried} inputs, {len(result.broken)} broken")
    result.figures = "; ".join(
        f"{kind} {of.tried} ({of.used} usable, {of.slowest:.2f} s, {of.megabytes:.0f} MB)"
        for kind, of in kinds.items()
    )
    return result


@dataclass
class OfKind:
    """What came of the inputs of a kind: how many were tried, how many could be used, the seconds
    of the slowest and the most memory that a process took for its inputs."""

    tried: int = 0
    used: int = 0
    slowest: float = 0.0
    megabytes: float = 0.0

    def add(self, counts: Counts, megabytes: float) -> None:
        self.tried += counts.tried
        self.used += counts.used
        self.slowest = max(self.slowest, counts.slowest)
        self.megabytes = max(self.megabytes, megabytes)


def _limits(kind: str) -> tuple[float, float]:
    """Seconds that an input of a kind may take, and MB that a process may take for some."""
    if kind in PLAN_KINDS:
        return TEXT_SECONDS, TEXT_MEGABYTES
    return MOST_SECONDS, MOST_MEGABYTES


def _some(kind: str, place: Path, quick: bool, seed: int) -> Counts:
    counts = Counts()
    draw(kind, counts, place, QUICK_AT_A_TIME if quick else AT_A_TIME, seed)
    return counts


def single(*names: str) -> Callable[[Asked], Outcome]:
    """The line of inputs of which one each is enough, of these names."""

    def line(asked: Asked) -> Outcome:
        result, told = Outcome(), []
        for name in names:
            place = asked.folder / name
            place.mkdir()
            given = Input(name, SINGLE[name])
            took = measured(
                lambda given=given, place=place: _one(given, place),  # type: ignore[misc]
                MOST_SECONDS_AT_A_TIME,
                ADDRESS_SPACE,
            )
            result.tried += 1
            broken = [took.error] if took.error else took.value.broken
            result.broken += [f"{name}: {each}" for each in broken]
            if not took.error:
                told.append(f"{name} {took.value.slowest:.1f} s, {took.megabytes:.0f} MB")
                if took.value.slowest > MOST_SECONDS or took.megabytes > MOST_MEGABYTES:
                    result.broken.append(told[-1])
        result.figures = "; ".join(told)
        return result

    return line


def _one(given: Input, place: Path) -> Counts:
    counts = Counts()
    tried(given, place, counts, elsewhere=True)
    return counts


def root(asked: Asked) -> Outcome:
    """The whole file system as a folder of images."""
    took = measured(lambda: outcome(Path("/"), {}), 60, ADDRESS_SPACE)
    result = Outcome(1, [took.error] if took.error else [])
    if not took.error and (not took.value or took.seconds > MOST_SECONDS):
        result.broken.append(f"{took.seconds:.1f} s: {took.value!r}")
    result.figures = f"{took.seconds:.1f} s: {took.value}"
    return result


def _aliases() -> str:
    rows = ["set:", "  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(rows)


TEXTS: dict[str, Callable[[], str]] = {
    "aliases below set": _aliases,
    "40,000 keys": lambda: "set:\n" + "".join(f"  k{n}: {n}\n" for n in range(40_000)),
    "no whole number": lambda: 'seeds: !!int "abc"',
    "no date": lambda: "name: 2024-13-45",
    "5,000 digits": lambda: f"seeds: {'9' * 5_000}",
    "900,000 brackets": lambda: "[" * 900_000,
    "2 MiB of text": lambda: f"name: {'x' * 2**21}",
}
"""Study files that are refused, by what is in them."""


def study_files(asked: Asked) -> Outcome:
    """The largest and strangest study files, each refused within 2 s and 200 MB."""
    result, slowest, peak = Outcome(), 0.0, 0.0
    for name, text in TEXTS.items():
        path = asked.folder / f"{name}.yaml"
        path.write_text(text())
        took = measured(lambda path=path: _refused(path), 60, 2 * 10**9)  # type: ignore[misc]
        result.tried += 1
        slowest, peak = max(slowest, took.seconds), max(peak, took.megabytes)
        if took.error or took.seconds > TEXT_SECONDS or took.megabytes > TEXT_MEGABYTES:
            result.broken.append(
                f"{name}: {took.error} {took.seconds:.1f} s, {took.megabytes:.0f} MB"
            )
    result.figures = f"the slowest {slowest:.2f} s, at most {peak:.0f} MB more"
    return result


def _refused(path: Path) -> str:
    if not (told := outcome(path, {"as": "study"})):
        raise AssertionError("it was taken for a study")
    if len(told) > 2_000 or "\n" in told:
        raise AssertionError(f"a message of {len(told)} characters")
    return told
