"""Files that are drawn, damaged or built byte by byte, for as long as was asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.campaign.line import Asked, Outcome, measured, tell
from benchmarks.damaged_data.__main__ import KINDS, MOST_SECONDS, draw
from benchmarks.damaged_data.inputs import Input
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
    slowest = peak = 0.0
    used = rounds = 0
    while rounds == 0 or (time.monotonic() < ends and not asked.quick):
        for kind in KINDS:
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
            used += counts.used
            result.broken += [f"{kind}, seed {seed}: {each}" for each in counts.broken]
            slowest, peak = max(slowest, counts.slowest), max(peak, took.megabytes)
            if counts.slowest > MOST_SECONDS or took.megabytes > MOST_MEGABYTES:
                result.broken.append(
                    f"{kind}, seed {seed}: {counts.slowest:.1f} s, {took.megabytes:.0f} MB"
                )
        rounds += 1
        tell(f"fuzzing, {rounds} rounds: {result.tried} inputs, {len(result.broken)} broken")
    result.figures = f"{used} usable, the slowest {slowest:.1f} s, at most {peak:.0f} MB more"
    return result


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
