"""Results whose numbers are shown without a verdict, and why.

Seeds that were seen before, a study that was stopped before its planned seeds, a metric that was
not planned, and failed runs that decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from attnlab.results.earlier import asked_before, data_changed, seen_before, source_changed
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import WITHHELD, Verdict
from attnlab.spec import Study
from attnlab.spec.own import Own
from attnlab.store import EarlierStudy, Status
from attnlab.wording import capitalised, counted, in_sentence

_NOTHING_TO_WITHHOLD = (
    Verdict.REFERENCE,
    Verdict.CONTROL,
    Verdict.NO_PAIRS,
    Verdict.NOT_ENOUGH,
    Verdict.TRAINING,
    *WITHHELD,
)


class Before(NamedTuple):
    """The studies before one in its home: those that had some of its seeds, on the same data, and
    those of the same question, whatever their seeds. And when its own data changed meanwhile, and
    which of the modules that somebody brought are others now."""

    on_its_seeds: Sequence[EarlierStudy] = ()
    of_its_question: Sequence[EarlierStudy] = ()
    data_changed_at: Sequence[float] = ()
    modules_changed: Sequence[Own] = ()


def withheld(arm: ArmResult, verdict: Verdict, reason: str) -> ArmResult:
    """The same result with `verdict` in place of its own, and the reason before what it rests on.

    A result that had no verdict to give, for want of pairs, stays as it is, and so does one whose
    verdict is withheld for another reason.
    """
    if arm.verdict in _NOTHING_TO_WITHHOLD:
        return arm
    grounds = arm.grounds
    if grounds is not None:
        grounds = replace(grounds, sentences=f"{reason} {grounds.sentences}")
    return replace(arm, verdict=verdict, grounds=grounds)


def on_these_seeds(result: StudyResult) -> StudyResult:
    """The same result as it describes its seeds and claims nothing beyond them."""
    arms = (withheld(arm, Verdict.EXPLORATORY, "") for arm in result.arms)
    contrasts = (withheld(arm, Verdict.EXPLORATORY, "") for arm in result.contrasts)
    return replace(result, arms=tuple(arms), contrasts=tuple(contrasts))


def in_first_stage(arms: Sequence[ArmResult], study: Study) -> list[ArmResult]:
    """The results without a verdict, as of a study that asks for a precision and does not know yet
    how many seeds that takes."""
    reason = (
        f"First of two stages: after {counted(study.first_stage, 'seed')} it is known how many the "
        "precision takes, and all of them together give the verdict."
    )
    return [
        arm
        if arm.is_reference
        else replace(withheld(arm, Verdict.FIRST_STAGE, reason), is_final=False)
        for arm in arms
    ]


def with_conditions(
    result: StudyResult, status: Status, before: Before, is_planned: bool
) -> StudyResult:
    """The same result, its verdicts withheld where what they need does not hold.

    `status` is that of the study, and `is_planned` says whether it was to be judged by this metric.
    What is counted, such as parameters, needs none of it.
    """
    if result.metric.kind == "size":
        return result
    study, conditions = result.study, []
    if before.on_its_seeds:
        conditions.append(seen_before(before.on_its_seeds))
        result = _each(result, Verdict.EXPLORATORY, lambda _: conditions[0])
    if not is_planned:
        reason = not_planned(in_sentence(study.metric.title))
        result = _each(result, Verdict.NOT_PLANNED, lambda _: reason)
    if status in (Status.STOPPED, Status.INTERRUPTED):
        result = _each(
            result,
            Verdict.STOPPED,
            lambda arm: "" if arm.is_final else stopped_at(arm.pairs, study.planned, status),
        )
    if before.of_its_question:
        conditions.append(asked_before(before.of_its_question))
    if before.data_changed_at:
        conditions.append(data_changed(before.data_changed_at))
    if before.modules_changed:
        conditions.append(source_changed(before.modules_changed))
    return replace(result, conditions=tuple(conditions))


def _each(result: StudyResult, verdict: Verdict, reason: Callable[[ArmResult], str]) -> StudyResult:
    """The result with `verdict` wherever there is a reason to withhold another one."""

    def changed(arm: ArmResult) -> ArmResult:
        why = reason(arm)
        return withheld(arm, verdict, why) if why else arm

    return replace(
        result,
        arms=tuple(map(changed, result.arms)),
        contrasts=tuple(map(changed, result.contrasts)),
    )


def stopped_at(pairs: int, planned: int, status: Status) -> str:
    """Why a study that was stopped, or whose process ended, has no verdict."""
    return f"{capitalised(status)} at {pairs} of {planned} seeds: no verdict."


def not_planned(title: str) -> str:
    """Why a view by another metric has no verdict."""
    return f"The study was planned to be judged by {title}, so this is p without a verdict."
