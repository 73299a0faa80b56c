"""Exports of MLflow and Weights & Biases, and TensorBoard's event files of two writers."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from attnlab.scores import ScoreOptions, ScoresError
from attnlab.scores.naming import run_named
from attnlab.scores.reading import read_scores, scores_in

MLFLOW = (
    "run_id,experiment_id,status,start_time,metrics.val_accuracy,metrics.train_loss,params.model,"
    "params.seed,params.lr,tags.mlflow.runName\n"
    "f1,1,FINISHED,2026-01-01,0.81,0.5,baseline,0,0.1,gifted-cat-1\n"
    "f2,1,FINISHED,2026-01-01,0.82,0.4,baseline,1,0.1,gifted-cat-2\n"
    "f3,1,FINISHED,2026-01-01,0.91,0.3,attention,0,0.1,gifted-cat-3\n"
    "f4,1,FAILED,2026-01-01,,,attention,1,0.1,gifted-cat-4\n"
)
WANDB_RUNS = (
    '"Name","State","Notes","User","Tags","Created","Runtime","Sweep","lr","seed","val_accuracy"\n'
    '"baseline-seed0","finished","","me","","2026-01-01","100","","0.1","0","0.81"\n'
    '"baseline-seed1","finished","","me","","2026-01-01","100","","0.1","1","0.82"\n'
    '"attention-seed0","finished","","me","","2026-01-01","100","","0.1","0","0.91"\n'
)
WANDB_HISTORY = (
    '"Step","baseline-seed0 - val_accuracy","baseline-seed0 - val_accuracy__MIN",'
    '"baseline-seed0 - val_accuracy__MAX","attention-seed0 - val_accuracy",'
    '"attention-seed0 - val_accuracy__MIN","attention-seed0 - val_accuracy__MAX"\n'
    '"0","0.5","0.5","0.5","0.6","0.6","0.6"\n'
    '"1","0.9","0.9","0.9","0.7","0.7","0.7"\n'
    '"2","0.8","0.8","0.8","","",""\n'
)


def scores(table):
    return {(run.arm, run.seed): round(run.value, 6) for run in table.runs}


def test_runs_of_mlflow():
    with pytest.raises(ScoresError, match="several measures, val_accuracy and train_loss"):
        scores_in(MLFLOW, ScoreOptions())
    with pytest.raises(ScoresError, match=r"row 5 \(attention, seed 1\)"):
        scores_in(MLFLOW, ScoreOptions(metric="val_accuracy"))
    table = scores_in(MLFLOW, ScoreOptions(metric="val_accuracy", without_missing=True))
    expected = {("baseline", 0): 0.81, ("baseline", 1): 0.82, ("attention", 0): 0.91}
    assert scores(table) == expected
    assert table.metric.title == "Validation accuracy"


def test_a_table_of_runs_of_weights_and_biases():
    table = scores_in(WANDB_RUNS, ScoreOptions())
    expected = {("baseline", 0): 0.81, ("baseline", 1): 0.82, ("attention", 0): 0.91}
    assert scores(table) == expected


def test_the_history_of_a_chart_of_weights_and_biases():
    final, best = (
        scores_in(WANDB_HISTORY, ScoreOptions(value=value)) for value in ("final", "best")
    )
    assert scores(final) == {("baseline", 0): 0.8, ("attention", 0): 0.7}
    assert scores(best) == {("baseline", 0): 0.9, ("attention", 0): 0.7}
    assert "flatter" in best.notes[0]
    with pytest.raises(ScoresError, match="say whether more of it is better"):
        scores_in(WANDB_HISTORY.replace("val_accuracy", "foo"), ScoreOptions(value="best"))
    with pytest.raises(ScoresError, match="such as baseline-seed0, got 'lively-frog'"):
        scores_in(WANDB_HISTORY.replace("baseline-seed0", "lively-frog"), ScoreOptions())


@pytest.mark.parametrize(
    ("name", "arm", "seed"),
    [
        ("baseline/seed0", "baseline", 0),
        ("baseline_s12", "baseline", 12),
        ("baseline-seed=3", "baseline", 3),
        ("resnet50_seed_4", "resnet50", 4),
        ("base line run 5", "base line", 5),
        ("baseline/7", "baseline", 7),
        ("baseline/version_2", "baseline", 2),
        ("vgg-16-seed-1", "vgg-16", 1),
    ],
)
def test_names_of_runs_say_arm_and_seed(name, arm, seed):
    assert run_named(name) == (arm, seed)


@pytest.mark.parametrize("name", ["baseline", "lively-frog", "resnet50", "42"])
def test_names_that_say_no_seed(name):
    assert run_named(name) is None


def written_by_tensorflow(folder, tag, curve):
    """As `tf.summary.scalar` and `tf.summary.text` do where TensorBoard is installed."""
    with tf.summary.create_file_writer(str(folder)).as_default():
        for step, value in enumerate(curve):
            tf.summary.write(tag, tf.constant(value), step, metadata=of_plugin("scalars"))
        tf.summary.write("note", tf.constant(["hello"]), 0, metadata=of_plugin("text"))


def of_plugin(name):
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = name
    return metadata


def written_as_pytorch_does(folder: Path, tag, curve):
    folder.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(folder / "events.out.tfevents.1.machine.1.0")) as file:
        for step, value in enumerate(curve):
            summary = tf.compat.v1.Summary()
            summary.value.add(tag=tag, simple_value=value)
            event = tf.compat.v1.Event(step=step, summary=summary)
            file.write(event.SerializeToString())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two arms of two seeds, each by another writer."""
    where = tmp_path_factory.mktemp("events")
    for seed in range(2):
        curve = [0.5, 0.75 + seed / 100, 0.625]
        written_by_tensorflow(where / f"baseline/seed{seed}/validation", "accuracy", curve)
        written_as_pytorch_does(where / f"attention_s{seed}" / "val", "accuracy", curve)
    return where


