"""The numbers behind a chart of single seeds: what is drawn, and which arm is ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import reference_name, references_of
from attnlab.charts.choosing import dimmed
from attnlab.charts.palette import arm_colours, arm_names
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.results.frames import scores_frame
from attnlab.results.model import StudyResult

MOST_ARMS = 8
"""Lines between more arms than these are a tangle: differences are drawn instead, or two arms."""

AHEAD, BEHIND, EVEN = "better", "worse", "the same"
HIGHER, LOWER = "higher", "lower"
"""What an arm is at a seed where neither direction is better."""


@dataclass(frozen=True)
class Seeds:
    """The numbers behind a chart of single seeds, in the unit of the scale.

    `arms` has a row per arm that is drawn, in the study's order: label, name, mean, colour,
    headline and numbers (the words beside it), chosen, dimmed. `points` has one per arm and seed:
    label, name, seed, value, against (better, worse or the same as the reference at that seed, or
    higher and lower where neither is better; missing for the reference and without a pair), and
    words for the pointer. `paired` says whether values are differences to the reference rather
    than scores.
    """

    arms: pd.DataFrame
    points: pd.DataFrame
    paired: bool
    scale: ScoreScale
    reference: str


def collect_seeds(result: StudyResult, chosen: str | None = None) -> Seeds:
    """Decide what is drawn of the scores: all arms, a chosen one of many, or differences."""
    scale, names, against = scale_of(result), arm_names(result), references_of(result)
    labels, paired = list(names), False
    if len(labels) > MOST_ARMS:
        pair = (against[chosen], chosen) if chosen in against else None
        paired = pair is None
        labels = [label for label in labels if label in (pair or against)]
    scores = scores_frame(result).rename(columns={"arm": "label"})
    gain = scores["value"] - _of_reference(scores, against)
    points = scores.assign(
        name=scores["label"].map(names),
        against=_against(gain, scale.better),
        words=[scale.value_text(value) for value in scores["value"]],
        gain_words=[
            scale.with_unit(scale.difference_text(difference, np.nan, np.nan))
            for difference in gain
        ],
        value=scale.factor * (gain if paired else scores["value"]),
    )
    points = points[points["label"].isin(labels) & points["value"].notna()].reset_index(drop=True)
    kept = points.groupby("label")["value"].mean()
    arms = pd.DataFrame({"label": labels, "name": [names[label] for label in labels]})
    beside = [
        (result.arm(label).verdict.value, "")
        if label not in against
        else _headline(points[points["label"] == label], scale)
        for label in labels
    ]
    colours = arm_colours(result)
    arms = arms.assign(
        colour=arms["label"].map(colours),
        mean=arms["label"].map(kept).astype(float),
        headline=pd.Series([head for head, _ in beside], dtype=object),
        numbers=pd.Series([numbers for _, numbers in beside], dtype=object),
        chosen=arms["label"] == chosen,
        dimmed=dimmed(arms["label"], chosen if len(labels) > 2 else None),
    )
    return Seeds(arms, points, paired, scale, reference_name(result))


def _of_reference(scores: pd.DataFrame, against: Mapping[str, str]) -> pd.Series:
    """What the arm that each row is compared with scored at the same seed."""
    keys = zip(scores["label"], scores["seed"], strict=True)
    scored = dict(zip(keys, scores["value"], strict=True))
    pairs = zip(scores["label"], scores["seed"], strict=True)
    reference = [scored.get((against.get(label), seed), np.nan) for label, seed in pairs]
    return pd.Series(reference, scores.index, float)


def _against(gain: pd.Series, better: int) -> pd.Series:
    sign = np.sign(gain.to_numpy(dtype=float)) * (better or 1)
    ahead, behind = (AHEAD, BEHIND) if better else (HIGHER, LOWER)
    outcomes = np.select([sign > 0, sign < 0, sign == 0], [ahead, behind, EVEN], default="")
    return pd.Series(outcomes, index=gain.index, dtype=object).replace("", None)


def _headline(points: pd.DataFrame, scale: ScoreScale) -> tuple[str, str]:
    """What stands beside the row of an arm that is compared: a headline and the numbers below."""
    pairs = points["against"].notna().sum()
    if not pairs:
        return "no pairs yet", ""
    ahead = AHEAD if scale.better else HIGHER
    return f"{ahead} at", f"{(points['against'] == ahead).sum()} of {pairs} seeds"
