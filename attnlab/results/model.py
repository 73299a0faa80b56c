"""The values of a study's result: a `StudyResult` with an `ArmResult` for each arm.

All of it is frozen. Numbers are in the unit of the metric: shares between 0 and 1, losses, seconds.
NaN is a number that there is not (yet); None is a part that the arm does not have, or that was not
requested.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from attnlab.analysis.attention import TruthFound
from attnlab.analysis.equivalence import Equivalence
from attnlab.analysis.intervals import Interval, mean_interval
from attnlab.analysis.statistics import Comparison
from attnlab.results.arm_facts import ArmParameters, AskedPrecision, KeptEpochs
from attnlab.results.given import GivenScores
from attnlab.results.verdict import Verdict
from attnlab.spec import Judging, Metric, Study, alike_in

if TYPE_CHECKING:
    from attnlab.results.over_tasks import OverTasks


@dataclass(frozen=True)
class ArmComparison:
    """An arm beside the one it is compared with, over the seeds that both have.

    - against: the label of the other arm
    - difference: arm − reference over the `difference.n` pairs that the verdict rests on, with the
      interval that agrees with the verdict: it leaves 0 out exactly when `p_corrected` is below
      0.05, of however many arms and looks
    - p_looks: p of those seeds, adjusted for earlier looks
    - p_corrected: that, after the correction over all comparisons of its family
    - with_added: arm − reference over all seeds, where some were added beyond those that the
      verdict rests on. The 5 % are spent: nothing follows from it
    - differing: in how many of those pairs the two differ at all
    - can_decide: whether a p of so many pairs that differ can be small enough for a verdict. What
      all pairs have in common says nothing, so that p is 1 where none differs
    - equivalence: whether the difference is shown to be smaller than the margin; None without
      one
    - for_new_data: on a fixed data set, which every seed splits anew, the same mean with its
      approximate interval for new data like these (see `analysis.new_data`), at the same level;
      else None
    - asked: what became of the precision that the plan asks for; None without one
    - fewest_pairs: how many pairs a verdict takes at least; infinite where no number is enough, NaN
      in a result that was read from a file
    """

    against: str
    difference: Comparison
    p_looks: float
    p_corrected: float
    with_added: Comparison | None = None
    fewest_pairs: float = math.nan
    differing: int = 0
    can_decide: bool = True
    equivalence: Equivalence | None = None
    for_new_data: Interval | None = None
    asked: AskedPrecision | None = None

    @property
    def is_within_margin(self) -> bool:
        """Whether the difference is shown to be smaller than the margin."""
        return self.equivalence is not None and self.equivalence.is_same

    @property
    def is_exploratory(self) -> bool:
        """Whether seeds came in beyond those that the verdict rests on."""
        return self.with_added is not None


@dataclass(frozen=True)
class Grounds:
    """What a verdict rests on.

    - sentences: the same for people
    - smallest_shown: the smallest true difference that these pairs would have shown 8 times in 10,
      at 0.05 over the number of arms; infinite where none, NaN where nothing is known
    - seeds_needed: with how many pairs a new study would show half of it, or, where nothing could
      be shown, would show anything
    """

    sentences: str
    smallest_shown: float = math.nan
    seeds_needed: float = math.nan


@dataclass(frozen=True)
class ArmResult:
    """The result of one arm.

    - label: what the plan calls it; title: what people read
    - scores: the score of each of its runs that has one, by seed
    - score: their mean with its 95 % t-interval, and how many there are
    - comparison: None for a reference, which is compared with nothing
    - verdict: what the comparison shows; `REFERENCE` for a reference
    - is_final: whether all seeds are there that the verdict is to rest on, but for those that
      failed in an arm that has ended. Until then it is provisional. Such an interim view is not
      counted as a look: a study trains on whatever it shows
    - grounds: what the verdict rests on; None where it was not requested
    - collapsed: the seeds of runs that learned next to nothing among others that did well (see
      `analysis.collapses`)
    - chance: what guessing scores by the main metric of the arm's own task; NaN where it is not
      known
    - learning_rate: what it trained at; NaN until that is chosen, of a study that chooses it
    - parameters: of its network
    - finished: how many of its runs have finished; seconds: how long one of them took, on average
    - kept: the epochs kept by the runs that finished
    - extra: what the task measures besides accuracy and loss, by name, over those runs
    - attention: whether attention found what the task planted; None where nothing was planted,
      nothing looked, or it was not requested
    """

    label: str
    score: Interval
    verdict: Verdict
    is_final: bool
    comparison: ArmComparison | None = None
    grounds: Grounds | None = None
    title: str = ""
    scores: Mapping[int, float] = field(default_factory=dict)
    collapsed: tuple[int, ...] = ()
    chance: float = math.nan
    learning_rate: float = math.nan
    parameters: ArmParameters = field(default_factory=ArmParameters)
    finished: int = 0
    seconds: float = math.nan
    kept: KeptEpochs = field(default_factory=KeptEpochs)
    extra: Mapping[str, Interval] = field(default_factory=dict)
    attention: TruthFound | None = None

    @property
    def is_reference(self) -> bool:
        """Whether it is compared with nothing: a reference, or a control of planned contrasts."""
        return self.comparison is None

    @property
    def is_control(self) -> bool:
        """Whether it is compared with nothing because planned contrasts hold others against it."""
        return self.verdict == Verdict.CONTROL

    @property
    def against(self) -> str:
        """The label of the arm it is compared with; empty for a reference."""
        return self.comparison.against if self.comparison else ""

    @property
    def verdict_text(self) -> str:
        """The verdict in words, with "by less than the margin" where that was shown, too."""
        if self.verdict.is_difference and self.comparison and self.comparison.is_within_margin:
            return f"{self.verdict}, by less than the margin"
        return self.verdict.value

    @property
    def pairs(self) -> int:
        """How many seeds have a score both here and in the arm it is compared with; of runs that
        are no pairs, how many the smaller group has."""
        return self.comparison.difference.n if self.comparison else 0

    @property
    def difference(self) -> Comparison:
        """Its difference to the arm it is compared with; that of no pairs for a reference."""
        return self.comparison.difference if self.comparison else NO_DIFFERENCE

    @property
    def p_corrected(self) -> float:
        """The p that the verdict rests on; NaN for a reference."""
        return self.comparison.p_corrected if self.comparison else math.nan

    @property
    def p_shown(self) -> float:
        """The same for people: NaN, too, where no p of these pairs could have decided."""
        can_decide = self.comparison is not None and self.comparison.can_decide
        return self.p_corrected if can_decide else math.nan

    @property
    def basis(self) -> str:
        """What the verdict rests on, in sentences; empty where it was not requested."""
        return self.grounds.sentences if self.grounds else ""

    @property
    def smallest_shown(self) -> float:
        """The smallest difference that could have been shown; NaN where that is not known."""
        return self.grounds.smallest_shown if self.grounds else math.nan


NO_DIFFERENCE = Comparison(
    n=0,
    mean=math.nan,
    low=math.nan,
    high=math.nan,
    p=math.nan,
    exact=True,
    d=math.nan,
    improvement=math.nan,
    sd=math.nan,
)
"""What `statistics.compare` gives for no pairs."""


NO_SCORE = mean_interval([])
"""That of no run."""


@dataclass(frozen=True)
class StudyResult:
    """A study, judged by one metric: an `ArmResult` for each arm, in the order of the plan.

    `plan` is that of the study, or what scores from elsewhere are judged by. `rule` says how a
    score was read of a run: the plan's way, or, where this metric has no such value, that of the
    epoch kept. `contrasts` are the planned ones, in their order: each the result of its arm,
    compared with the other one, in a family of their own. `conditions` are sentences that its
    verdicts, or their absence, are to be read with: seeds that were seen before, earlier studies of
    the same question. Of several tasks, `parts` are the results of each by itself, which `arms` and
    `contrasts` have all together, and `over_tasks` what follows for all of them.
    """

    plan: Study | GivenScores
    metric: Metric
    rule: Judging
    arms: tuple[ArmResult, ...]
    contrasts: tuple[ArmResult, ...] = ()
    conditions: tuple[str, ...] = ()
    parts: tuple[StudyResult, ...] = ()
    over_tasks: tuple[OverTasks, ...] = ()

    @property
    def study(self) -> Study:
        """The plan of the study. Raises TypeError for scores from elsewhere, which have none."""
        if isinstance(self.plan, GivenScores):
            raise TypeError(f"scores from {self.plan.source} have no plan of a study")
        return self.plan

    @property
    def task_title(self) -> str:
        """What people call the task, the first of several; "" where scores do not say."""
        return self.plan.task if isinstance(self.plan, GivenScores) else self.plan.task.title

    @property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """Of several tasks, the labels of the arms that are one arm on each of them."""
        plan = self.plan
        return plan.alike if isinstance(plan, GivenScores) else tuple(alike_in(plan))

    @cached_property
    def by_label(self) -> Mapping[str, ArmResult]:
        """The arms by their labels."""
        return {arm.label: arm for arm in self.arms}

    def arm(self, label: str) -> ArmResult:
        """The arm with this label. Raises KeyError for an unknown one."""
        return self.by_label[label]

    @property
    def compared(self) -> tuple[ArmResult, ...]:
        """The arms that are compared with another one."""
        return tuple(arm for arm in self.arms if not arm.is_reference)

    @property
    def references(self) -> tuple[ArmResult, ...]:
        """The arms that others are compared with, or that there is nothing to compare with."""
        return tuple(arm for arm in self.arms if arm.is_reference and not arm.is_control)

    @property
    def margin(self) -> float:
        """Below which a difference is practically none, by this metric; 0 for no such margin."""
        every = (arm.comparison for arm in (*self.arms, *self.contrasts))
        margins = (each.equivalence.margin for each in every if each and each.equivalence)
        return next(margins, 0.0)

    @property
    def has_scores(self) -> bool:
        """Whether any run has a score by this metric."""
        return any(arm.scores for arm in self.arms)
