"""A study is judged from the store: by its own metric or another, while it trains and after."""

import numpy as np
import pytest

from attnlab import SpecError, Study
from attnlab.results.frames import scores_frame, verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import judge
from attnlab.store import EpochRecord, Owner, Status, Store, StoreError, TraceRecord

ARMS = ("none", "dense", "feature-gate")


@pytest.fixture
def store(home):
    opened = Store(home)
    yield opened
    opened.close()


@pytest.fixture
def study(store):
    """A study in training: study(finished=["none"], running={"dense": 2}, seeds=8)."""

    def make(finished=ARMS, running=(), seeds=8, alone=False, first=0, **options):
        options = {"score": "final", **options}
        plan = Study(task="planted-features", arms=list(ARMS), seeds=seeds, epochs=3, **options)
        plan = plan.at_seeds(first)
        study_id = store.create_study(plan)
        store.acquire(study_id, Owner.current())
        epochs = dict.fromkeys(finished, 3) | dict(running)
        for arm, upto in epochs.items():
            store.describe_arm(study_id, arm, [], 1000 + 100 * ARMS.index(arm), 10)
            for seed in plan.seeds:
                store.start_run(study_id, arm, seed)
                seconds = 0.5 + 0.1 * ARMS.index(arm) + (0.01 * seed if alone else 0)
                epochs_done = range(1, upto + 1)
                store.record_epochs(
                    study_id, [record(arm, seed, epoch, seconds) for epoch in epochs_done]
                )
                if arm in finished:
                    tested = {"accuracy": 0.1 * ARMS.index(arm), "loss": 1.0}
                    store.finish_run(study_id, arm, seed, 2.0 + ARMS.index(arm), tested=tested)
        return study_id

    return make


def record(arm, seed, epoch, seconds=0.5):
    """Each arm is 0.1 better than the one before, and each epoch than the one before."""
    score = 0.1 * ARMS.index(arm) + 0.1 * epoch + 0.01 * seed + 0.001 * (seed * epoch % 3)
    trace = TraceRecord("feature", "gate", [0.5, 0.5], {"mass": score / 2, "chance": 0.5})
    return EpochRecord(
        arm=arm,
        seed=seed,
        epoch=epoch,
        loss=1.0,
        accuracy=score,
        val_loss=1 - score,
        val_accuracy=score,
        seconds=seconds,
        traces=[] if arm == "none" else [trace],
    )


def verdicts(result):
    return {arm.label: arm.verdict for arm in result.arms}


def frame(result):
    return verdicts_frame(result).set_index("label")


def test_a_finished_study_has_its_verdicts_with_sizes_and_times(store, study):
    found = judge(store, study())
    assert verdicts(found) == {"none": "reference", "dense": "helps", "feature-gate": "helps"}
    table = frame(found)
    assert table.loc["dense", "difference"] == pytest.approx(0.1)
    assert table["total_parameters"].to_list() == [1000, 1100, 1200]
    assert table["seconds"].to_list() == [2, 3, 4]
    assert table.loc["dense", "title"] == "Dense attention"
    assert len(scores_frame(found)) == 24


def test_less_loss_helps_too(store, study):
    result = judge(store, study(), "val_loss", is_planned=True)
    assert verdicts(result)["dense"] == "helps"


def test_a_metric_that_was_not_planned_has_p_without_a_verdict(store, study):
    study_id = study()
    result = judge(store, study_id, "val_loss")
    dense = result.arm("dense")
    assert dense.verdict == "not planned"
    assert dense.p_corrected < 0.05
    assert dense.difference.high < 0
    assert dense.basis.startswith(
        "The study was planned to be judged by validation accuracy, so this is p without a verdict."
    )
    assert "▼" not in headline(result)
    assert "this is not what the study was planned to be judged by" in headline(result)
    assert verdicts(judge(store, study_id, "parameters"))["dense"] == "higher"
    mass = frame(judge(store, study_id, "mass"))
    assert mass.loc["none", "n"] == 0
    assert mass.loc["dense", "verdict"] == "no pairs yet"


def test_what_is_counted_is_not_tested(store, study):
    """Parameters are the same at every seed: eight of them are no sample of eight."""
    table = frame(judge(store, study(seeds=2), "parameters"))
    row = table.loc["dense"]
    assert row["verdict"] == "higher"
    assert row["basis"] == "Counted, the same at every seed: 100 more than the reference."
    assert np.isnan([row["p"], row["planned_p_holm"], row["shown"]]).all()
    assert (row["low"], row["difference"], row["high"]) == (100, 100, 100)
    assert table.loc["none", "verdict"] == "reference"


def test_seeds_that_train_together_are_one_measurement_of_time(store, study):
    row = frame(judge(store, study(), "seconds")).loc["dense"]
    assert (row["pairs"], row["verdict"]) == (1, "not enough seeds")
    assert "share a clock and count once" in row["basis"]
    assert "7 of 8 seeds are left out" in row["basis"]
    assert "seeds failed" not in row["basis"]  # none did
    alone = frame(judge(store, study(alone=True, first=8), "seconds", is_planned=True)).loc["dense"]
    assert (alone["pairs"], alone["verdict"]) == (8, "higher")


