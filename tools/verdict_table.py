"""The table of docs/verdicts.md: what verdicts promise, and what was measured of it.

`python -m tools.verdict_pictures` writes it, from what `python -m benchmarks.calibration --write`
measured last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.calibration import PARTS, kept
from benchmarks.promises import alarms, intervals, paths, powers, precision, same, tasks
from benchmarks.promises.measured import Line, error

BEGIN, END = "<!-- measured: python -m tools.verdict_pictures -->", "<!-- end -->"
HEAD = "| | promised | measured, % |\n| --- | --- | --- |\n"
_NUMBER = re.compile(r"([\d.]+)$")


def beside(line: Line) -> float:
    """The figure in percent that was measured beside the promise."""
    found = _NUMBER.search(line.beside)
    return float(found[1]) if found else 100 * line.share


def written(page: Path) -> str:
    """The text of the page with the table as it is now."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def table() -> str:
    """The table, with a line above that says how many promises were kept."""
    lines = [line for part in PARTS for line in kept(part) if line.is_promise]
    fine = sum(line.is_kept for line in lines)
    rows = "\n".join(f"| {' | '.join(row)} |" for row in _rows())
    return f"Last time {fine} of {len(lines)} promises were kept.\n\n{HEAD}{rows}"


def _rows() -> Iterator[tuple[str, str, str]]:
    yield from _alarms()
    yield from _intervals()
    for group, name in ((powers.HOLM, "Holm"), (powers.MAX_T, "max-t")):
        own = _of("powers", group)
        gap = max(abs(100 * line.share - beside(line)) for line in own)
        what = f"power predicted and simulated, {len(own)} cases, {name}"
        yield what, "5 points apart", f"{gap:.1f} points apart at most ({_error(own)})"
    own = _of("same", same.SIZE)
    yield "*practically the same* where the difference is the margin", own[0].promised, _range(own)
    own = [line for line in _of("same", same.POWER) if not line.always]
    what = "*practically the same* where nothing differs, with the seeds that the form recommends"
    yield what, own[0].promised, f"{_range(own)}; without the factor 1.29 {_beside(own)}"
    yield from _precision()
    yield from _tasks()
    yield from _paths()


def _alarms() -> Iterator[tuple[str, str, str]]:
    own = _of("alarms", alarms.ALARMS)
    what = "studies in which nothing differs, with any *helps* or *hurts*: "
    yield what + _whats(own), own[0].promised, f"{_each(own)}; uncorrected {_beside(own)}"
    own = _of("alarms", alarms.LOOKS)
    for ending, how in ((": planned", "as planned"), (": not planned", "without a plan")):
        these = [line for line in own if line.what.endswith(ending)]
        yield (
            f"the same where seeds are added only when nothing was shown, {how}",
            these[0].promised,
            f"{_range(these)}; tested at 5 % both times {_beside(these)}",
        )


def _intervals() -> Iterator[tuple[str, str, str]]:
    own = _of("intervals", intervals.AGREEMENT)
    what = "interval and verdict say the same: up to 8 arms, Holm and max-t, one look and two"
    yield what, "always", f"{min(100 * line.share for line in own):g}"
    own = _of("intervals", intervals.COVERAGE)
    for kind in dict.fromkeys(line.what.partition(",")[0] for line in own):
        these = [line for line in own if line.what.startswith(kind)]
        what = f"coverage of the 95 % interval at 6, 10, 20, 30 pairs: {kind} differences"
        yield what, these[0].promised, _each(these)
    own = _of("intervals", intervals.TOGETHER)
    for name in ("holm", "max-t"):
        these = [line for line in own if line.what.endswith(name)]
        what = f"all intervals of 3 or 8 arms cover, {name.replace('holm', 'Holm')}"
        yield what, these[0].promised, f"{_range(these)}; each at 95 % {_beside(these)}"


def _precision() -> Iterator[tuple[str, str, str]]:
    own = _of("precision", precision.STEIN)
    what = "two stages: the interval covers"
    yield what, own[0].promised, f"{_range(own)}; added until it is narrow {_beside(own)}"
    own = [line for line in _of("precision", precision.EXACT) if line.is_promise]
    what = "two stages: false alarms of the exact test, differences that are not lopsided"
    yield what, own[0].promised, _range(own)
    own = _of("precision", precision.NEW_DATA)
    what = "the same samples split again: the interval for new data covers at 10, 30 seeds"
    yield what, own[0].promised, f"{_each(own)}; the usual interval {_beside(own)}"


def _tasks() -> Iterator[tuple[str, str, str]]:
    own = _of("tasks", tasks.HOLDS)
    what = "several tasks: any module is said to help in more of them than it does"
    yield what, own[0].promised, f"{_range(own)}; *helps* counted task by task {_beside(own)}"
    own = _of("tasks", tasks.MEAN)
    what = "several tasks: the intervals of the means over them cover"
    yield what, own[0].promised, _range(own)


def _paths() -> Iterator[tuple[str, str, str]]:
    own = _of("paths", paths.PATHS)
    fine, broken = ([line for line in own if line.is_kept is is_kept] for is_kept in (True, False))
    which = f"any of the {len(own)}" if fine == own else f"{len(fine)} of the {len(own)}"
    what = f"a false verdict at the end of a path, {which} in the picture"
    yield what, own[0].promised, f"{_range(fine)}; by p alone {_beside(fine)}"
    for line in broken:
        yield f"the path “{line.what}”", line.promised, f"**{_each([line])}**"
    own = _of("paths", paths.REPORTED)
    what = "any false verdict in several studies, fresh seeds for each: " + _whats(own)
    yield what, own[0].promised, _each(own)
    (told,) = (line for line in _of("paths", paths.TOLD) if line.is_promise)
    yield "of these, studies of a question say how many there were", "always", _each([told])


def _of(part: str, group: str) -> list[Line]:
    return [line for line in kept(part) if line.group == group]


def _whats(lines: Sequence[Line]) -> str:
    return "; ".join(line.what for line in lines)


def _each(lines: Sequence[Line]) -> str:
    return f"{', '.join(f'{100 * line.share:.1f}' for line in lines)} ({_error(lines)})"


def _range(lines: Sequence[Line]) -> str:
    shares = [100 * line.share for line in lines]
    return f"{min(shares):.1f} to {max(shares):.1f} ({_error(lines)})"


def _beside(lines: Sequence[Line]) -> str:
    figures = [beside(line) for line in lines]
    return f"{min(figures):.0f} to {max(figures):.0f}"


def _error(lines: Sequence[Line]) -> str:
    return f"± {100 * max(error(line.share, line.count) for line in lines):.1f}"
