"""Judging by what is measured of classes, and what the runs of a study answered class by class."""

import io

import numpy as np
import pandas as pd
import pytest

from attnlab.charts.scale import scale_of
from attnlab.export import ExportError
from attnlab.export.by_class import confusion_csv, recall_csv
from attnlab.export.study_figures import class_figures
from attnlab.results.by_class import CONFUSION, RECALLS, answers, why_no_score, why_unknown
from attnlab.results.judge import judge
from attnlab.results.verdict import Verdict
from attnlab.spec import Study
from attnlab.store import EpochRecord, Owner, Store

CLASSES, SEEDS = 3, 8


def counts_of(right, seed):
    """Each class has ten samples, of which so many are right and the others are taken for the next
    class; of the last one there is no sample in the test split."""
    counts = np.diag([right, right, 10]) + np.diag([10 - right, 10 - right], 1)
    counts[0, 0] += seed
    tested = counts.copy()
    tested[2] = 0
    return np.stack([counts, tested])


@pytest.fixture
def judged(tmp_path):
    """judged(metric, score): a study in which the second arm is right more often, and its store."""

    def make(metric, score="final", with_classes=True):
        plan = Study(
            task={"name": "planted-features", "classes": CLASSES},
            arms=["none", "dense"],
            seeds=SEEDS,
            epochs=1,
            metric=metric,
            score=score,
        )
        store = Store(tmp_path)
        study_id = store.create_study(plan, owner=Owner.current())
        store.acquire(study_id, Owner.current())
        for arm, right in {"none": 4, "dense": 8}.items():
            for seed in plan.seeds:
                store.record_epochs(study_id, [EpochRecord(arm, seed, 1, 1, 0.5, 1, 0.5, 0.1)])
                value = right / 10 + seed / 1000
                measured = {
                    f"{split}_{name}": value - (split == "test") / 100
                    for split in ("val", "test")
                    for name in ("balanced_accuracy", "macro_f1", "roc_auc")
                } | {"val_log_loss": 1 - value, "test_log_loss": 1 - value}
                given = {"at_end": measured, "confusion": counts_of(right, seed)}
                store.finish_run(study_id, arm, seed, 1.0, **(given if with_classes else {}))
        store.release(study_id)
        return judge(store, study_id), store, study_id

    return make


@pytest.mark.parametrize(
    ("metric", "score", "chance"),
    [
        ("val_balanced_accuracy", "final", 1 / 3),
        ("val_balanced_accuracy", "test", 1 / 3),
        ("val_macro_f1", "final", None),
        ("val_roc_auc", "test", 0.5),
        ("val_log_loss", "final", None),
        ("val_recall_0", "test", None),
    ],
)
def test_a_study_is_judged_by_what_is_measured_of_classes(judged, metric, score, chance):
    result, store, _ = judged(metric, score)
    _, arm = result.arms
    assert arm.verdict == Verdict.HELPS
    assert arm.score.n == SEEDS
    assert result.metric.title.startswith("Test" if score == "test" else "Validation")
    assert scale_of(result).chance == (chance and pytest.approx(chance))
    store.close()


def test_the_recall_of_a_class_is_read_from_the_counts(judged):
    result, store, study_id = judged("val_recall_0")
    assert result.arms[0].scores[2] == pytest.approx(6 / 12)  # of ten samples and the seed's two
    absent = judge(store, study_id, "val_recall_2")
    assert absent.arms[0].scores[0] == 1
    store.close()
    result, store, study_id = judged("val_recall_2", "test")
    assert not result.has_scores, "no sample of that class was tested"
    assert "lack a class" in why_no_score(result.study, store.runs(study_id))
    store.close()


def test_runs_of_before_have_no_score(judged):
    result, store, study_id = judged("val_roc_auc", with_classes=False)
    assert not result.has_scores
    assert "before that was kept" in why_no_score(result.study, store.runs(study_id))
    assert answers(store, result.study, study_id, "test") == []
    store.close()


def test_answers_are_means_of_shares_over_the_seeds(judged):
    result, store, study_id = judged("val_roc_auc")
    none, dense = answers(store, result.study, study_id, "validation")
    assert (none.label, dense.label) == ("none", "dense")
    assert none.classes == ("0", "1", "2")
    assert none.recalls.shape == (SEEDS, CLASSES)
    expected = np.mean([(4 + seed) / (10 + seed) for seed in range(SEEDS)])
    assert none.shares[0, 0] == pytest.approx(expected)
    assert none.shares[1].tolist() == pytest.approx([0, 0.4, 0.6])
    none, _ = answers(store, result.study, study_id, "test")
    assert np.isnan(none.shares[2]).all(), "of a class without samples nothing is known"
    assert np.isnan(none.recalls[:, 2]).all()
    store.close()


def test_tables_class_by_class_have_the_means_and_the_spread(judged):
    _, store, study_id = judged("val_roc_auc")
    confusion = pd.read_csv(io.StringIO(confusion_csv(store, study_id)))
    assert tuple(confusion.columns) == CONFUSION
    assert len(confusion) == 2 * 2 * CLASSES**2
    one = confusion.query("arm == 'dense' and split == 'validation' and true == 1 and answer == 2")
    assert one["share"].tolist() == [pytest.approx(0.2)]
    recall = pd.read_csv(io.StringIO(recall_csv(store, study_id)))
    assert tuple(recall.columns) == RECALLS
    none = recall.query("arm == 'none' and split == 'test'").set_index("class_name")
    shares = [(4 + seed) / (10 + seed) for seed in range(SEEDS)]
    assert none.loc[0, ["recall", "sd", "lowest", "highest", "seeds"]].tolist() == pytest.approx(
        [np.mean(shares), np.std(shares, ddof=1), shares[0], shares[-1], SEEDS]
    )
    assert none.loc[2, "seeds"] == 0
    assert np.isnan(none.loc[2, "recall"])
    store.close()


def test_what_is_not_known_class_by_class_says_why_instead_of_failing(judged):
    _, store, study_id = judged("val_accuracy", with_classes=False)
    with pytest.raises(ExportError, match="trained before that was kept"):
        confusion_csv(store, study_id)
    assert not class_figures(store, store.study(study_id).study, study_id)
    writes = Study(task="reverse", arms=["none", "bahdanau"])
    assert "no classes" in why_unknown(writes)
    store.close()