def test_event_files_of_both_writers(folder, tmp_path):
    with pytest.raises(ScoresError, match="several series, val/accuracy and validation/accuracy"):
        read_scores(folder, ScoreOptions())
    table = read_scores(folder, ScoreOptions(tag="validation/accuracy", without_missing=True))
    assert scores(table) == {("baseline", 0): 0.625, ("baseline", 1): 0.625}
    best = read_scores(folder, ScoreOptions(tag="val/accuracy", value="best", without_missing=True))
    assert scores(best) == {("attention", 0): 0.75, ("attention", 1): 0.76}
    with pytest.raises(ScoresError, match="no series 'loss'"):
        read_scores(folder, ScoreOptions(tag="loss"))
    with pytest.raises(ScoresError, match="got none"):
        read_scores(tmp_path, ScoreOptions())


def test_a_run_that_was_killed_has_what_it_wrote(tmp_path):
    for arm in ("a", "b"):
        written_as_pytorch_does(tmp_path / arm / "seed0", "acc", [0.25, 0.5])
    file = next((tmp_path / "a/seed0").iterdir())
    file.write_bytes(file.read_bytes()[:-7])
    assert scores(read_scores(tmp_path, ScoreOptions())) == {("a", 0): 0.25, ("b", 0): 0.5}
    file.write_bytes(b"no event file at all, but long enough")
    with pytest.raises(ScoresError, match="cannot be read as an event file"):
        read_scores(tmp_path, ScoreOptions())


def test_folders_without_a_seed_and_runs_that_diverged(tmp_path):
    written_as_pytorch_does(tmp_path / "a" / "seed0", "acc", [0.25, np.nan])
    with pytest.raises(ScoresError, match=r"folder a/seed0 .* no finite final value"):
        read_scores(tmp_path, ScoreOptions())
    written_as_pytorch_does(tmp_path / "lively-frog", "acc", [0.25])
    with pytest.raises(ScoresError, match=r"expected an arm and a seed .* got 'lively-frog'"):
        read_scores(tmp_path, ScoreOptions(without_missing=True))
