"""Planned contrasts as a result of their own, and any two arms beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from attnlab.results.comparing import compare_pairs
from attnlab.results.frames import scores_frame
from attnlab.results.judge import as_measured, rules_of
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.questions import asked, contrast_title, is_planned
from attnlab.results.verdict import Verdict
from attnlab.results.withheld import withheld
from attnlab.spec import Contrast

UNPLANNED = "Nobody planned to compare these two, so this is p without a verdict."
OTHER_WAY = "The plan compares these two the other way about, with a verdict."


def as_family(result: StudyResult) -> StudyResult:
    """The planned contrasts as a result of their own: each is an arm that is called by its two."""
    return _family(result, result.contrasts)


def families_by_question(result: StudyResult) -> dict[str, StudyResult]:
    """The same for each question alone; p and intervals stay those of all contrasts."""
    family, groups = as_family(result), asked(result.study)
    return {
        words: replace(family, arms=tuple(family.arm(each.text) for each in contrasts))
        for words, contrasts in groups.items()
    }


def looked_at(result: StudyResult, label: str, against: str) -> StudyResult:
    """Two arms beside each other, as the one arm of a result. Where nobody planned to compare them
    there is no verdict word, and the interval is that of one comparison.

    Raises KeyError for an unknown arm.
    """
    for arm in (*result.compared, *result.contrasts):
        if (arm.label, arm.against) == (label, against):
            return _family(result, [arm])
    metric, own = result.metric, result.arm(label)
    ended = [arm.label for arm in result.arms if arm.is_final]
    rules = replace(rules_of(result.study, metric, ended), margin=0.0)
    [compared] = compare_pairs(scores_frame(result), [(label, result.arm(against).label)], rules)
    compared = replace(as_measured(compared, metric, set()), parameters=own.parameters)
    why = OTHER_WAY if is_planned(result.study, label, against) else UNPLANNED
    return _family(result, [withheld(compared, Verdict.NOT_PLANNED, why)])


def _family(result: StudyResult, contrasts: Iterable[ArmResult]) -> StudyResult:
    arms = tuple(
        replace(
            arm,
            label=Contrast(arm=arm.label, against=arm.against).text,
            title=contrast_title(result.study, arm.label, arm.against),
        )
        for arm in contrasts
    )
    return replace(result, arms=arms, contrasts=(), conditions=())
