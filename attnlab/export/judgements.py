"""A study judged by several metrics at once, and its verdicts as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.judged import Judged, judged
from attnlab.spec import Judging
from attnlab.store import Store

if TYPE_CHECKING:
    import pandas as pd

ACCURACY, ON_THE_TRUTH = "val_accuracy", "mass"
"""What stands beside the study's own metric where it is known, if nothing else is asked for."""


def judgements(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> list[Judged]:
    """The study judged by each of these metrics.

    By default these are what it is judged by, first, then accuracy, and the attention on what was
    planted where that is stored. Raises StoreError for an unknown study, and SpecError for an
    unknown metric.
    """
    if metrics is not None:
        return [judged(store, study_id, name) for name in dict.fromkeys(metrics)]
    study = store.study(study_id).study
    beside = [ACCURACY, *([ON_THE_TRUTH] if study.task.entry.truth_axis else [])]
    found = [judged(store, study_id, name) for name in beside if name != study.judging.metric]
    own = judged(store, study_id, study.judging.metric)
    return [own, *(each for each in found if len(each.scores))]


def verdicts(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """A row per metric and arm: study, metric, rule, then the columns of `judged`'s verdicts.

    `rule` says how the score was read of a run: "final", "best" or "mean of last 5". Raises what
    `judgements` does.
    """
    with importing("pandas"):
        import pandas as pd

    found = judgements(store, study_id, metrics)
    table = pd.concat([each.verdicts for each in found], ignore_index=True)
    arms = [len(each.verdicts) for each in found]
    keys = {
        "study": [study_id] * len(table),
        "metric": pd.Index([each.metric.name for each in found]).repeat(arms),
        "rule": pd.Index([_words(each.rule) for each in found]).repeat(arms),
    }
    return pd.DataFrame(keys).join(table)


def verdicts_csv(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> str:
    """The verdicts as CSV text, every number at full resolution. Raises what `judgements` does."""
    return verdicts(store, study_id, metrics).to_csv(index=False, lineterminator="\n")


def _words(rule: Judging) -> str:
    return f"mean of last {rule.last}" if rule.score == "mean" else rule.score
