"""Training on images that are read from disk: the same bits as from memory, and shared pages."""

import numpy as np
import pytest
from data.images.conftest import noise

from attnlab import Study
from attnlab.data.images import pixel_file
from attnlab.data.memory import VARIABLE
from attnlab.training import EpochEnd, RunEnd, RunFailed
from attnlab.training.data import DataPool
from attnlab.training.events import Preparing
from attnlab.training.feeding import ARRAYS, IMAGES
from attnlab.training.shared_arrays import SharedArrays


@pytest.fixture
def study(tmp_path):
    for number in range(30):
        path = tmp_path / "set" / ("cats" if number % 2 else "dogs") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise(number))
    task = {"data": str(tmp_path / "set"), "size": 8, "blocks": 1, "width": 4, "head": 8}
    return Study(task=task, arms=["se:ratio=4"], seeds=2, epochs=2, batch_size=8)


def numbers(events):
    """All that was measured, by seed."""
    found = []
    for event in events:
        match event:
            case EpochEnd():
                found.append((event.seed, event.loss, event.accuracy, event.val_loss))
            case RunEnd():
                found.append((event.seed, event.tested, event.at_end, event.predictions.tolist()))
        if isinstance(event, EpochEnd | RunEnd):
            found += [(each.weights.tolist(), each.measures) for each in event.traces]
    return found


@pytest.mark.parametrize("together", [1, 2])
def test_scores_traces_and_answers_are_the_same_bits(study, events, monkeypatch, together):
    monkeypatch.setattr(pixel_file, "RESIDENT", 1000)  # pages are given back all the time
    held = numbers(events(study, together=together))
    monkeypatch.setenv(VARIABLE, "0")
    streamed = events(study, together=together)
    assert sum(isinstance(event, Preparing) and event.lasts for event in streamed) == 1
    assert numbers(streamed) == held
    assert len(held) == 2 * (2 + 1) * 2


def test_processes_share_the_file_and_no_copy(study, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    pools = [DataPool(shared=SharedArrays(tmp_path / "shared")) for _ in range(2)]
    one, other = (pool.group(study.task, study.seeds) for pool in pools)
    assert one.feed is other.feed is IMAGES
    assert one.file is not None
    images, rows = one.train.x
    assert (images.dtype, images.shape, rows.shape) == ("uint8", (30, 8, 8, 3), (2, 18))
    np.testing.assert_array_equal(rows, other.train.x[1])
    written = sum(each.stat().st_size for each in (tmp_path / "shared").iterdir())
    assert written < images.numpy().nbytes
    assert not list(pools[1].prepare(study.task, study.seeds))
    monkeypatch.delenv(VARIABLE)
    assert DataPool().group(study.task, study.seeds).feed is ARRAYS


def test_seeds_of_which_some_were_drawn_in_memory_are_stacked(study, monkeypatch):
    """How much memory is free may change between two of them."""
    pool = DataPool()
    pool.sizes(study.task, study.seeds)
    monkeypatch.setenv(VARIABLE, "0")
    group = pool.group(study.task, study.seeds)
    assert group.feed is ARRAYS
    assert group.train.x.shape == (2, 18, 8, 8, 3)


def test_images_that_cannot_be_read_fail_the_runs_with_the_reason(study, events, tmp_path):
    (tmp_path / "set" / "cats" / "1.png").write_bytes(b"no image")
    failed = [event for event in events(study) if isinstance(event, RunFailed)]
    assert [event.seed for event in failed] == [0, 1]
    assert all("cats/1.png" in event.reason for event in failed)
