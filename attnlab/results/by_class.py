"""What the runs of a study answered, class by class: the mean confusion matrix, and recalls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from attnlab.spec import ON_TEST, RECALL, TESTED, VALIDATED, Study
from attnlab.store import Store
from attnlab.store.confusion import MOST_CLASSES
from attnlab.wording import listed

MOST_WHOLE = 50
"""Of more classes a table leaves out the answers that were never given."""

CONFUSION = (
    *("arm", "task", "split", "true", "true_class", "answer", "answer_class", "share", "seeds"),
)
RECALLS = (
    *("arm", "task", "split", "class", "class_name", "recall", "sd", "lowest", "highest", "seeds"),
)

Counts = Mapping[tuple[str, int], np.ndarray]
"""The counts (2, K, K) of each run, by arm and seed: see `Store.confusions`."""

Split = Literal["validation", "test"]
SPLITS: Mapping[Split, str] = {"validation": VALIDATED, "test": TESTED}
"""The splits in the order of the counts, with what is before the names of their columns."""


@dataclass(frozen=True)
class ArmAnswers:
    """What the finished runs of an arm answered on one split.

    `classes` are the names of the K classes, `seeds` (S,) those of the runs; `shares` (K, K) is the
    mean over the seeds of the shares of a true class's samples that got each answer, and `recalls`
    (S, K) the share of right answers of each class. NaN where a class has no sample.
    """

    label: str
    classes: tuple[str, ...]
    seeds: tuple[int, ...]
    shares: np.ndarray
    recalls: np.ndarray


def recall(counts: np.ndarray) -> np.ndarray:
    """The share of right answers (..., K) by counts (..., K, K); NaN of a class without samples."""
    return np.diagonal(row_shares(counts), axis1=-2, axis2=-1)


def row_shares(counts: np.ndarray) -> np.ndarray:
    """The counts (..., K, K) over the samples of each true class; NaN where there are none."""
    totals = counts.sum(axis=-1, keepdims=True)
    return np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)


def with_recall(runs: pd.DataFrame, counts: Counts, number: int) -> pd.DataFrame:
    """The runs with the recall of this class on both splits, as columns named like metrics."""
    name = f"{RECALL}{number}"
    known = {
        key: recall(both)[:, number] for key, both in counts.items() if number < both.shape[-1]
    }
    nothing = np.full(len(SPLITS), np.nan)
    keys = zip(runs["arm"], runs["seed"], strict=True)
    values = np.array([known.get(key, nothing) for key in keys]).reshape(-1, len(SPLITS))
    columns = {
        prefix + name.removeprefix(VALIDATED): values[:, place]
        for place, prefix in enumerate(SPLITS.values())
    }
    return runs.assign(**columns)


def answers(store: Store, study: Study, study_id: str, split: Split) -> list[ArmAnswers]:
    """What each arm of a study answered on this split, without the arms of which nothing is known:
    that do not answer with classes, have not been trained, or were before this was stored.

    Of several tasks give the study of one. Raises StoreError for an unknown study.
    """
    place, counts = list(SPLITS).index(split), store.confusions(study_id)
    found = []
    for arm in study.arms:
        of_arm = {seed: both[place] for (label, seed), both in counts.items() if label == arm.label}
        if not of_arm:
            continue
        classes = max(map(len, of_arm.values()))
        every = np.stack([_of_size(each, classes) for each in of_arm.values()])
        shares = row_shares(every)
        occurs = (every.sum(axis=(0, 2)) > 0)[:, None]
        mean = np.where(occurs, np.nansum(shares, axis=0), np.nan)
        seeds_with = np.maximum((every.sum(axis=2) > 0).sum(axis=0), 1)[:, None]
        names = study.task_of(arm).class_names
        known = names if len(names) == classes else tuple(map(str, range(classes)))
        found.append(ArmAnswers(arm.label, known, tuple(of_arm), mean / seeds_with, recall(every)))
    return found


def split_of(study: Study) -> Split:
    """The split that the study's scores are read on."""
    return "test" if study.judging.score in ON_TEST else "validation"


def why_unknown(study: Study) -> str:
    """Why there is nothing to say class by class of a study whose runs have ended."""
    if not any(task.has_classes for task in study.tasks):
        titles = listed(task.title for task in study.tasks)
        return f"{titles}: the answers are no classes"
    if any(len(task.class_names) > MOST_CLASSES for task in study.tasks):
        return f"what is answered class by class is kept of at most {MOST_CLASSES} classes"
    return (
        "none of its finished runs has what it answered class by class: they were trained before "
        "that was kept, and training them again gives it"
    )


def why_no_score(study: Study, runs: pd.DataFrame) -> str:
    """Why no finished run of a study has a score by what is measured of classes; `runs` are those
    of the store."""
    if "val_balanced_accuracy" not in runs:
        return why_unknown(study)
    return "it is not defined in any run: the samples held out lack a class that it needs"


def confusion_frame(
    store: Store, study: Study, study_id: str, splits: Sequence[Split]
) -> pd.DataFrame:
    """A row per arm, split, true class and answer.

    Columns: arm, task, split, true, true_class, answer, answer_class (numbers counted from 0, and
    names), share (of the true class's samples, the mean over the seeds), seeds. Of more than
    `MOST_WHOLE` classes only answers that were given. Raises StoreError for an unknown study.
    """
    tables = []
    for split in splits:
        for arm in answers(store, study, study_id, split):
            count = len(arm.classes)
            true, answer = np.divmod(np.arange(count**2), count)
            table = pd.DataFrame(
                {
                    "arm": arm.label,
                    "task": study.task_of(arm.label).stream,
                    "split": split,
                    "true": true,
                    "true_class": np.array(arm.classes, object)[true],
                    "answer": answer,
                    "answer_class": np.array(arm.classes, object)[answer],
                    "share": arm.shares.ravel(),
                    "seeds": len(arm.seeds),
                }
            )
            tables.append(table if count <= MOST_WHOLE else table[table["share"] > 0])
    return _together(tables, CONFUSION)


def recall_frame(
    store: Store, study: Study, study_id: str, splits: Sequence[Split]
) -> pd.DataFrame:
    """A row per arm, split and class: the recall over the seeds.

    Columns: arm, task, split, class, class_name, recall (the mean), sd (standard deviation; missing
    for one seed), lowest, highest, seeds (in which the class has a sample). Raises StoreError for
    an unknown study.
    """
    tables = []
    for split in splits:
        for arm in answers(store, study, study_id, split):
            by_class = pd.DataFrame(arm.recalls)
            found = by_class.agg(["mean", "std", "min", "max", "count"]).T
            found.columns = pd.Index(["recall", "sd", "lowest", "highest", "seeds"])
            found = found.assign(
                arm=arm.label,
                task=study.task_of(arm.label).stream,
                split=split,
                class_name=list(arm.classes),
            ).rename_axis("class")
            tables.append(found.reset_index().astype({"seeds": "int64"}))
    return _together(tables, RECALLS)


def _together(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(tables, ignore_index=True)[list(columns)]


def _of_size(counts: np.ndarray, classes: int) -> np.ndarray:
    """The counts with so many classes: a folder may have got one between two seeds."""
    missing = classes - len(counts)
    return np.pad(counts, ((0, missing), (0, missing)))
