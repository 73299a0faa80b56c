"""What keeps this process from a Ray cluster is told, and who gets how much of one."""

import socket
from types import SimpleNamespace

import pytest

from attnlab.compat import ray as reached_into
from attnlab.workers import Cluster, ClusterError, SeedGroup, cluster, connection
from attnlab.workers.cluster import RayWorkers


@pytest.fixture
def ray(monkeypatch):
    """Ray's module, as if this process were not connected."""
    module = connection.imported()
    monkeypatch.setattr(module, "is_initialized", lambda: False)
    return module


@pytest.fixture
def listening():
    """HOST:PORT where somebody listens who is no Ray."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_machine_where_no_ray_runs_is_told(ray, monkeypatch):
    monkeypatch.setattr(reached_into, "address_of_this_machine", lambda: None)
    with pytest.raises(ClusterError, match="No Ray cluster runs on this machine: start one with"):
        connection.connect(Cluster("auto"))


def test_a_ray_that_was_killed_is_not_waited_for(ray, monkeypatch, listening):
    host, port = listening.split(":")
    gone = f"{host}:{int(port) % 60000 + 1}"
    monkeypatch.setenv("RAY_ADDRESS", gone)
    with pytest.raises(ClusterError, match="This machine's Ray cluster cannot be reached: Conn"):
        connection.connect(Cluster("auto"))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            "Version mismatch: the cluster has Ray 2.1",
            "runs on another version of Ray",
        ),
        ("ray client connection timeout", "cannot be reached: ray client connection timeout"),
    ],
)
def test_what_ray_raises_is_told(ray, monkeypatch, listening, raised, told):
    def init(**_):
        raise RuntimeError(raised)

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with pytest.raises(ClusterError, match=f"The Ray cluster at {listening} {told}"):
        connection.connect(Cluster(listening))


def test_a_client_that_was_cut_off_is_told_and_a_fault_of_ours_is_none_of_ray(ray, monkeypatch):
    head = Cluster("ray://head:1")
    told = "The Ray cluster at ray://head:1 does not answer any more: Ray Client is not connected"
    with pytest.raises(ClusterError, match=told), connection.asked(head):
        raise Exception("Ray Client is not connected. Please connect")
    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    with pytest.raises(KeyError), connection.asked(head):
        raise KeyError("a fault of ours")


def test_a_node_without_attnlab_is_told():
    assert connection._without_attnlab(Exception("No module named 'attnlab.workers'")) == (
        "no attnlab"
    )
    assert "can be imported (it broke)" in connection._without_attnlab(Exception("it broke\nmore"))


class NotedStreams:
    """Notes what it is asked to start, and has nothing to say."""

    def __init__(self):
        self.started = []

    def start(self, number, order, carried, threads):
        self.started.append((order.work.may_move, threads))

    def read(self, seconds):
        return []

    def cancel(self):
        pass


@pytest.fixture
def handed_out(plan, monkeypatch):
    """Whether each of so many groups may move, and its threads, on nodes of so many processors."""

    def hand_out(groups, nodes, gpus=0.0, **about):
        noted = NotedStreams()
        alive = [{"Alive": True, "Resources": {"CPU": each, "GPU": 1}} for each in nodes]
        ray = SimpleNamespace(nodes=lambda: alive)
        monkeypatch.setattr(connection, "connect", lambda cluster: ray)
        monkeypatch.setattr(cluster, "_streams", lambda ray, cluster: noted)
        study, workers = plan(arms=["dense"], seeds=groups), RayWorkers(Cluster("auto", gpus))
        for seed in study.seeds:
            workers.add(SeedGroup(study, study.arms[0], (seed,), [seed], (0, seed, 0), **about))
        workers.next_event(0)
        return noted.started

    return hand_out


def test_a_large_network_takes_its_share_of_the_processors_of_one_node(handed_out):
    assert handed_out(1, [2, 16, 16], is_large=True) == [(False, 16)]
    assert handed_out(4, [16, 16], is_large=True) == [(False, 8)] * 4
    assert handed_out(40, [16, 16], is_large=True) == [(False, 1)] * 32
    assert handed_out(1, [16], gpus=1, is_large=True) == [(False, 1)]


def test_what_is_not_known_to_be_large_begins_with_one(handed_out):
    assert handed_out(2, [1, 16]) == [(True, 1)] * 2
    assert handed_out(1, [1, 1]) == [(False, 1)]
    assert handed_out(1, [16], gpus=1) == [(False, 1)]
    assert handed_out(1, [16], is_large=False) == [(False, 1)]
