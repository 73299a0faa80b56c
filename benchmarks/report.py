"""What every benchmark prints: a table of figures with the ratios worked out."""

from __future__ import annotations

import argparse
import math
import statistics
from collections.abc import Mapping, Sequence

median = statistics.median


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` % of them do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def latencies(taken: Mapping[str, Sequence[float]], baseline: str) -> dict[str, list[str]]:
    """The cells of each name: how many, and p50 and p95 in ms, each with its ratio to the
    baseline's."""
    figures = {name: [percentile(own, at) for at in (50, 95)] for name, own in taken.items()}
    return {
        name: [
            str(len(taken[name])),
            *(
                text
                for value, floor in zip(found, figures[baseline], strict=True)
                for text in (f"{value:.0f}", f"{value / floor:.1f}")
            ),
        ]
        for name, found in figures.items()
    }


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` under `head`: text columns to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = (
            text.rjust(width) if _is_number(body) else text.ljust(width)
            for text, width, body in zip(row, widths, rows[0], strict=True)
        )
        print("  ".join(cells).rstrip())


def _is_number(text: str) -> bool:
    return text == "-" or text[:1].isdigit()


def arguments(description: str | None, rounds: int, quick: int) -> argparse.ArgumentParser:
    """A command line with `--rounds` and `--quick` (as few rounds as `quick`)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=_at_least_one, help=f"how often to measure ({rounds})")
    parser.add_argument("--quick", action="store_true", help=f"a rough look: {quick} round(s)")
    parser.set_defaults(usual_rounds=rounds, quick_rounds=quick)
    return parser


def rounds_of(options: argparse.Namespace) -> int:
    """How many rounds were asked for."""
    return options.rounds or (options.quick_rounds if options.quick else options.usual_rounds)


def _at_least_one(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"at least 1, got {value}")
    return value
