"""A study that cannot fit is refused before anything of it is trained, with the figures."""

import pytest

from attnlab import Study
from attnlab.backbones import build
from attnlab.data import memory as data_memory
from attnlab.tasks import make
from attnlab.training import memory
from attnlab.training.machine_limits import KEPT_GROUPS, MOST_BYTES

GIB = 2**30
LARGE = {"name": "planted-channels", "channels": 64, "size": 32, "samples": 20_000}


@pytest.fixture
def free(monkeypatch):
    def only(gib):
        monkeypatch.setattr(memory, "available", lambda: int(gib * GIB))

    return only


def test_a_study_that_does_not_fit_says_what_it_needs_and_what_is_free(free):
    study = Study(task=LARGE, arms=["none"], seeds=1)
    free(16)
    with pytest.raises(memory.TooLargeError, match=r"24\.4 GiB .*16\.0 GiB are free.*6\.10 GiB"):
        memory.check(study)
    free(32)
    memory.check(study)


def test_seeds_at_once_and_the_tasks_of_all_arms_count():
    task = {"name": "planted-features", "features": 8, "samples": 500}
    one = Study(task=task, arms=["none", "dense"], seeds=1)
    seed = make(one.task, 0).nbytes
    assert memory.needed(one) == (1 + KEPT_GROUPS + 1) * seed
    ten = Study(task=task, arms=["none"], seeds=10)
    assert memory.needed(ten) == 10 * memory.needed(one)
    hundred = Study(task=task, arms=["none"], seeds=100)
    assert memory.needed(hundred) == 16 * memory.needed(one)
    other = Study(task=task, arms=["none", "none@classes=7"], seeds=1)
    assert memory.needed(other) == (2 + KEPT_GROUPS + 1) * seed


def test_samples_to_be_tested_on_count_and_seeds_train_together_as_without_them():
    task = {"name": "documents", "sentences": 20, "words": 20, "samples": 20_000}
    few, many = (
        Study(task={**task, "test_samples": count}, arms=["none"], seeds=50)
        for count in (0, 50_000)
    )
    one, larger = (make(study.task, 0) for study in (few, many))
    together = memory.needed(few) // ((1 + KEPT_GROUPS + 1) * one.nbytes)
    assert together == MOST_BYTES // one.nbytes == 13
    assert memory.needed(many) == (1 + KEPT_GROUPS + 1) * together * larger.nbytes


def test_seeds_at_once_are_bounded_so_that_many_seeds_need_little_more():
    task = {"name": "planted-features", "features": 256, "samples": 50_000}
    study = Study(task=task, arms=["none"], seeds=1000)
    assert memory.needed(study) <= (1 + KEPT_GROUPS + 1) * MOST_BYTES


def test_the_figure_for_a_network_counts_batches_and_weights(free):
    study = Study(task=LARGE, arms=["none"], batch_size=8192)
    network = build(study.task, study.arms[0].module)
    free(8)
    memory.check_network(network, 64, 1)
    with pytest.raises(memory.TooLargeError, match="batches of 8192"):
        memory.check_network(network, 8192, 1)
    wide = build(Study(task={**LARGE, "size": 8}, arms=["none"]).task, study.arms[0].module)
    memory.check_network(wide, 8192, 1)
    with pytest.raises(memory.TooLargeError):
        memory.check_network(wide, 8192, 16)


@pytest.mark.parametrize(("size", "batch"), [(64, 512), (128, 128)])
def test_large_layers_are_evaluated_on_fewer_inputs_at_once(size, batch):
    study = Study(task={"name": "image-folder", "size": size}, arms=["none"])
    network = build(study.task, study.arms[0].module)
    assert memory.evaluation_batch(network) == batch


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(data_memory, "_CGROUP", tmp_path)
    free = memory.available()
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert memory.available() == pytest.approx(free, rel=0.2)
    (tmp_path / "memory.max").write_text("5000\n")
    assert memory.available() == 4000
    (tmp_path / "memory.stat").write_text("anon 700\ninactive_file 300\n")
    assert memory.available() == 4300
