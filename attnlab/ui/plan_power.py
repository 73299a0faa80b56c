"""What the seeds of a plan can settle: the margin, and what max-t shows beside Holm."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import streamlit as st

from attnlab.analysis.rounding import figures_text
from attnlab.imports import importing
from attnlab.jobs import JobManager
from attnlab.spec import Judging, Metric, SpecError, Study
from attnlab.spec.judging import MAX_T
from attnlab.store import Status, StudyRow, Wanted
from attnlab.ui import judgements
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import title
from attnlab.wording import counted

MOST_LOOKED_AT = 50
"""So many of the newest studies of the task are looked at for one that asked the same."""

TRIAL = 10
"""Without an earlier study, how many pairs the standard deviation of the rule is of."""


class Spread(NamedTuple):
    """The standard deviation of paired differences that an earlier study had, of so many pairs."""

    sd: float
    pairs: int
    study: str


def margin_note(manager: JobManager, study: Study) -> None:
    """Say what margin the seeds can settle, and how many seeds the margin of the plan takes."""
    if study.judging.margin and study.references:
        st.caption(
            f":material/straighten: {plain(margin_text(study, earlier_spread(manager, study)))}"
        )


def margin_text(study: Study, spread: Spread | None) -> str:
    """The same as text; in standard deviations where no earlier study tells one."""
    with importing("attnlab.analysis.equivalence"):
        from attnlab.analysis.equivalence import margin_settled, seeds_to_settle
        from attnlab.analysis.statistics import LEVEL

    seeds, level = len(study.seeds), LEVEL / max(len(study.references), 1)
    if spread is None:
        settled = margin_settled(1.0, TRIAL, seeds, level)
        if math.isinf(settled):
            return f"{seeds} seeds settle no margin, however large."
        return (
            f"{seeds} seeds settle a margin of about {settled:.1f} times the standard deviation of "
            "the differences."
        )
    settled = margin_settled(spread.sd, spread.pairs, seeds, level)
    needed = seeds_to_settle(study.judging.margin, spread.sd, spread.pairs, level)
    can = f"settle a margin of about {_size(settled, study.metric)}"
    if math.isinf(settled):
        can = "settle no margin, however large"
    takes = f"for {_size(study.judging.margin, study.metric)} it takes {needed:,.0f} seeds"
    if math.isinf(needed):
        takes = f"no number of seeds settles {_size(study.judging.margin, study.metric)}"
    return f"By the spread of “{spread.study}”, {counted(seeds, 'seed')} {can}; {takes}."


def max_t_note(study: Study) -> None:
    """Say what max-t can show, beside Holm's first step. The first time this takes a second."""
    comparisons = len(study.references)
    if study.judging.correction == MAX_T and comparisons > 1:
        st.caption(f":material/insights: {plain(max_t_text(len(study.seeds), comparisons))}")


@lru_cache(maxsize=256)
def max_t_text(seeds: int, comparisons: int) -> str:
    """The same as text, in standard deviations of the differences."""
    with importing("attnlab.analysis.max_t_power", "attnlab.analysis.power"):
        from attnlab.analysis.max_t_power import max_t_smallest_shown
        from attnlab.analysis.power import smallest_shown
        from attnlab.analysis.statistics import LEVEL

    by_max_t = max_t_smallest_shown(1.0, seeds, comparisons)
    by_holm = smallest_shown(1.0, seeds, LEVEL / comparisons)
    if math.isinf(by_max_t):
        return f"{seeds} seeds show nothing by max-t, however large."
    instead = "of nothing" if math.isinf(by_holm) else f"of {by_holm:.2f} by Holm's first step"
    return (
        f"Max-t over {comparisons} comparisons: {seeds} seeds show {by_max_t:.2f} standard "
        f"deviations of the differences, instead {instead}, 8 times in 10."
    )


def earlier_spread(manager: JobManager, study: Study) -> Spread | None:
    """The largest standard deviation that an arm had in the newest study of the same question,
    whatever its margin, correction or contrasts; None where there was none."""
    question = _plain(study)
    wanted = Wanted(statuses=[Status.FINISHED], tasks=[study.task.name])
    for row in manager.store.studies(wanted, most=MOST_LOOKED_AT):
        if _plain_of(row.spec) == question:
            return _spread(manager, row, study)
    return None


def _spread(manager: JobManager, row: StudyRow, study: Study) -> Spread | None:
    result = judgements.by_metric(manager.store, row, study.judging.metric)
    known = [arm.difference for arm in result.compared if arm.pairs > 1 and arm.difference.sd > 0]
    if not known:
        return None
    widest = max(known, key=lambda difference: difference.sd)
    return Spread(widest.sd, widest.n, title(row))


@lru_cache(maxsize=256)
def _plain_of(spec: str) -> str:
    try:
        return _plain(Study.from_text(spec))
    except SpecError:  # planned with another version
        return ""


def _plain(study: Study) -> str:
    """The question of a study, whatever its margin, correction, contrasts and prediction."""
    judging = Judging(metric=study.judging.metric, score=study.judging.score)
    plain = {"judging": judging, "contrasts": (), "prediction": None}
    return study.model_copy(update=plain).question


def _size(margin: float, metric: Metric) -> str:
    if metric.share:
        points = figures_text(100 * margin, 2)
        return f"{points} {'point' if points == '1' else 'points'}"
    return f"{figures_text(margin, 2)} {metric.unit}".rstrip()
