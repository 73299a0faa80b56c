"""What attention found, and how concentrated it is: one number a trace.

Every function takes the weights of one trace as a flat array (n,): attention per feature, channel
or place. `truth` holds the positions (counted from 0) that carry the signal. Positions that tie
share what is theirs to win, so equal weights score exactly the chance level.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from attnlab.analysis.intervals import mean_interval
from attnlab.spec import Study

AUC_CHANCE = 0.5
UNIFORM_ENTROPY = 1.0
UNIFORM_GINI = 0.0

_FLOAT32_TIE = 1e-6
"""Weights this close, relative to the larger, are the same: traces are means of float32."""


def chance(truth: Sequence[int], n: int) -> float:
    """The chance level |M|/n of hit, mass and rank accuracy; NaN without truth or positions."""
    return len(truth) / n if truth and n else float("nan")


def hit(weights: ArrayLike, truth: Sequence[int]) -> float:
    """Whether attention peaks at the truth: 1 if the largest weight is in M, else 0.

    Several equal largest weights give the share of them that is in M. NaN without truth.
    Chance level: |M|/n.
    """
    return _top_share(_flat(weights), truth, 1)


def rank_accuracy(weights: ArrayLike, truth: Sequence[int]) -> float:
    """Share of the |M| largest weights that lies in M; ties are shared. Chance level: |M|/n."""
    return _top_share(_flat(weights), truth, len(set(truth)))


def mass(weights: ArrayLike, truth: Sequence[int]) -> float:
    """Share of the attention that lies on the truth: Σ over M / Σ over all.

    For a distribution this is Σ α_i over M; for a gate, the share of the total gate weight. NaN
    without truth, or where nothing has weight. Chance level: |M|/n.
    """
    weights = _flat(weights)
    total = weights.sum()
    if not truth or not total > 0:
        return float("nan")
    return float(weights[list(set(truth))].sum() / total)


def auc(weights: ArrayLike, truth: Sequence[int]) -> float:
    """ROC-AUC of the weights as a score for being in M; chance level 0.5.

    NaN where M is empty or everything. Source: `sklearn.metrics.roc_auc_score`.
    """
    from sklearn.metrics import roc_auc_score  # takes longer to import than a page to draw

    weights = _flat(weights)
    planted = np.isin(np.arange(weights.size), list(truth))
    if not planted.any() or planted.all() or not np.isfinite(weights).all():
        return float("nan")
    return float(roc_auc_score(planted, weights))


def normalised_entropy(weights: ArrayLike, mask: ArrayLike | None = None) -> float:
    """Entropy of a distribution over its largest possible value: H / log n.

    0 is one position alone, 1 is uniform. Only positions where `mask` is true count (all without
    one); the weights are rescaled to sum to one over them. NaN below two positions.
    """
    weights = _flat(weights)
    if mask is not None:
        weights = weights[np.asarray(mask, dtype=bool)]
    total = weights.sum()
    if weights.size < 2 or not total > 0:
        return float("nan")
    share = weights / total
    share = share[share > 0]  # 0 log 0 = 0
    return float(-(share * np.log(share)).sum() / np.log(weights.size))


def gini(weights: ArrayLike) -> float:
    """Gini index Σ(2i − n − 1) a_(i) / (n Σ a), ascending: 0 is uniform, (n − 1)/n one alone.

    Source: Hurley & Rickard 2009, "Comparing measures of sparsity".
    """
    ascending = np.sort(_flat(weights))
    n, total = ascending.size, ascending.sum()
    if n == 0 or not total > 0:
        return float("nan")
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return float((ranks * ascending).sum() / (n * total))


class Spread(NamedTuple):
    """How far apart a gate holds its positions: standard deviation, shares nearly shut and open."""

    sd: float
    shut: float
    open: float


def spread(gates: ArrayLike) -> Spread:
    """Return the population standard deviation, share below 0.1 and share above 0.9 of a gate."""
    gates = _flat(gates)
    if gates.size == 0 or not np.isfinite(gates).all():
        return Spread(float("nan"), float("nan"), float("nan"))
    return Spread(float(gates.std()), float((gates < 0.1).mean()), float((gates > 0.9).mean()))


def run_measures(traces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Measure the last trace of every run: a row per arm, seed and axis.

    Columns: arm, seed, epoch, axis, kind, n (positions), chance; hit, mass, rank, auc on the axis
    that the task's truth speaks about, against the truth of the arm's own task; entropy, gini for
    a distribution; sd, shut, open for a gate. What does not apply is NaN.
    """
    rows = []
    for (arm, seed, axis), trace in last_traces(traces).groupby(["arm", "seed", "axis"]):
        weights = trace.sort_values("index")["weight"].to_numpy(dtype=float)
        kind = trace["kind"].iloc[0]
        truth = truth_on(study, arm, axis)
        row = {"arm": arm, "seed": seed, "epoch": trace["epoch"].iloc[0], "axis": axis}
        row |= {"kind": kind, "n": weights.size, "chance": chance(truth, weights.size)}
        row |= {"hit": hit(weights, truth), "mass": mass(weights, truth)}
        row |= {"rank": rank_accuracy(weights, truth), "auc": auc(weights, truth)}
        if kind == "distribution":
            row |= {"entropy": normalised_entropy(weights), "gini": gini(weights)}
        else:
            row |= spread(weights)._asdict()
        rows.append(row)
    return pd.DataFrame(rows, columns=_MEASURES)


