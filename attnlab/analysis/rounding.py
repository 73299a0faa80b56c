"""Numbers as people read them: rounded to what their interval supports.

A half-width is given two significant figures, and the mean as many decimals as that. Missing
values are an en dash.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

MISSING = "–"
MINUS = "−"
_PLAIN_DECIMALS = 3
_MOST_DECIMALS = 4
_LARGEST_WRITTEN_OUT = 1e9
_NO_WIDTH = 1e-9


def decimals(half: float) -> int:
    """How many decimals a number with this half-width supports: two significant figures of it."""
    if not math.isfinite(half) or half < _NO_WIDTH:
        return _PLAIN_DECIMALS
    return min(max(1 - math.floor(math.log10(half)), 0), _MOST_DECIMALS)


def mean_text(mean: float, half: float, n: int) -> str:
    """Return "0.351 ± 0.028"; "0.951 (n = 1)" without an interval; "1.000 ± 0" without width."""
    if not math.isfinite(mean):
        return MISSING
    if not math.isfinite(half):
        return f"{_fixed(mean, _PLAIN_DECIMALS)} (n = {n})"
    if half < _NO_WIDTH:
        return f"{_fixed(mean, _PLAIN_DECIMALS)} ± 0"
    places = decimals(half)
    return f"{_fixed(mean, places)} ± {_width(half, places)}"


def percent_text(mean: float, half: float, n: int) -> str:
    """The same for a share, in percent: "35.1 ± 2.8 %", "95.1 % (n = 1)", "100.0 % ± 0"."""
    if not math.isfinite(mean):
        return MISSING
    if not math.isfinite(half):
        return f"{_fixed(100 * mean, 1)} % (n = {n})"
    if half < _NO_WIDTH:
        return f"{_fixed(100 * mean, 1)} % ± 0"
    places = decimals(100 * half)
    return f"{_fixed(100 * mean, places)} ± {_width(100 * half, places)} %"


def difference_text(mean: float, low: float, high: float) -> str:
    """Return "+0.012 (−0.004 to +0.028)", or "+0.012" alone where there is no interval.

    Keeps enough decimals that rounding never moves an end of the interval onto 0.
    """
    if not math.isfinite(mean):
        return MISSING
    if not (math.isfinite(low) and math.isfinite(high)):
        return _signed(mean, _PLAIN_DECIMALS)
    places = decimals((high - low) / 2)
    while places < _MOST_DECIMALS and any(
        abs(end) >= _NO_WIDTH and round(end, places) == 0 for end in (low, high)
    ):
        places += 1
    return f"{_signed(mean, places)} ({_signed(low, places)} to {_signed(high, places)})"


def points_text(mean: float, low: float, high: float) -> str:
    """A difference of shares in percentage points: "+1.2 (−0.4 to +2.8)", "+33.7" without ends."""
    if not math.isfinite(mean):
        return MISSING
    if not (math.isfinite(low) and math.isfinite(high)) or high - low < _NO_WIDTH:
        return _signed(100 * mean, 1)
    return difference_text(100 * mean, 100 * low, 100 * high)


def share_text(share: float, n: int) -> str:
    """How many of `n` seeds: "8 of 10"; "0.3 of 10" where ties were shared."""
    if not math.isfinite(share) or not n:
        return MISSING
    count = share * n
    whole = round(count)
    return f"{whole if abs(count - whole) < 0.05 else f'{count:.1f}'} of {n}"


def samples_text(share: float, half: float) -> str:
    """In how many of the samples: "97.3 ± 1.2 %"; "97.3 %" without an interval."""
    if not math.isfinite(share):
        return MISSING
    if not math.isfinite(half) or half < _NO_WIDTH:
        return f"{_fixed(100 * share, 1)} %"
    return percent_text(share, half, 0)


def epochs_text(mean: float, first: float, last: float) -> str:
    """The mean of some epochs with their range: "7.3 (5–9)"; "8" where they are the same."""
    if not math.isfinite(mean):
        return MISSING
    return f"{first:.0f}" if first == last else f"{mean:.1f} ({first:.0f}–{last:.0f})"


def level_text(levels: Iterable[float]) -> str:
    """A chance level in percent: "33.3 %"; "1–50 %" from the lowest to the highest of several.

    Levels that are not known (NaN) do not count.
    """
    levels = [level for level in levels if math.isfinite(level)]
    if not levels:
        return MISSING
    ends = sorted({min(levels), max(levels)})
    return "–".join(figures_text(100 * level) for level in ends) + " %"


def figures_text(value: float, figures: int = 3) -> str:
    """A number with so many significant figures, and no power of ten where people write none:
    "0.0124", "430", "12,346"."""
    text = f"{value:.{figures}g}"
    return f"{value:,.0f}" if "e+" in text and abs(value) < _LARGEST_WRITTEN_OUT else text


def number_text(levels: Iterable[float]) -> str:
    """A level as a number: "0.333"; "0.01–0.5" from the lowest to the highest of several."""
    levels = list(levels)
    return "–".join(figures_text(level) for level in sorted({min(levels), max(levels)}))


def p_text(p: float, level: float = 0.05) -> str:
    """Return "p = 0.012" with two significant figures, "p < 0.0001" below that; "p = –" for none.

    Keeps enough of them that rounding never moves p onto the level that it is held against.
    """
    if not math.isfinite(p):
        return f"p = {MISSING}"
    if p < 10**-_MOST_DECIMALS:
        return f"p < {10**-_MOST_DECIMALS:.{_MOST_DECIMALS}f}"
    figures = 2
    while p != level and float(f"{p:.{figures}g}") == level:
        figures += 1
    return f"p = {p:.{figures}g}"


def _width(half: float, places: int) -> str:
    text = f"{half:.{places}f}"
    return text if float(text) else f"less than {10**-places:.{places}f}"


def _fixed(value: float, places: int) -> str:
    text = f"{abs(value):.{places}f}"
    return MINUS + text if value < 0 and float(text) else text


def _signed(value: float, places: int) -> str:
    text = f"{abs(value):.{places}f}"
    if not float(text):
        return text
    return ("+" if value > 0 else MINUS) + text
