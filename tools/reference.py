"""The API reference, written from the docstrings: `make reference` puts it into docs/_build.

It holds what somebody needs who uses attnlab from Python: the call and its result, the plan, the
judgement, the charts, the files, and the layers. What only attnlab itself calls is left out.
"""

from __future__ import annotations

import argparse
import importlib
import warnings
from pathlib import Path

import pdoc
import pdoc.render

FOLDER = Path(__file__).parents[1] / "docs" / "_build"
MODULES = (
    "attnlab.api",
    "attnlab.spec",
    "attnlab.results.model",
    "attnlab.results.verdict",
    "attnlab.results.frames",
    "attnlab.charts.forest",
    "attnlab.charts.seeds",
    "attnlab.charts.dose",
    "attnlab.charts.interaction",
    "attnlab.charts.parallel",
    "attnlab.charts.pareto",
    "attnlab.export",
    "attnlab.capsules",
    "attnlab.catalog",
    "attnlab.modules.feature",
    "attnlab.modules.channel",
    "attnlab.modules.channel_variants",
    "attnlab.modules.selective_kernel",
    "attnlab.modules.spatial",
    "attnlab.modules.non_local",
    "attnlab.modules.mixed",
    "attnlab.modules.gather_excite",
    "attnlab.modules.context",
    "attnlab.modules.joint",
    "attnlab.modules.strips",
    "attnlab.modules.sequence",
    "attnlab.modules.self_attention",
    "attnlab.modules.temporal",
    "attnlab.modules.step_dense",
    "attnlab.modules.hard",
    "attnlab.modules.alignment",
    "attnlab.modules.control",
)
"""What the reference tells of, in the order of its contents."""


def main() -> None:
    """Write the reference and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: docs/_build")
    folder = parser.parse_args().folder
    write(folder)
    print(folder / "index.html")


def write(folder: Path) -> None:
    """Write a page for each module into the folder. What pdoc warns of, such as an annotation that
    it cannot read, is raised as that warning."""
    pdoc.render.configure(docformat="google")
    with warnings.catch_warnings():
        for kind in (UserWarning, RuntimeWarning):
            warnings.simplefilter("error", kind)
        for name in MODULES:  # pdoc's own import lets no module ask the machine what it is
            importlib.import_module(name)
        pdoc.pdoc(*MODULES, output_directory=folder)


if __name__ == "__main__":
    main()
