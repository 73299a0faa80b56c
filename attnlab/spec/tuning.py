"""Every arm at its own best learning rate: what is tried, at which seeds, and what was chosen.

A rate that suits one arm may hold another one back, so that a difference may say more about the
rate than about the module. A plan with a tuning first trains every arm at each of a few rates, at
seeds that are not judged, and then trains the judged seeds of each arm at the rate that was best on
the validation samples. All arms have the same budget.

In a study of several tasks every arm is tuned on the task that it is trained on. The usual rates
lie around that task's own learning rate; rates that are named are tried on each task.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Self

from pydantic import field_serializer, field_validator

from attnlab.spec.components import Spec
from attnlab.spec.parameters import SpecError, brief, shown, some_of, unknown
from attnlab.spec.seeds import is_whole_number, read_seeds
from attnlab.spec.training import Training

if TYPE_CHECKING:
    from attnlab.spec.arms import Arm
    from attnlab.spec.study import Study

RATE = "learning_rate"
FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
"""The usual rates, as shares of the learning rate of the plan."""

USUAL_SEEDS = 2
MOST_SEEDS, MOST_RATES = 20, 20
LOW, HIGH = "low", "high"
"""The two ends of a grid of rates."""


class Tuning(Spec):
    """The learning rates that are tried, ascending, the seeds at which they are, and by the label
    of each arm the rate that was chosen; empty until then."""

    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    chosen: tuple[tuple[str, float], ...] = ()

    @field_validator("chosen", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> Any:
        if isinstance(given, Mapping):
            return tuple(sorted((str(label), rate) for label, rate in given.items()))
        return given or ()

    @field_serializer("chosen")
    def _by_label(self, chosen: tuple[tuple[str, float], ...]) -> dict[str, float]:
        return dict(chosen)

    @property
    def rate_of(self) -> dict[str, float]:
        """The rates that were chosen, by the label of the arm."""
        return dict(self.chosen)


class Tunable(Spec):
    """What a study has for the sake of its tuning."""

    if TYPE_CHECKING:  # the study declares them, where they stand in its plan
        arms: tuple[Arm, ...]
        seeds: tuple[int, ...]
        tuning: Tuning | None

        @property
        def parts(self) -> tuple[Study, ...]:
            """See `Study.parts`."""

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """Every seed that the study shows to somebody: those judged, and those of its tuning."""
        return (*self.seeds, *(self.tuning.seeds if self.tuning else ()))

    @property
    def tuning_runs(self) -> int:
        """How many runs choose learning rates before: arms times rates times their seeds."""
        if self.tuning is None:
            return 0
        rates = sum(len(rates_of(part)) * len(part.arms) for part in self.parts)
        return rates * len(self.tuning.seeds)

    @property
    def awaits_tuning(self) -> bool:
        """Whether learning rates are to be chosen, and are not yet."""
        return self.tuning is not None and not self.tuning.chosen

    def tuned(self, chosen: Mapping[str, float]) -> Self:
        """The same plan with the learning rate that was chosen for each arm, by its label."""
        plan = self.model_dump(mode="json")
        return type(self)(**plan | {"tuning": plan["tuning"] | {"chosen": dict(chosen)}})

    def _at_chosen_rate(self, training: Training, label: str) -> Training:
        """The training with the learning rate that was chosen for this arm, where one was."""
        rate = self.tuning.rate_of.get(label) if self.tuning else None
        return training if rate is None else training.model_copy(update={RATE: rate})

    @property
    def _tunes_right_behind(self) -> bool:
        """Whether the tuning's seeds are those that a count of them stands for."""
        tuning = self.tuning
        return tuning is None or tuning.seeds == _behind(self.seeds, len(tuning.seeds))

    @property
    def _tuning_afresh(self) -> dict[str, Any] | None:
        """The tuning as people would write it, with nothing chosen and its seeds a count."""
        tuning = self.tuning
        return {"rates": list(tuning.rates), "seeds": len(tuning.seeds)} if tuning else None

    @property
    def _tuning_without_seeds(self) -> Tuning | None:
        """The same for all plans that differ in their seeds alone."""
        tuning = self.tuning
        return tuning.model_copy(update={"seeds": (0,), "chosen": ()}) if tuning else None


def usual_rates(rate: float) -> tuple[float, ...]:
    """Five rates around this one that are nearly as far from each other, at two digits."""
    low, high = rate_bounds()
    around = (float(f"{factor * rate:.2g}") if factor != 1 else rate for factor in FACTORS)
    return tuple(sorted({each for each in around if low <= each <= high}))


def tuning_of(given: Any, seeds: Sequence[int], training: Training) -> Tuning | None:
    """What people write as the tuning of a plan: true for the usual grid, or a mapping.

    `seeds` are those that are judged: a count of seeds stands for the ones right behind them.
    Raises SpecError.
    """
    if given is None or given is False:
        return None
    if isinstance(given, Tuning):
        given = given.model_dump()
    given = {} if given is True else given
    if not isinstance(given, Mapping):
        raise SpecError(
            "tuning must be true, or a mapping such as rates: [0.001, 0.01], seeds: 2; "
            f"got {shown(given)}"
        )
    for name in given:
        if name not in Tuning.model_fields:
            raise SpecError(f"tuning: {unknown('setting', str(name), Tuning.model_fields)}")
    rates = given.get("rates")
    return Tuning.model_validate(
        {
            "rates": usual_rates(training.learning_rate) if rates is None else _rates(rates),
            "seeds": _seeds(given.get("seeds", USUAL_SEEDS), seeds),
            "chosen": given.get("chosen") or (),
        }
    )


