"""The options that give every arm its own best learning rate."""

from __future__ import annotations

import argparse
from typing import Any

from attnlab.spec import number_in
from attnlab.spec.tuning import FACTORS, USUAL_SEEDS

TUNING_OPTIONS = ("tune", "tune_rates", "tune_seeds")


def add_tuning(plan: Any) -> None:
    """Add the options to a group of arguments."""
    plan.add_argument(
        "--tune",
        action="store_const",
        const=True,
        help="give every arm its own best learning rate: each is first trained at a few rates, at "
        "seeds that are not judged, and takes the one that is best on validation",
    )
    factors = ", ".join(f"{factor:g}" for factor in FACTORS)
    plan.add_argument(
        "--tune-rates",
        metavar="X,X,...",
        help="--tune with these rates, such as 0.001,0.01,0.1; default: the learning rate times "
        f"{factors}",
    )
    plan.add_argument(
        "--tune-seeds",
        metavar="N",
        help=f"--tune with so many seeds for each rate; default: {USUAL_SEEDS}",
    )


def tuning_from(given: argparse.Namespace) -> dict[str, Any] | None:
    """The tuning as a plan has it; None where none of its options is given."""
    if all(getattr(given, name) is None for name in TUNING_OPTIONS):
        return None
    tuning: dict[str, Any] = {}
    if given.tune_rates is not None:
        rates = given.tune_rates.split(",")
        tuning["rates"] = [number_in(rate.strip()) for rate in rates if rate.strip()]
    if given.tune_seeds is not None:
        tuning["seeds"] = number_in(given.tune_seeds)
    return tuning
