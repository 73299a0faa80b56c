"""What there is to a cluster without one: addresses, shares, batches, versions."""

import pickle
import shutil

import pytest

import attnlab
from attnlab.data.images import ImageSetError
from attnlab.jobs import execution
from attnlab.spec import SpecError, Study
from attnlab.tasks import carried_images, folder
from attnlab.training.events import EpochEnd, Grouped, Progress, RunEnd
from attnlab.workers import (
    Begun,
    Cluster,
    ClusterError,
    Ended,
    Failure,
    Work,
    cluster_at,
    cluster_task,
    connection,
)
from attnlab.workers.choosing import workers_for
from attnlab.workers.versions import CODE, differences, versions

from .conftest import TASK


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


@pytest.mark.parametrize(
    "network",
    [
        {"backbone": "FILE", "after": "conv1"},
        {"backbone": "resnet50", "weights": "file", "weights_file": "FILE"},
    ],
)
def test_a_network_made_from_a_file_is_not_trained_on_a_cluster(tmp_path, network):
    path = tmp_path / "mine.keras"
    path.write_bytes(b"a model")
    given = {name: str(path) if value == "FILE" else value for name, value in network.items()}
    task = {"name": "cluttered-digits", "size": 32, **given}
    with pytest.raises(ClusterError, match=r"made from .*mine\.keras, which is not sent to other"):
        workers_for(Study(task=task, arms=["none"]), Cluster("auto"))


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


def epochs(batch):
    return sum(isinstance(event, EpochEnd) for event in pickle.loads(batch))


def sizes(said, seconds):
    return [len(pickle.loads(each)) for each in cluster_task.batches(said, seconds)]
