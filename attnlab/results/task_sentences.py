"""What a study of several tasks shows, in sentences and as a table."""

from __future__ import annotations

import math

import pandas as pd

from attnlab.analysis.rounding import difference_text, mean_text, percent_text, points_text
from attnlab.analysis.several_tasks import Holds
from attnlab.results.model import StudyResult
from attnlab.results.over_tasks import OverTasks
from attnlab.results.verdict import Verdict
from attnlab.spec import Metric
from attnlab.wording import counted, listed

MIDDLE = (
    "The interquartile mean is that of the middle half of all runs of a module, so that neither "
    "one lucky run nor one task that failed moves it far."
)
PROFILE = (
    "Performance profile: the share of a module's runs that score above each value, every task "
    "counting the same. A line further up and to the right is better."
)


def holds_text(holds: Holds, metric: Metric) -> str:
    """In how many tasks at least it holds: "helps in at least 2 of 3 tasks"."""
    sides = {Verdict.HIGHER: holds.higher, Verdict.LOWER: holds.lower}
    if metric.helping:
        helps, hurts = sides.values() if metric.helping > 0 else [*sides.values()][::-1]
        sides = {Verdict.HELPS: helps, Verdict.HURTS: hurts}
    every = counted(holds.tasks, "task")
    found = [
        f"{verdict.verb.one} in {'all' if count == holds.tasks else f'at least {count} of'} {every}"
        for verdict, count in sides.items()
        if count
    ]
    return " and ".join(found) or f"is not shown to differ in any of {every}"


def holds_sentences(result: StudyResult) -> list[str]:
    """A sentence for each module that is compared: in how many tasks it holds, and its mean."""
    return [
        holds_sentence(each, result.metric) for each in result.over_tasks if not each.is_reference
    ]


def holds_sentence(each: OverTasks, metric: Metric) -> str:
    """ "**SE** helps in at least 2 of 3 tasks; mean over these 3 tasks +2.1 (+1.0 to +3.2) points:
    helps."."""
    tasks, mean = len(each.tasks), each.mean
    if each.holds is None:
        says = f"has no word for its {tasks} tasks together: {mean.verdict.clause or mean.verdict}"
    else:
        says = holds_text(each.holds, metric)
    if not mean.pairs:
        return f"**{each.title}** {says}."
    return (
        f"**{each.title}** {says}; mean over these {tasks} tasks {mean_words(each, metric)}: "
        f"{mean.verdict_text}."
    )


def mean_words(each: OverTasks, metric: Metric) -> str:
    """The mean with its interval: "+2.1 (+1.0 to +3.2) points"."""
    difference = each.mean.difference
    ends = (difference.mean, difference.low, difference.high)
    if metric.share:
        return f"{points_text(*ends)} points"
    return f"{difference_text(*ends)} {metric.unit}".rstrip()


def middle_words(each: OverTasks, metric: Metric) -> str:
    """The interquartile mean with its interval: "80.4 % (77.3 to 83.1)"."""
    middle = each.middle
    text = percent_text if metric.share else mean_text
    bare = [text(value, math.nan, 1) for value in (middle.mean, middle.low, middle.high)]
    mean, low, high = (each.replace(" (n = 1)", "") for each in bare)
    unit = "" if metric.share or not metric.unit else f" {metric.unit}"
    return f"{mean}{unit} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def over_tasks_frame(result: StudyResult) -> pd.DataFrame:
    """A row per module that several tasks have.

    Columns:
    - title, labels (of its arms, "; " between them), tasks (their titles), is_reference
    - higher, lower: in how many tasks at least it is higher or lower than its reference (see
      `analysis.several_tasks.holds_in`); missing for a reference and where a task has no verdict
    - pairs, difference, low, high, p, p_holm: the mean over the tasks of its mean differences, with
      the interval that agrees with p_holm, at `interval_level`; verdict, basis
    - middle, middle_low, middle_high: the interquartile mean of its scores, with its 95 % interval
    """
    return pd.DataFrame([_row(each) for each in result.over_tasks], columns=list(_COLUMNS)).astype(
        {"higher": "Int64", "lower": "Int64"}
    )


_COLUMNS = (
    *("title", "labels", "tasks", "is_reference", "higher", "lower", "pairs", "difference"),
    *("low", "high", "p", "p_holm", "interval_level", "verdict", "basis"),
    *("middle", "middle_low", "middle_high"),
)


def _row(each: OverTasks) -> tuple[object, ...]:
    mean, difference, middle = each.mean, each.mean.difference, each.middle
    if each.is_reference:
        found: tuple[object, ...] = (0, *[math.nan] * 6)
    else:
        bounded = difference.is_bounded
        found = (
            difference.n,
            difference.mean,
            difference.low if bounded else math.nan,
            difference.high if bounded else math.nan,
            difference.p,
            mean.p_corrected,
            difference.level,
        )
    return (
        each.title,
        "; ".join(each.labels),
        "; ".join(each.tasks),
        each.is_reference,
        each.holds.higher if each.holds else None,
        each.holds.lower if each.holds else None,
        *found,
        mean.verdict.value,
        mean.basis,
        middle.mean,
        middle.low,
        middle.high,
    )


def tasks_listed(result: StudyResult) -> str:
    """The titles of all tasks, in a sentence."""
    return listed(part.task_title for part in result.parts)
