"""What a claim is: who says what, the study that tests it, and what that must show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from attnlab.spec import Paper, Study
from attnlab.store import SHIPPED_SEEDS

SEEDS = 10
"""The number of seeds that test a claim by default."""

FIRST_SEED = SHIPPED_SEEDS.start
"""The first seed of the numbers that come with attnlab; a home counts its seeds from 0."""

AGAIN_AFTER = len(SHIPPED_SEEDS) // 2
"""How far behind the first seeds of a claim those of its replication begin."""

Expected = Literal["higher", "lower", "same", "not higher"]
"""What a claim may expect of an arm's score against that of what it is compared with."""


def planned(
    task: Mapping[str, Any], arms: Mapping[str, str], epochs: int, **settings: Any
) -> dict[str, Any]:
    """A plan but for its seeds. `arms` are modules in their short form by what people call them
    here; the first is the reference."""
    return {
        "task": task,
        "arms": [{"label": label, "module": module} for label, module in arms.items()],
        "reference": next(iter(arms)),
        "epochs": epochs,
        **settings,
    }


def enlarged(chosen: str, offset: int, seeds: int) -> str:
    """`chosen`, and that two sets of so many seeds, the first from `FIRST_SEED + offset` on, said
    how many seeds the claim takes."""
    first = FIRST_SEED + offset
    again = first + AGAIN_AFTER
    return (
        f"{chosen} The number of seeds was chosen by how much scores vary over seeds {first} to "
        f"{first + seeds - 1} and {again} to {again + seeds - 1}, which are not used again."
    )


@dataclass(frozen=True)
class Check:
    """One statement of a claim: how these arms score by `metric`, compared with their references.

    `clause` says the same; it continues "the claim is that". `margin`, in the metric's own unit, is
    what counts as practically the same, or as no higher; "same" cannot be shown without one.
    With `gain_over`, the label of another arm, what is compared is how much more each arm gains
    over its reference than that arm does over its own, seed by seed.
    """

    metric: str
    arms: tuple[str, ...]
    expected: Expected
    clause: str
    margin: float = 0.0
    gain_over: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim as people make it, and the study that tests it at desk size.

    - name: lower-case words joined by dashes, for addresses and the command line
    - title: the claim in one short sentence
    - group: what it is about
    - claimed: who says so, and on what evidence
    - study: the plan, as a mapping for `attnlab.Study` but for its seeds
    - checks: all that must be shown for the claim to survive
    - reading: a sentence on how to read the outcome
    - paper: where it is published, if it is
    - seeds: how many test it
    - first_seed: the first of those that come with attnlab, which no other claim on the same data
      has; those of the replication are `AGAIN_AFTER` behind
    - chosen: what of its settings was chosen by looking at which seeds
    """

    name: str
    title: str
    group: str
    claimed: str
    study: Mapping[str, Any]
    checks: tuple[Check, ...]
    reading: str
    paper: Paper | None = None
    seeds: int = SEEDS
    first_seed: int = FIRST_SEED
    chosen: str = ""

    def plan(self, seeds: int | None = None) -> Study:
        """The study that tests it; judged by what the first check is about.

        Its seeds are 0, 1, 2 …: whoever trains it takes as many that were not used yet.
        """
        judged: dict[str, Any] = {"metric": self.checks[0].metric}
        if self.checks[0].margin:
            judged = {**judged, "margin": self.checks[0].margin}
        return Study(**{**judged, **self.study, "seeds": seeds or self.seeds})

    def shipped_plan(self, seeds: int | None = None) -> Study:
        """The study whose numbers come with attnlab: at seeds that no home gets to, so that whoever
        runs the claim sees other seeds."""
        return self.plan(seeds).at_seeds(self.first_seed)

    def replication_plan(self, seeds: int | None = None) -> Study:
        """The same study once more, at seeds of its own."""
        return self.plan(seeds).at_seeds(self.first_seed + AGAIN_AFTER)

    @property
    def metrics(self) -> tuple[str, ...]:
        """What its study is measured by, each metric once."""
        return tuple(dict.fromkeys(check.metric for check in self.checks))
