"""A Ray cluster of three nodes on this machine trains, and what goes wrong with one is told.

Nodes are processes: one is removed in the middle of a study, as if its machine had been switched
off. The first node has no processors, so that two train.
"""

import shutil
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

import attnlab
from attnlab.cli import main
from attnlab.jobs import execute
from attnlab.spec import Study
from attnlab.store import Store
from attnlab.training.events import EpochEnd, Preparing, RunEnd
from attnlab.workers import (
    Cluster,
    ClusterError,
    Ended,
    SeedGroup,
    cluster,
    cluster_at,
    connection,
)
from attnlab.workers.cluster import RayWorkers
from attnlab.workers.versions import versions

from .conftest import TASK
from .test_cluster_parts import epochs
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
