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


@dataclass(frozen=True)
class Check:
    """One statement of a claim: how these arms score by `metric`, compared with their references.

    `clause` says the same; it continues "the claim is that".
    """

    metric: str
    arms: tuple[str, ...]
    expected: Expected
    clause: str


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
    """

    name: str
    title: str
    group: str
    claimed: str
    study: Mapping[str, Any]
    checks: tuple[Check, ...]
    reading: str
    paper: Paper | None = None

    def plan(self, seeds: int = SEEDS) -> Study:
        """The study that tests it; judged by what the first check is about.

        Its seeds are 0, 1, 2 …: whoever trains it takes as many that were not used yet.
        """
        return Study(**{"metric": self.checks[0].metric, **self.study, "seeds": seeds})

    def shipped_plan(self, seeds: int = SEEDS) -> Study:
        """The study whose numbers come with attnlab: from seed `FIRST_SEED` on, which no home gets
        to, so that whoever runs the claim sees other seeds."""
        return self.plan(seeds).at_seeds(FIRST_SEED)

    @property
    def metrics(self) -> tuple[str, ...]:
        """What its study is measured by, each metric once."""
        return tuple(dict.fromkeys(check.metric for check in self.checks))
