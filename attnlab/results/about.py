"""What a result is about: the task, or the one data set that all its seeds share."""

from __future__ import annotations

from collections.abc import Mapping

from attnlab.results.given import GivenScores
from attnlab.results.model import StudyResult
from attnlab.results.verdict import SHOWN, Verdict
from attnlab.spec import Metric, SplitSizes, Study


def about_text(study: Study) -> str:
    """ "about the task", or "about this data set of 1,797 samples"."""
    if study.task.entry.fixed_data is None:
        return "about the task"
    sizes = study.task.entry.split_sizes(study.task.params)
    return "about this data set" + (f" of {sizes.total:,} samples" if sizes else "")


def about_sentence(result: StudyResult) -> str:
    """The same as a sentence, where something was shown or not; else empty."""
    if not any(arm.verdict in (*SHOWN, Verdict.NOT_SHOWN) for arm in result.compared):
        return ""
    if result.metric.kind == "size" or isinstance(result.plan, GivenScores):
        return ""
    study = result.study
    if study.task.entry.fixed_data is None:
        return f"Verdicts are {about_text(study)}: every seed draws fresh data."
    sizes = study.task.entry.split_sizes(study.task.params)
    anew = ", which every seed splits anew" if sizes and sizes.drawn_anew else ""
    return f"Verdicts are {about_text(study)}{anew}."


def fixed_data(study: Study, metric: Metric) -> Mapping[str, SplitSizes]:
    """The splits of the fixed data set of each arm, by its label.

    Empty where each seed draws fresh data, and for what is measured on no samples held out.
    """
    if not metric.is_tested or study.task.entry.fixed_data is None:
        return {}
    sizes = {
        arm.label: study.task.entry.split_sizes(study.task_of(arm).params) for arm in study.arms
    }
    return {label: each for label, each in sizes.items() if each is not None}