def test_the_plan_says_how_scores_are_read(store, study):
    mean = scores_frame(judge(store, study(score="mean", last=2)))
    final = scores_frame(judge(store, study(score="final")))
    assert (mean["value"] < final["value"]).all()
    tested = judge(store, study(score="test"))
    assert set(scores_frame(tested)["value"].round(6)) == {0.0, 0.1, 0.2}
    assert (tested.rule.score, tested.metric.title) == ("test", "Test accuracy")
    assert judge(store, study(score="test"), "mass").rule.score == "final"
    assert judge(store, study(score="final")).metric.title == "Validation accuracy"
    best = judge(store, study(score="best"))
    assert set(scores_frame(best)["value"].round(6)) == {0.0, 0.1, 0.2}
    assert judge(store, study(score="best"), "mass").metric.name == "mass"


def test_unfinished_runs_count_only_to_follow_the_training_by(store, study):
    study_id = study(finished=["none"], running={"dense": 2})
    assert verdicts(judge(store, study_id))["dense"] == "no pairs yet"
    found = judge(store, study_id, interim=True)
    assert verdicts(found) == {
        "none": "reference",
        "dense": "still training",
        "feature-gate": "no pairs yet",
    }
    row = frame(found).loc["dense"]
    assert row["pairs"] == 8
    assert not row["final"]
    assert row["basis"].startswith("What the latest epochs gave")


def test_arms_that_have_ended_have_a_verdict_while_others_train(store, study):
    study_id = study(finished=["none", "dense"], running={"feature-gate": 1})
    found = verdicts(judge(store, study_id, interim=True))
    assert found["dense"] == "helps"
    assert found["feature-gate"] == "still training"
    unfinished = study(finished=["dense"], running={"none": 1})
    assert verdicts(judge(store, unfinished, interim=True))["dense"] == "still training"


def test_seeds_added_beyond_the_plan_change_no_verdict(store, study):
    study_id = study(seeds=8)
    store.release(study_id)
    store.extend(study_id, 2)
    table = verdicts_frame(judge(store, study_id))
    assert not table["exploratory"].any()  # none of them has been trained yet
    assert set(table["verdict"]) == {"reference", "helps"}


def test_runs_that_failed_are_left_out(store, study):
    study_id = study(finished=["none", "dense"], running={"feature-gate": 1})
    row = frame(judge(store, study_id)).loc["dense"]
    assert row["final"]
    for arm in ("none", "dense"):
        store.start_run(study_id, arm, 3)
        assert not frame(judge(store, study_id)).loc["dense", "final"]
        store.fail_run(study_id, arm, 3, "the loss is NaN")
    row = frame(judge(store, study_id)).loc["dense"]
    assert (row["final"], row["pairs"], row["verdict"]) == (True, 7, "helps")
    assert "1 of 8 seeds is left out" in row["basis"]
    assert "Provisional" not in row["basis"]


def test_a_verdict_that_failed_runs_decide_is_withheld(store, study):
    study_id = study(finished=["none", "dense"], running={"feature-gate": 1})
    store.start_run(study_id, "dense", 3)
    store.fail_run(study_id, "dense", 3, "the loss is NaN")
    result = judge(store, study_id)
    dense = result.arm("dense")
    assert dense.verdict == "depends on failed runs"
    assert dense.pairs == 7
    assert dense.difference.low > 0
    assert dense.basis.startswith(
        "1 run failed here or in the reference alone. Without it: helps; at what guessing gives: "
        "no difference shown."
    )
    assert "the verdict depends on how failed runs are counted" in headline(result)


def test_a_study_on_seeds_that_were_seen_is_exploratory(store, study):
    first = study()
    result = judge(store, study(seeds=10))
    assert set(verdicts(result).values()) == {"reference", "exploratory"}
    where = f"Exploratory: these seeds were seen in {first}, so nothing is claimed beyond them."
    assert result.conditions[0] == where
    assert result.arm("dense").basis.startswith(where)
    assert result.arm("dense").difference.low > 0
    assert verdicts(judge(store, first))["dense"] == "helps"
    fresh = judge(store, study(first=10))
    assert verdicts(fresh)["dense"] == "helps"


def test_a_study_says_how_many_of_its_question_were_before_it(store, study):
    ids = [study(first=first) for first in (0, 8, 16)]
    before = [judge(store, each).conditions for each in ids]
    assert before == [
        (),
        (f"1 earlier study of the same question here: {ids[0]}.",),
        (f"2 earlier studies of the same question here: {ids[0]} and {ids[1]}.",),
    ]


def test_a_study_that_was_stopped_has_no_verdict(store, study):
    study_id = study(finished=["none", "feature-gate"], running={"dense": 2})
    for seed in range(7):
        store.finish_run(study_id, "dense", seed, 1.0)
    store.release(study_id, Status.STOPPED)
    result = judge(store, study_id)
    assert verdicts(result) == {
        "none": "reference",
        "dense": "stopped early",
        "feature-gate": "helps",
    }
    assert result.arm("dense").basis.startswith("Stopped at 7 of 8 seeds: no verdict.")
    assert "the study was stopped before its planned seeds" in headline(result)


def test_unknown_studies_and_metrics_are_told(store, study):
    with pytest.raises(StoreError, match="there is no study 'gone'"):
        judge(store, "gone")
    with pytest.raises(SpecError, match="unknown metric 'accurcy'"):
        judge(store, study(), "accurcy")
