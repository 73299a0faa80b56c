"""The connection of this process to a Ray cluster, and whether its nodes can train."""

from __future__ import annotations

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from attnlab.imports import importing
from attnlab.workers.addresses import AUTO, Cluster, ClusterError
from attnlab.workers.cluster_task import node_versions
from attnlab.workers.versions import differences, versions

log = logging.getLogger(__name__)

REACH_SECONDS = 5.0
CHECK_SECONDS = 60.0
"""A node that has not said its versions by then is left out of the check; each task checks them."""

PLACE_SECONDS = 20.0
"""So long a cluster may have no node with room for a task: one may be joining."""

INSTALL = "pip install -r requirements-ray.txt"
CPUS_A_TASK = 1.0

_lock = threading.Lock()
_connected_to: Cluster | None = None
_checked: set[str] = set()

Nodes = Sequence[Mapping[str, Any]]


def connect(cluster: Cluster) -> Any:
    """Connect this process to the cluster, unless it is, and return the module `ray`.

    The connection stays until the process ends; where the program has connected itself to Ray, its
    own is used. Raises ClusterError: Ray is not installed, nobody answers, the versions of some
    node differ from those here, or no node has room for a task.
    """
    ray = imported()
    with _lock, asked(cluster):
        _open(ray, cluster)
        nodes = _with_room(ray, cluster)
        _check_versions(ray, cluster, nodes)
    return ray


def imported() -> Any:
    """The module `ray`. Raises ClusterError where it is not installed."""
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")  # one try takes half a minute
    try:
        with importing("ray"):
            import ray
    except ImportError:
        raise ClusterError(f"Ray is not installed here, which a cluster needs: {INSTALL}") from None
    return ray


@contextmanager
def asked(cluster: Cluster) -> Iterator[None]:
    """Within this, a cluster that does not answer any more raises ClusterError."""
    ray = imported()
    try:
        yield
    except ClusterError:
        raise
    except Exception as error:
        known = (ray.exceptions.RayError, ConnectionError, TimeoutError)
        if not isinstance(error, known) and ray.is_initialized():
            raise  # Ray's client, once it is cut off, raises anything
        _forget()
        raise ClusterError(
            f"{_named(cluster)} does not answer any more: {first_line(error)}"
        ) from error


class Room(NamedTuple):
    """What there is room for on the nodes, were they idle: so many `tasks` of one processor, of
    `processors` in all, the largest node having `most` of them."""

    tasks: int
    processors: int
    most: int


def room(ray: Any, cluster: Cluster) -> Room:
    """What there is room for on the nodes that are alive."""
    nodes = _alive(ray)
    processors = [int(node["Resources"].get("CPU", 0)) for node in nodes]
    tasks = sum(_fits(node, cluster) for node in nodes)
    return Room(tasks, sum(processors), max(processors, default=0))


def asked_and_found(ray: Any, cluster: Cluster) -> str:
    """What a task asks for, and what the nodes have."""
    wanted = _resources_text(CPUS_A_TASK, cluster.gpus)
    found = sorted({_node_text(node) for node in _alive(ray)})
    return f"it asks for {wanted}; the nodes there are have {'; '.join(found) or 'nothing'}"


