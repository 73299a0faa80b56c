"""From scores of runs that were trained elsewhere to a result, on the road of a study's scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.deciding import Schedule, schedule_of
from attnlab.results.given import GivenScores, Pair
from attnlab.results.grounds import unit_of
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.over_tasks import over_tasks
from attnlab.results.unpaired import PAIRS_TELL_MORE
from attnlab.scores import GivenRun, ScoresError, ScoreTable
from attnlab.spec import Judging
from attnlab.spec.judging import MAX_T
from attnlab.wording import counted, in_sentence, listed, seeds_text

AS_GIVEN = (
    "These are verdicts on the scores as they were given. They hold if the metric, the seeds and "
    "the end of training were fixed beforehand."
)
"""What every verdict on given scores is to be read with."""

LARGEST_MARGIN = 1e6
_WIDE_MARGIN = 0.1
"""A margin of so many shares is ten points: likelier half a point, written as one of percent."""

_LONGEST_NAME = 60

Correction = Literal["holm", "max-t"]


def judge_scores(
    table: ScoreTable,
    reference: str,
    *,
    margin: float = 0.0,
    paired: bool = True,
    correction: Correction = "holm",
) -> StudyResult:
    """Judge scores by the rules of a study: see docs/judge.md.

    `margin` is in the unit of the scores. Arms are compared seed by seed where more than half of
    the seeds of either are those of both, and otherwise, or without `paired`, run against run.

    Raises ScoresError for a reference that is not there, for a single arm, for arms with one run
    each, and for max-t where arms are not paired.
    """
    _check(table, reference)
    seeds = tuple(sorted({run.seed for run in table.runs}))
    judging = Judging(
        metric=table.metric.name[:_LONGEST_NAME], margin=margin, correction=correction
    )
    several = len(table.tasks) > 1
    parts = [_part(table, task, reference, seeds, judging, paired, several) for task in table.tasks]
    conditions = _conditions(table, parts)
    if not several:
        return replace(parts[0], conditions=conditions)
    return _together(table, parts, judging, conditions)


def _check(table: ScoreTable, reference: str) -> None:
    arms = table.arms
    if len(arms) < 2:
        raise ScoresError(f"expected two arms at least, got {listed(arms)}: {table.source}")
    if reference not in arms:
        some = listed([*arms[:8], *([f"{len(arms) - 8} more"] if len(arms) > 8 else [])])
        raise ScoresError(f"there is no arm {reference!r} in {table.source}: its arms are {some}")
    for task in table.tasks:
        own = [run for run in table.runs if run.task == task]
        labels = dict.fromkeys(run.arm for run in own)
        on = f" on {task}" if task else ""
        if reference not in labels:
            raise ScoresError(
                f"arm {reference} has no score{on} ({own[0].where} and others of {table.source}): "
                "what others are compared with is needed on every task"
            )
        if len(own) == len(labels) > 1:
            first, second = own[:2]
            raise ScoresError(
                f"every arm has one run{on} ({first.arm} in {first.where}, {second.arm} in "
                f"{second.where}): one run cannot be told from a lucky one; bring six seeds of "
                "each arm at least, the same in all arms"
            )


def _part(
    table: ScoreTable,
    task: str,
    reference: str,
    seeds: tuple[int, ...],
    judging: Judging,
    paired: bool,
    several: bool,
) -> StudyResult:
    """The result on one task."""

    def label(arm: str) -> str:
        return f"{arm} on {task}" if several else arm

    runs = [run for run in table.runs if run.task == task]
    own = [arm for arm in table.arms if any(run.arm == arm for run in runs)]
    titles = {label(arm): arm for arm in own}
    references = {label(arm): label(reference) for arm in own if arm != reference}
    of = {label(arm): [run for run in runs if run.arm == arm] for arm in own}
    own_seeds = {run.seed for run in runs}
    unpaired = {
        pair: why
        for pair in references.items()
        if (why := _why_unpaired(titles, of, pair, table.has_seeds, paired))
    }
    if unpaired and judging.correction == MAX_T:
        raise ScoresError(
            "max-t flips the seeds of all arms together, and takes pairs: "
            f"{_titled(titles, next(iter(unpaired)))} have none"
        )
    plan = GivenScores(
        table.source,
        tuple(titles),
        titles,
        references,
        tuple(seed for seed in seeds if seed in own_seeds),
        judging,
        unpaired,
        task,
    )
    rules = Rules(
        seeds=plan.seeds,
        planned=len(plan.seeds),
        better=table.metric.helping,
        unit=unit_of(table.metric),
        ended=plan.labels,
        correction=judging.correction,
        margin=judging.margin,
        unpaired=unpaired,
        own_seeds=True,
    )
    scores = pd.DataFrame(
        {
            "arm": [label(run.arm) for run in runs],
            "seed": [run.seed for run in runs],
            "value": [run.value for run in runs],
        }
    )
    arms = tuple(
        replace(arm, title=titles[arm.label], finished=arm.score.n)
        for arm in compare_arms(scores, plan.labels, label(reference), rules)
    )
    return StudyResult(plan, table.metric, judging, arms)


def _why_unpaired(
    titles: dict[str, str],
    of: dict[str, list[GivenRun]],
    pair: Pair,
    has_seeds: bool,
    paired: bool,
) -> str:
    """Why two arms are not compared seed by seed; "" where they are."""
    if not paired:
        return "asked for"
    if not has_seeds:
        return "nothing says which runs belong together"
    own, other = ({run.seed for run in of[label]} for label in pair)
    shared, either = len(own & other), len(own | other)
    if 2 * shared > either:
        return ""
    names = [titles[label] for label in pair]
    if not shared:
        return f"{names[0]} has {seeds_text(sorted(own))}, {names[1]} {seeds_text(sorted(other))}"
    return f"{listed(names)} share {shared} of {counted(either, 'seed')}"


def _titled(titles: dict[str, str], pair: Pair) -> str:
    return listed(titles[label] for label in pair)


def _conditions(table: ScoreTable, parts: Sequence[StudyResult]) -> tuple[str, ...]:
    sentences = [*table.notes]
    plans = [part.plan for part in parts if isinstance(part.plan, GivenScores)]
    pairs = [(plan, pair) for plan in plans for pair in plan.unpaired]
    if pairs:
        compared = sum(len(plan.references) for plan in plans)
        which = "Arms are"
        if len(pairs) < compared:
            some = list(dict.fromkeys(plan.titles[pair[0]] for plan, pair in pairs))
            which = f"{len(pairs)} of {counted(compared, 'comparison')} ({listed(some[:5])}) are"
        sentences.append(
            f"{which} compared by the unpaired permutation test of the difference of means. "
            f"{PAIRS_TELL_MORE}"
        )
    if not table.metric.better:
        sentences.append(
            f"Nobody said whether more of {in_sentence(table.metric.title)} is better: arms are "
            "higher or lower, and none helps or hurts."
        )
    return tuple(sentences)


def _together(
    table: ScoreTable,
    parts: Sequence[StudyResult],
    judging: Judging,
    conditions: tuple[str, ...],
) -> StudyResult:
    """The results of several tasks as one."""
    arms: list[ArmResult] = []
    alike: dict[str, list[str]] = {arm: [] for arm in table.arms}
    for part in parts:
        for arm in part.arms:
            alike[arm.title].append(arm.label)
            arms.append(replace(arm, title=arm.label))
    seeds = tuple(sorted({run.seed for run in table.runs}))
    plan = GivenScores(
        table.source,
        tuple(arm.label for arm in arms),
        {arm.label: arm.label for arm in arms},
        {arm.label: arm.against for arm in arms if arm.comparison},
        seeds,
        judging,
        task=parts[0].task_title,
        alike=tuple(map(tuple, alike.values())),
    )

    def schedule_for(comparisons: int) -> Schedule:
        margin = judging.margin
        return schedule_of(comparisons, len(seeds), None, (), seeds, margin=margin)

    return StudyResult(
        plan,
        table.metric,
        judging,
        tuple(arms),
        conditions=conditions,
        parts=tuple(parts),
        over_tasks=over_tasks(plan.alike, parts, schedule_for),
    )


def margin_in(text: str, table: ScoreTable) -> float:
    """A margin as people write it, in the unit in which the scores are written; "0.5%" of shares is
    half a point. Returns it in the unit of the judged scores.

    Raises ScoresError for what is no number above 0, and for a margin of ten points or more of
    scores that are written as shares, unless it is written with a percent sign.
    """
    bare = text.strip().replace(",", ".")
    has_percent = bare.endswith("%")
    try:
        value = float(bare.removesuffix("%").strip() or 0)
    except ValueError:
        raise ScoresError(f"expected a margin such as 0.5, got {text!r}") from None
    if not 0 <= value <= LARGEST_MARGIN:
        raise ScoresError(f"expected a margin of 0 or more, got {text!r}")
    if has_percent:
        if not table.metric.share:
            raise ScoresError(
                f"a margin in percent is for shares, which {table.metric.title} is none of here: "
                f"write it in its own unit, got {text!r}"
            )
        return value / 100
    is_of_shares = table.metric.share and table.margin_factor == 1
    if is_of_shares and value >= _WIDE_MARGIN:
        raise ScoresError(
            f"the scores are shares between 0 and 1, of which a margin of {value:g} is "
            f"{100 * value:g} points: write {value / 100:g} for {value:g} points, or "
            f"{100 * value:g}% if so many are meant"
        )
    return value * table.margin_factor
