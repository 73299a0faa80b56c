"""A Ray cluster of three nodes on this machine trains, and what goes wrong with one is told.

Nodes are processes: one is removed in the middle of a study, as if its machine had been switched
off. The first node has no processors, so that two train.
"""

import pickle
import shutil
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

import attnlab
from attnlab.cli import main
from attnlab.data.images import ImageSetError
from attnlab.jobs import execute, execution
from attnlab.spec import SpecError, Study
from attnlab.store import Store
from attnlab.tasks import carried_images, folder
from attnlab.training.events import EpochEnd, Grouped, Preparing, Progress, RunEnd
from attnlab.workers import (
    Begun,
    Cluster,
    ClusterError,
    Ended,
    Failure,
    SeedGroup,
    Work,
    cluster,
    cluster_at,
    cluster_task,
    connection,
)
from attnlab.workers.cluster import RayWorkers
from attnlab.workers.versions import CODE, differences, versions

from .conftest import TASK
from .test_studies import same

STORE_BYTES = 80 * 2**20
ROOT = str(Path(attnlab.__file__).parents[1])


@pytest.fixture(scope="module")
def nodes():
    """A cluster of three nodes, two of which train; the first is where the driver belongs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ROOT)  # nodes look for attnlab there
        import ray
        from ray.cluster_utils import Cluster as RayCluster

        wanted = {"include_dashboard": False, "object_store_memory": STORE_BYTES}
        # A dead node is found in five seconds instead of fifteen.
        soon = {"health_check_period_ms": 1000}
        head = {**wanted, "num_cpus": 0, "_system_config": soon}
        cluster = RayCluster(initialize_head=True, head_node_args=head)
        try:
            for _ in range(2):
                cluster.add_node(wait=False, num_cpus=1, **wanted)
            cluster.wait_for_nodes()
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


@pytest.fixture
def here(nodes):
    return cluster_at(nodes.address)


def test_own_images_are_not_looked_for_on_the_nodes(here, images, plan):
    study = plan(task=images, arms=["none"], seeds=1, epochs=1)
    workers = RayWorkers(here)
    group = SeedGroup(study, study.arms[0], study.seeds, list(study.seeds))
    workers.add(group)
    read = until(workers, Preparing)
    workers._data(group)
    shutil.rmtree(images["path"])
    events = until(workers, Ended)
    workers.close()
    assert events[-1] == Ended()
    assert RunEnd in map(type, events)
    assert read[-1].text.startswith("Reading images: ")


def test_a_node_removed_in_mid_study_costs_nothing_but_time(
    nodes, here, train, numbers, store, plan, caplog
):
    study, removed = plan(epochs=150, seeds=2), []

    def listen(arm, event):
        if isinstance(event, EpochEnd) and event.epoch > 5 and not removed:
            removed.append(arm)
            nodes.remove_node(min(nodes.worker_nodes, key=id), allow_graceful=False)

    study_id = train(study, here, listen)
    assert store.study(study_id).status == "finished"
    assert "the node that trained it was removed from the cluster" in caplog.text
    assert len(numbers(study_id)[0]) == 2 * 2 * 150
    assert same(numbers(study_id), numbers(train(study, "inline")))


def test_commands_train_what_is_left_and_more_on_the_cluster(here, store, plan, monkeypatch):
    monkeypatch.setenv("ATTNLAB_WORKERS", "nobody at home")
    study_id = store.create_study(plan(arms=["none"], epochs=1))
    for command, seeds in ((["resume", study_id], 2), (["extend", study_id, "--seeds", "1"], 3)):
        assert main([*command, "--cluster", here.address]) == 0
        assert store.runs(study_id)["status"].tolist() == ["finished"] * seeds


def test_a_node_that_is_found_unlike_the_driver_ends_the_training(here, plan, monkeypatch):
    monkeypatch.setattr(cluster, "versions", lambda: {**versions(), "keras": "3.0"})
    study = plan()
    workers = RayWorkers(here)
    workers.add(SeedGroup(study, study.arms[0], study.seeds, list(study.seeds)))
    told = r"would give other numbers than this machine: node .* has keras .* instead of 3\.0\."
    with pytest.raises(ClusterError, match=told):
        until(workers, Ended)
    workers.close()


def test_a_cluster_without_room_any_more_ends_the_training(here, monkeypatch):
    workers = RayWorkers(here)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(connection, "PLACE_SECONDS", 0.0)
    monkeypatch.setattr(connection, "CPUS_A_TASK", 64.0)
    with pytest.raises(ClusterError, match=r"has room .* any more: it asks for 64 CPU; the nodes"):
        until(workers, Ended)
    workers.close()


def test_a_process_that_is_killed_on_a_node_ends_its_group_with_the_reason(here, plan):
    study = plan(arms=["dense"], seeds=1, epochs=1000)
    workers = RayWorkers(here)
    workers.add(SeedGroup(study, study.arms[0], study.seeds, list(study.seeds)))
    until(workers, EpochEnd)
    for process in psutil.process_iter(["name", "cmdline"]):
        if (process.info["cmdline"] or [])[:1] == ["ray::attnlab dense"]:
            process.kill()
    [failure] = [each.failure for each in until(workers, Ended)[-1:]]
    workers.close()
    assert "the process that trained it has ended" in failure.reason
    assert failure.worker_died
    assert not failure.machine_died


def test_paused_a_task_stands_still_and_halted_it_is_gone(here, plan):
    study = plan(arms=["dense"], seeds=1, epochs=1000, batch_size=8)
    workers = RayWorkers(here)
    workers.add(SeedGroup(study, study.arms[0], study.seeds, list(study.seeds)))
    last = until(workers, EpochEnd)[-1].epoch
    workers.pause(True)
    time.sleep(2.0)
    while (found := workers.next_event(0.01)) is not None:
        last = getattr(found.event, "epoch", last)
    assert workers.next_event(0.01) is None
    workers.pause(False)
    waited = 0
    while found := workers._streams.read(0):  # faster than a task makes further batches
        waited += sum(epochs(said) for _, said in found)
    assert 0 < waited < 80  # of two batches of 0.2 s; in two seconds it trains 150 or more
    workers.halt()
    ray, deadline = connection.imported(), time.monotonic() + 20
    while ray.available_resources().get("CPU") != ray.cluster_resources()["CPU"]:
        assert time.monotonic() < deadline, "the task still holds its processor"
        time.sleep(0.1)
    workers.close()


def test_versions_that_differ_are_told_before_anything_is_trained(here, home, monkeypatch):
    monkeypatch.setattr(connection, "versions", lambda: {**versions(), "keras": "3.0"})
    monkeypatch.setattr(connection, "_checked", set())
    with pytest.raises(ClusterError, match=rf"has keras {versions()['keras']} instead of 3\.0"):
        attnlab.run(Study(task=TASK, arms=["none"], seeds=1, epochs=1), cluster=here.address)
    assert Store(home).count_studies() == 0


def test_what_no_node_has_room_for_is_told(here, monkeypatch):
    monkeypatch.setattr(connection, "PLACE_SECONDS", 0.1)
    wanted = Cluster(here.address, gpus=0.5)
    monkeypatch.setattr(connection, "_connected_to", wanted)  # the same, but for what it asks for
    with pytest.raises(
        ClusterError, match=r"asks for 1 CPU and 0\.5 GPU; the nodes there are have 0 CPU; 1 CPU"
    ):
        connection.connect(wanted)


# --- without a cluster ---


def test_nobody_who_answers_is_told_and_nothing_is_kept(home, capsys):
    began = time.monotonic()
    plan = ["--task", "planted-features", "--arm", "none", "--seeds", "1"]
    code = main(["run", *plan, "--cluster", "127.0.0.1:1"])
    assert code == 2
    assert "The Ray cluster at 127.0.0.1:1 cannot be reached" in capsys.readouterr().err
    assert time.monotonic() - began < connection.REACH_SECONDS + 5
    assert not (home / "attnlab.db").exists() or Store(home).count_studies() == 0


def test_without_ray_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r"pip install -r requirements-ray\.txt"):
        connection.imported()


def test_a_cluster_that_is_lost_interrupts_a_study_that_resumes_at_home(
    train, store, plan, monkeypatch
):
    def lost(cluster):
        raise ClusterError("it does not answer any more")

    monkeypatch.setattr(connection, "connect", lost)
    study = plan(epochs=1, seeds=1)
    with pytest.raises(ClusterError):
        train(study, cluster_at("auto"))
    [row] = store.studies()
    assert row.status == "interrupted"
    store.enqueue(row.id, row.owner)
    execute(store, row.id, stop=threading.Event(), workers="inline")
    assert store.study(row.id).status == "finished"


@pytest.mark.parametrize("address", ["here", "http://host:1", "ray://host", "host:port", ""])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(SpecError, match="expected auto, HOST:PORT or ray://HOST:PORT"):
        Cluster(address)


def test_a_share_of_a_gpu_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("ATTNLAB_CLUSTER_GPUS", "0.25")
    assert cluster_at("ray://head:10001").gpus == 0.25
    monkeypatch.setenv("ATTNLAB_CLUSTER_GPUS", "1.5")
    with pytest.raises(SpecError, match=r"a number of GPUs or a share of one, got 1\.5"):
        cluster_at("auto")
    monkeypatch.setenv("ATTNLAB_CLUSTER_GPUS", "all")
    with pytest.raises(SpecError, match="expected a number in ATTNLAB_CLUSTER_GPUS"):
        cluster_at("auto")


def test_as_many_tasks_fit_on_a_node_as_processors_and_shares_of_gpus_allow():
    node = {"Resources": {"CPU": 16, "GPU": 2}}
    assert connection._fits(node, Cluster("auto")) == 16
    assert connection._fits(node, Cluster("auto", 0.3)) == 6
    assert connection._fits(node, Cluster("auto", 1)) == 2
    assert connection._fits({"Resources": {}}, Cluster("auto")) == 0


def test_who_trains_is_one_cluster_or_so_many_workers():
    with pytest.raises(SpecError, match="expected workers or a cluster, got both"):
        attnlab.run({"task": TASK}, workers=2, cluster="auto")


def test_what_differs_is_named_once():
    mine = versions()
    assert differences(mine, dict(mine)) == ""
    other = {**mine, CODE: "another", "numpy": "1.0"}
    text = differences(mine, other)
    assert text == f"other code in attnlab {mine['attnlab']}, numpy 1.0 instead of {mine['numpy']}"
    older = {**other, "attnlab": "0.1"}
    assert differences(mine, older).startswith("attnlab 0.1 instead of")
    assert "code" not in differences(mine, older)


def test_a_node_that_joined_late_says_what_differs_instead_of_training(plan):
    study = plan()
    work = Work(study, "none", study.seeds, study.seeds)
    order = cluster_task.GroupOrder("x", work, {**versions(), "keras": "9"}, 0.2)
    [said] = [pickle.loads(each) for each in cluster_task.train(order)]
    assert isinstance(said[0], cluster_task.UnlikeDriver)
    assert f"keras {versions()['keras']} instead of 9" in said[0].why


def test_events_are_sent_together_unless_others_wait_for_them():
    progress = Progress((0,), 1, 0.5)
    said = [Begun(), Grouped(1), progress, progress, progress, Ended()]
    assert sizes(said, 1000.0) == [1, 1, 4]
    assert sizes(said, 0.0) == [1] * 6
    heavy = RunEnd(0, 0.0, 1, b"x" * cluster_task.MOST_BYTES, None, None, ())
    assert sizes([progress, heavy, progress, heavy, Ended()], 1000.0) == [2, 2, 1]


def test_a_group_is_begun_again_more_often_where_its_machine_is_gone():
    gone = Failure("gone", worker_died=True, machine_died=True)
    assert execution._retries(gone) > execution._retries(Failure("killed", worker_died=True))


def test_images_that_were_carried_are_read_without_their_path(images):
    task = Study(task=images, arms=["none"], seeds=1).task
    before = folder.image_folder(task.params, 0)
    brought = pickle.loads(pickle.dumps(carried_images.carried_images(task.params)))
    shutil.rmtree(images["path"])
    with pytest.raises(ImageSetError):
        folder.image_folder(task.params, 0)
    brought.install()
    try:
        after = folder.image_folder(task.params, 0)
        assert task.params.classes == 2
    finally:
        brought.remove()
    assert (before.train.x == after.train.x).all()
    assert (before.test.y == after.test.y).all()


@pytest.fixture
def images(tmp_path):
    """A task on a folder of sixteen small images."""
    random = np.random.default_rng(0)
    for number in range(16):
        path = tmp_path / "own" / ("one" if number % 2 else "two") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 255, (8, 8), np.uint8)).save(path)
    return {
        "name": "image-folder",
        "source": "folder",
        "path": str(tmp_path / "own"),
        "size": 8,
        "colour": False,
    }


def until(workers, kind, seconds=120):
    """The events of workers until one of this kind."""
    deadline, events = time.monotonic() + seconds, []
    while not (events and isinstance(events[-1], kind)):
        assert time.monotonic() < deadline, f"it never came to {kind}"
        found = workers.next_event(0.1)
        if found is not None:
            events.append(found.event)
            if isinstance(found.event, Ended) and kind is not Ended:
                pytest.fail(f"it ended: {found.event}")
    return events


def epochs(batch):
    return sum(isinstance(event, EpochEnd) for event in pickle.loads(batch))


def sizes(said, seconds):
    return [len(pickle.loads(each)) for each in cluster_task.batches(said, seconds)]
