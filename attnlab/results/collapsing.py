"""Runs that collapsed among others that did well: named, and never averaged away."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from attnlab.analysis.collapses import collapsed
from attnlab.analysis.rounding import figures_text
from attnlab.results.failed_runs import chance_by
from attnlab.results.model import ArmResult
from attnlab.spec import Metric, Study
from attnlab.wording import counted, listed, noun

MOST_NAMED = 5
"""More runs of an arm than these are counted."""


def with_collapses(
    arms: Sequence[ArmResult], study: Study, metric: Metric, training: Collection[str] = ()
) -> list[ArmResult]:
    """The results with the seeds at which a run collapsed, which their grounds name, too, and those
    of the arms that are compared with them. No verdict changes.

    `training` are the labels of arms whose scores are not those of the end.
    """
    seeds = {
        arm.label: () if arm.label in training else _collapsed(arm, study, metric) for arm in arms
    }
    texts = {
        arm.label: f"{collapse_text(arm.scores, seeds[arm.label], metric)}: look at the seeds "
        "before the mean."
        for arm in arms
        if seeds[arm.label]
    }
    return [_told(replace(arm, collapsed=seeds[arm.label]), texts) for arm in arms]


def _collapsed(arm: ArmResult, study: Study, metric: Metric) -> tuple[int, ...]:
    chance = chance_by(metric, study.task_of(arm.label))
    if not metric.is_performance or math.isnan(chance) or not arm.scores:
        return ()
    sign = -1 if metric.better < 0 else 1
    found = collapsed(sign * np.array(list(arm.scores.values())), sign * chance)
    return tuple(seed for seed, is_one in zip(arm.scores, found, strict=True) if is_one)


def collapse_text(scores: Mapping[int, float], seeds: Sequence[int], metric: Metric) -> str:
    """ "2 of 20 runs collapsed (seeds 3 and 11: 12 %, 10 %)"."""
    text = f"{len(seeds)} of {counted(len(scores), 'run')} collapsed"
    if len(seeds) > MOST_NAMED:
        return text
    values = ", ".join(_value(scores[seed], metric) for seed in seeds)
    return f"{text} ({noun(len(seeds), 'seed')} {listed(map(str, seeds))}: {values})"


def _value(score: float, metric: Metric) -> str:
    if metric.share:
        return f"{100 * score:.0f} %"
    return f"{figures_text(score)} {metric.unit}".rstrip()


def _told(arm: ArmResult, texts: dict[str, str]) -> ArmResult:
    sentences = [texts[arm.label]] if arm.label in texts else []
    if arm.against in texts:
        sentences.append(f"Of what it is compared with, {texts[arm.against]}")
    if arm.grounds is None or not sentences:
        return arm
    grounds = replace(arm.grounds, sentences=" ".join([arm.grounds.sentences, *sentences]))
    return replace(arm, grounds=grounds)


def collapses(arms: Sequence[ArmResult]) -> str:
    """Which runs collapsed, arm by arm, in a sentence; empty where none did."""
    named = [
        f"{len(arm.collapsed)} of {counted(len(arm.scores), 'run')} of {arm.title} "
        f"({noun(len(arm.collapsed), 'seed')} {listed(map(str, arm.collapsed[:MOST_NAMED]))}"
        f"{' …' if len(arm.collapsed) > MOST_NAMED else ''})"
        for arm in arms
        if arm.collapsed
    ]
    if not named:
        return ""
    return f"{listed(named)} collapsed: look at the seeds before the mean."
