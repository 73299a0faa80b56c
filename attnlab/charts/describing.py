"""What a chart shows, in sentences: for those who hear a page instead of seeing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from attnlab.charts.averages import VALIDATION
from attnlab.charts.palette import arm_names
from attnlab.wording import capitalised, counted, in_sentence, listed, noun

if TYPE_CHECKING:
    from attnlab.charts.attention import AttentionPanel

MOST_ROWS = 12
"""So many arms are told one by one; nobody listens to more."""


def forest_words(heading: str, arms: pd.DataFrame) -> str:
    """What a forest shows: the verdict and the difference of each arm.

    "Validation accuracy against No attention. Dense attention: helps, +3.1 (+1.2 to +5.0)
    percentage points."
    """
    rows = arms[~arms["is_reference"].astype(bool) & (arms["headline"] != "")]
    sentences = []
    for name, verdict, numbers, words in zip(
        rows["name"], rows["headline"], rows["numbers"], rows["unit_words"], strict=True
    ):
        difference = f", {words}" if numbers else ""
        sentences.append(f"{name}: {verdict}{difference}")
    return _told(heading, sentences)


def curve_words(title: str, mean: pd.DataFrame) -> str:
    """What curves over the epochs show: where each arm stands in its newest epoch.

    "Accuracy on the validation data. Dense attention: 95.1 % at epoch 30, mean of 10 seeds."
    """
    rows = mean[mean["split"] == VALIDATION]
    newest = rows[rows["epoch"] == rows.groupby("arm")["epoch"].transform("max")]
    sentences = [
        f"{name}: {words} at epoch {epoch}, {_mean_of(int(n))}"
        for name, words, epoch, n in newest[["name", "words", "epoch", "n"]].itertuples(index=False)
    ]
    return _told(f"{title} on the validation data", sentences)


def attention_words(panel: AttentionPanel) -> str:
    """What a panel of bars shows: in how many seeds attention is highest where the truth is, or
    where it is highest on average. Empty for heads, maps, and what has no weights yet.

    "Dense attention found the planted column in 10 of 10 seeds."
    """
    look, positions, seeds = panel.look, panel.positions, panel.seeds
    positions = positions.reset_index(drop=True)
    weights = positions["weight"].dropna()
    if len(look.shape) != 1 or weights.empty:
        return ""
    name = arm_names(look.study)[look.arm]
    highest = [int(index) for index in positions.loc[weights.nlargest(3).index, "index"]]
    most = f"Highest on average: {listed(_position(look.names, each) for each in highest)}."
    if not look.planted:
        return f"{name}, mean of {counted(look.seeds, 'seed')}. {most}"
    planted = set(positions.loc[positions["planted"].astype(bool), "index"])
    of_seeds = (seeds if len(seeds) else positions.assign(seed=0)).reset_index(drop=True)
    tops = of_seeds.loc[of_seeds.groupby("seed")["weight"].idxmax(), "index"]
    found, total = int(tops.isin(planted).sum()), len(tops)
    what = in_sentence(look.study.task.entry.truth_words)
    seed = noun(total, "seed")
    return f"{name} found the {_without_article(what)} in {found} of {total} {seed}. {most}"


def _without_article(words: str) -> str:
    return words.removeprefix("the ").removeprefix("a ")


def _position(names: Sequence[str], index: int) -> str:
    return names[index] if names else str(index)


def _mean_of(seeds: int) -> str:
    return "one seed" if seeds == 1 else f"mean of {seeds} seeds"


def _told(heading: str, sentences: Iterable[str]) -> str:
    """The heading and the sentences, of many the first."""
    every = list(sentences)
    if len(every) > MOST_ROWS:
        every = [*every[:MOST_ROWS], f"and {len(every) - MOST_ROWS} more"]
    return " ".join(f"{capitalised(each).rstrip('.')}." for each in (heading, *every))