def first_line(error: BaseException) -> str:
    """The first line of an error's message, without a full stop; its type where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _open(ray: Any, cluster: Cluster) -> None:
    global _connected_to
    if ray.is_initialized():
        if _connected_to in (None, cluster) and _answers(ray):
            return
        _forget()
        ray.shutdown()
    with importing("attnlab.compat.ray"):
        from attnlab.compat.ray import address_of_this_machine, keep_off_standard_output

    address = cluster.address
    if address == AUTO:
        found = address_of_this_machine()
        if found is None:
            raise ClusterError(
                "No Ray cluster runs on this machine: start one with `ray start --head`, or give "
                "the address of another one"
            )
        address = Cluster(found).address
    _reach(cluster, address)
    try:
        keep_off_standard_output()
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        with suppress(Exception):  # half a connection is none
            ray.shutdown()
        if "mismatch" in str(error).lower():
            raise ClusterError(
                f"{_named(cluster)} runs on another version of Ray or Python than this machine, "
                f"which has Ray {ray.__version__} and Python {versions()['Python']}: install the "
                f"same on both ({first_line(error)})"
            ) from None
        raise ClusterError(f"{_named(cluster)} cannot be reached: {first_line(error)}") from None
    _connected_to = cluster


def _reach(cluster: Cluster, address: str) -> None:
    """Raise ClusterError where nobody listens; Ray itself would try for longer."""
    host, port = address.removeprefix("ray://").rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), REACH_SECONDS).close()
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ClusterError(f"{_named(cluster)} cannot be reached: {reason}") from None


def _answers(ray: Any) -> bool:
    try:
        return bool(_alive(ray))
    except Exception:  # whatever a broken connection raises
        log.info("the connection to Ray is broken: connecting again")
        return False


def _forget() -> None:
    global _connected_to
    _connected_to = None
    _checked.clear()


def _with_room(ray: Any, cluster: Cluster) -> Nodes:
    """The nodes that can train; waits a while for the first."""
    deadline = time.monotonic() + PLACE_SECONDS
    while not (nodes := [node for node in _alive(ray) if _fits(node, cluster)]):
        if time.monotonic() >= deadline:
            raise ClusterError(
                f"no node of {cluster} has room for a training: {asked_and_found(ray, cluster)}"
            )
        time.sleep(0.5)
    return nodes


def _check_versions(ray: Any, cluster: Cluster, nodes: Nodes) -> None:
    """Ask every node that has not been asked what it would train with."""
    with importing("ray.util.scheduling_strategies"):
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ask = ray.remote(node_versions)
    answers = {}
    for node in nodes:
        if node["NodeID"] not in _checked:
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            reference = ask.options(num_cpus=0, max_retries=0, scheduling_strategy=there).remote()
            answers[reference] = node
    if not answers:
        return
    ready, late = ray.wait(list(answers), num_returns=len(answers), timeout=CHECK_SECONDS)
    for reference in late:
        log.warning("node %s has not said its versions", _name(answers[reference]))
    unlike = []
    for reference in ready:
        node = answers[reference]
        try:
            differs = differences(versions(), ray.get(reference))
        except (ray.exceptions.NodeDiedError, ray.exceptions.TaskUnschedulableError):
            continue  # it has gone since
        except ray.exceptions.RayError as error:
            differs = _without_attnlab(error)
        if differs:
            unlike.append(f"{_name(node)} has {differs}")
        else:
            _checked.add(node["NodeID"])
    if unlike:
        more = f", and {len(unlike) - 3} more nodes" if len(unlike) > 3 else ""
        raise ClusterError(
            f"{_named(cluster)} would give other numbers than this machine: "
            f"{'; '.join(unlike[:3])}{more}. Install the same versions on all of them"
        )


def _without_attnlab(error: Exception) -> str:
    if "No module named" in str(error):
        missing = str(error).split("No module named", 1)[1].split("\n", 1)[0].strip(" '\"")
        return f"no {missing.partition('.')[0]}"
    return f"no attnlab that can be imported ({first_line(error)})"


def _alive(ray: Any) -> Nodes:
    return [node for node in ray.nodes() if node["Alive"]]


def _fits(node: Mapping[str, Any], cluster: Cluster) -> int:
    """How many tasks fit on a node."""
    has = node["Resources"]
    places = has.get("CPU", 0) / CPUS_A_TASK
    if cluster.gpus:
        shares = math.floor(1 / cluster.gpus + 1e-9) if cluster.gpus < 1 else 1 / cluster.gpus
        places = min(places, has.get("GPU", 0) * shares)
    return int(places)


def _node_text(node: Mapping[str, Any]) -> str:
    has = node["Resources"]
    return _resources_text(has.get("CPU", 0), has.get("GPU", 0))


def _resources_text(cpus: float, gpus: float) -> str:
    return f"{cpus:g} CPU" + (f" and {gpus:g} GPU" if gpus else "")


def _name(node: Mapping[str, Any]) -> str:
    return f"node {node.get('NodeManagerHostname') or node['NodeManagerAddress']}"


def _named(cluster: Cluster) -> str:
    text = str(cluster)
    return text[0].upper() + text[1:]