def found_truth(traces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Say for every arm in how many seeds the attention found the truth, at each run's last epoch.

    A row per arm of the study that has a trace on the truth's axis. Columns: arm, n (seeds), found
    (mean hit: the share of seeds whose mean attention peaks at the truth of the arm's own task),
    mass and mass_half (the mean attention on the truth and its 95 % t-interval's half-width),
    chance (the level of both by guessing). Empty for a task without planted truth.
    """
    last = last_traces(traces)
    on_axis = last[last["axis"] == study.task.entry.truth_axis]
    rows = []
    for arm in study.arms:
        truth = study.task_of(arm).truth
        own = on_axis[on_axis["arm"] == arm.label].sort_values("index")
        weights = [seed["weight"].to_numpy(dtype=float) for _, seed in own.groupby("seed")]
        if not (truth and weights):
            continue
        on_truth = mean_interval([mass(seed, truth) for seed in weights])
        rows.append(
            {
                "arm": arm.label,
                "n": len(weights),
                "found": float(np.mean([hit(seed, truth) for seed in weights])),
                "mass": on_truth.mean,
                "mass_half": on_truth.half,
                "chance": chance(truth, weights[0].size),
            }
        )
    return pd.DataFrame(rows, columns=["arm", "n", "found", "mass", "mass_half", "chance"])


def last_traces(traces: pd.DataFrame) -> pd.DataFrame:
    """The rows of each run's last epoch."""
    if traces.empty:
        return traces
    last = traces.groupby(["arm", "seed"])["epoch"].transform("max")
    return traces[traces["epoch"] == last]


def truth_on(study: Study, arm: str, axis: str) -> tuple[int, ...]:
    """What the task of the arm with this label planted on a trace axis; empty on other axes."""
    return study.task_of(arm).truth if axis == study.task.entry.truth_axis else ()


_MEASURES = [
    *("arm", "seed", "epoch", "axis", "kind", "n", "chance"),
    *("hit", "mass", "rank", "auc"),
    *("entropy", "gini", "sd", "shut", "open"),
]


def _flat(weights: ArrayLike) -> np.ndarray:
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 1:
        raise ValueError(f"weights must be flat (n,), got shape {weights.shape}")
    return weights


def _top_share(weights: np.ndarray, truth: Sequence[int], k: int) -> float:
    """Expected share of the top `k` that lies in the truth when ties are broken by lot."""
    if not truth or weights.size == 0 or not np.isfinite(weights).all():
        return float("nan")
    planted = np.isin(np.arange(weights.size), list(truth))
    threshold = np.sort(weights)[-k]
    tied = np.isclose(weights, threshold, rtol=_FLOAT32_TIE, atol=0)
    above = (weights > threshold) & ~tied
    won_by_lot = planted[tied].mean() * (k - above.sum())
    return float((planted[above].sum() + won_by_lot) / k)