def tuning_in(study: Study, training: Training, labels: Collection[str]) -> dict[str, Any] | None:
    """The tuning of the arms with these labels, which are those of one of several tasks, where they
    have this training."""
    tuning = study.tuning
    if tuning is None:
        return None
    own = study.training.learning_rate
    is_usual = tuning.rates == usual_rates(own)
    rates = usual_rates(training.learning_rate) if is_usual else tuning.rates
    chosen = {label: rate for label, rate in tuning.chosen if label in labels}
    return {"rates": rates, "seeds": tuning.seeds, "chosen": chosen}


def check_tuning(study: Study) -> None:
    """Raise SpecError for a tuning that does not go with the rest of its plan.

    What is tried on one of several tasks is checked with the part that is about it.
    """
    tuning = study.tuning
    if tuning is None:
        return
    for arm in study.arms:
        if RATE in dict(arm.changes) and not arm.task:
            raise SpecError(
                f"arm {brief(arm.label)}: it sets its own learning_rate, which the tuning is to "
                "choose: leave one of them out"
            )
    if both := sorted({*tuning.seeds} & {*study.seeds}):
        raise SpecError(
            f"learning rates are chosen at seeds that are not judged; got seed {both[0]} for both"
        )
    labels = [arm.label for arm in study.arms]
    chosen = tuning.rate_of
    if chosen and (sorted(chosen) != sorted(labels) or len(chosen) < len(tuning.chosen)):
        raise SpecError(
            f"tuning: chosen must have a rate for each of the arms {some_of(labels)}; "
            f"got {some_of(chosen)}"
        )
    for label, rate in () if study.has_several_tasks else tuning.chosen:
        if rate not in tuning.rates:
            raise SpecError(
                f"tuning: the rate chosen for {brief(label)} is none of those tried: {rate:g}"
            )


def rates_of(part: Study) -> tuple[float, ...]:
    """The rates that are tried in a study of one task; none without a tuning."""
    return part.tuning.rates if part.tuning else ()


def edge_of(study: Study, label: str) -> str:
    """`LOW` or `HIGH` where the rate chosen for an arm is at that end of the grid, else empty."""
    tuning = part_with(study, label).tuning
    rate = tuning.rate_of.get(label) if tuning else None
    if tuning is None or rate is None or len(tuning.rates) < 2:
        return ""
    return {tuning.rates[0]: LOW, tuning.rates[-1]: HIGH}.get(rate, "")


def part_with(study: Study, label: str) -> Study:
    """The part of a study that has the arm with this label."""
    return next(part for part in study.parts if any(arm.label == label for arm in part.arms))


def rate_bounds() -> tuple[float, float]:
    """The lowest and the highest learning rate that a training may have."""
    ends = Training.model_fields[RATE].metadata
    low, high = (
        next(getattr(each, end) for each in ends if hasattr(each, end)) for end in ("ge", "le")
    )
    return low, high


def _rates(given: Any) -> tuple[float, ...]:
    low, high = rate_bounds()
    if isinstance(given, (str, bytes, Mapping)) or not hasattr(given, "__iter__"):
        raise SpecError(f"tuning: rates must be a list such as [0.001, 0.01], got {shown(given)}")
    rates = list(given)
    for rate in rates:
        if isinstance(rate, bool) or not isinstance(rate, Real) or not low <= _float(rate) <= high:
            raise SpecError(
                f"tuning: rates must be numbers from {low:g} to {high:g}, got {shown(rate)}"
            )
    if len({*rates}) < len(rates):
        raise SpecError(f"tuning: each rate may be named once, got {shown(rates)}")
    if not 2 <= len(rates) <= MOST_RATES:
        raise SpecError(f"tuning: rates must be 2 to {MOST_RATES} numbers, got {len(rates)}")
    return tuple(sorted(float(rate) for rate in rates))


def _float(rate: Real) -> float:
    try:
        return float(rate)
    except OverflowError:  # a whole number of more than 300 digits
        return math.inf


def _seeds(given: Any, judged: Sequence[int]) -> tuple[int, ...]:
    try:
        seeds = read_seeds(given)
        if is_whole_number(given):
            seeds = read_seeds(_behind(judged, len(seeds)))
    except SpecError as error:
        raise SpecError(f"tuning: {error}") from None
    if len({*seeds}) < len(seeds) or len(seeds) > MOST_SEEDS:
        raise SpecError(
            f"tuning: seeds must be 1 to {MOST_SEEDS} different ones, got {shown(list(seeds))}"
        )
    return seeds


def _behind(judged: Sequence[int], count: int) -> tuple[int, ...]:
    first = max(judged) + 1
    return tuple(range(first, first + count))
