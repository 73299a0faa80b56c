"""Draw the pictures of docs/verdicts.md, one for each idea, and write its table of promises.

`python -m tools.verdict_pictures` writes `docs/verdicts-*.svg` and the table. The bars of false
alarms are what `python -m benchmarks.calibration --write` measured last; all else in the pictures
is made up, and computed by the functions that judge studies.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import altair as alt

from attnlab import export
from tools import pictured_studies, pictured_tests, pictured_tuning, verdict_table

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "verdicts.md"

WIDTH = 680
"""Pixels across, words beside the axes included."""

PICTURES: Mapping[str, Callable[[], alt.TopLevelMixin]] = MappingProxyType(
    {
        "pairs": pictured_tests.pairs,
        "flips": pictured_tests.flips,
        "interval": pictured_tests.interval,
        "arms": pictured_studies.arms,
        "paths": pictured_studies.paths,
        "same": pictured_tests.same,
        "stages": pictured_tests.stages,
        "about": pictured_studies.about,
        "contrasts": pictured_studies.contrasts,
        "tuning": pictured_tuning.tuning,
    }
)
"""What draws each picture, in the order of the page."""


def path(name: str, folder: Path = DOCS, format: str = "svg") -> Path:
    """Where a picture is."""
    return folder / f"verdicts-{name}.{format}"


def main(given: list[str] | None = None) -> None:
    """Draw all of them; in docs, the table is written, too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DOCS, help="where to (docs)")
    parser.add_argument("--format", choices=("svg", "png"), default="svg")
    options = parser.parse_args(given)
    for name, draw in PICTURES.items():
        file = path(name, options.folder, options.format)
        file.write_bytes(export.figure(draw(), options.format, WIDTH))
        print(file)
    if options.folder == DOCS:
        PAGE.write_text(verdict_table.written(PAGE), encoding="utf-8")
        print(PAGE)


if __name__ == "__main__":
    main()
