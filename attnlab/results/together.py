"""The results of several tasks as one: the arms of all, and what follows for the tasks together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.over_tasks import over_tasks, schedule_in
from attnlab.spec import Judging, Metric, Study, alike_in, titles_of
from attnlab.wording import capitalised


def together(study: Study, parts: Sequence[StudyResult], rule: Judging) -> StudyResult:
    """The result of a study of several tasks from those of its `parts`, in their order."""
    titles = titles_of(study)

    def titled(arm: ArmResult) -> ArmResult:
        return replace(arm, title=titles[arm.label])

    by_label = {arm.label: titled(arm) for part in parts for arm in part.arms}
    return StudyResult(
        study,
        _metric_of([part.metric for part in parts]),
        rule,
        arms=tuple(by_label[arm.label] for arm in study.arms),
        contrasts=tuple(titled(arm) for part in parts for arm in part.contrasts),
        conditions=tuple(dict.fromkeys(each for part in parts for each in part.conditions)),
        parts=tuple(parts),
        over_tasks=over_tasks(
            alike_in(study), parts, lambda count: schedule_in(study, count, parts[0].margin)
        ),
    )


def _metric_of(metrics: Sequence[Metric]) -> Metric:
    """The metric of all tasks; where some read it on validation and others on test samples, its
    title says neither."""
    first, titles = metrics[0], {each.title for each in metrics}
    if len(titles) == 1:
        return first
    bare = first.title.removeprefix("Validation ").removeprefix("Test ")
    help = "On samples held out: test samples where a task draws them, else validation samples."
    return replace(first, title=capitalised(bare), help=help)
