"""What is measured, by what people call it: which way is better, and whether it is a share."""

from __future__ import annotations

import itertools
import re
from typing import Literal, NamedTuple, cast

import numpy as np

from attnlab.scores.errors import ScoresError
from attnlab.spec import Metric

_LOWER = (
    *("loss", "error", "err", "rmse", "mse", "mae", "mape", "smape", "perplexity", "ppl", "nll"),
    *("bpc", "bpb", "wer", "cer", "fid", "kl", "divergence", "brier", "ece", "regret", "crps"),
    *("crossentropy", "logloss", "deviance", "lpips", "hausdorff"),
)
_SHARES = (
    *("accuracy", "acc", "f1", "precision", "recall", "sensitivity", "specificity", "top1", "top5"),
    *("iou", "miou", "dice", "map", "exact", "em", "ap"),
)
_HIGHER = (
    *_SHARES,
    *("auc", "auroc", "roc", "auprc", "bleu", "rouge", "meteor", "chrf", "r2", "score", "reward"),
    *("return", "psnr", "ssim", "ndcg", "mrr", "mcc", "kappa", "correlation", "likelihood", "elbo"),
    *("success", "winrate", "win"),
)
_SPLITS = {"val": "Validation", "valid": "Validation", "validation": "Validation", "test": "Test"}
_TITLES = {"acc": "accuracy", "auc": "AUC", "rmse": "RMSE", "mse": "MSE", "mae": "MAE", "f1": "F1"}


class Scale(NamedTuple):
    """How numbers are written: `factor` times the number is the score, in percent if a share."""

    is_share: bool
    factor: float
    words: str


def metric_called(name: str, scale: Scale, better: int = 0) -> Metric:
    """The metric that has this name in a file; `better` is 0 to go by the name.

    `Metric.better` stays 0 where the name says nothing: arms are then higher or lower.
    """
    return Metric(
        name=name,
        title=title_of(name),
        help="As it was given.",
        better=cast(Literal[-1, 0, 1], better or direction_of(name)),
        kind="end",
        share=scale.is_share,
    )


def direction_of(name: str) -> int:
    """1 where more is better by the name of a metric, -1 where less is, 0 where it does not say."""
    words = _words(name)
    if words & set(_LOWER):
        return -1
    return 1 if words & set(_HIGHER) else 0


def title_of(name: str) -> str:
    """What people read of a metric: "Validation accuracy" of val_accuracy."""
    text = re.sub(r"[_./]+", " ", name).strip() or "score"
    first, _, rest = text.partition(" ")
    if first.lower() in _SPLITS and rest:
        return f"{_SPLITS[first.lower()]} {_TITLES.get(rest.lower(), rest)}"
    plain = _TITLES.get(text.lower(), text)
    return plain[:1].upper() + plain[1:]


def scale_of_values(name: str, values: np.ndarray, has_percent: bool) -> Scale:
    """How the scores of a metric are written: with percent signs, as shares, in percent without a
    sign, or in a unit of their own.

    Raises ScoresError where percent signs stand behind some numbers of no share.
    """
    known = values[np.isfinite(values)]
    if has_percent:
        return Scale(True, 0.01, "percent, by their signs")
    is_share = bool(_words(name) & set(_SHARES))
    if not is_share or not len(known):
        return Scale(False, 1.0, "")
    if known.min() >= 0 and known.max() <= 1:
        return Scale(True, 1.0, "shares between 0 and 1")
    if known.min() >= 0 and known.max() <= 100:
        if known.min() < 1 < known.max() and np.median(known) < 1:
            raise ScoresError(
                f"{name} has numbers below 1 and above 1 ({known.min():g} to {known.max():g}): "
                "expected all of them as shares, or all in percent"
            )
        return Scale(True, 0.01, "percent")
    return Scale(False, 1.0, "")


def _words(name: str) -> set[str]:
    """The words of a name, and neighbours together: "val_log_loss" has "logloss", too."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = [word for word in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if word]
    pairs = [first + second for first, second in itertools.pairwise(words)]
    return {*words, *pairs, *(word.rstrip("0123456789") for word in words if len(word) > 3)}
