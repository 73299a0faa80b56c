"""Which process trains which group, by processes that only note what they are asked for."""

import pytest

from attnlab.workers import Failure, SeedGroup, WorkersError, processes
from attnlab.workers.devices import devices, least_used
from attnlab.workers.messages import Train
from attnlab.workers.team import ProcessWorkers


class Noting:
    """A process that notes what it is sent, and has nothing to say."""

    def __init__(self, threads):
        self.threads, self.is_ready, self.sent = threads, True, []

    def send(self, message):
        self.sent.append(message)

    @property
    def work(self):
        return next(each.work for each in self.sent if isinstance(each, Train))


class Lending:
    """Lends a new process whenever it is asked; so many have a GPU of their own, if there are."""

    def __init__(self, most_with_gpus=None):
        self.lent, self.most_with_gpus = [], most_with_gpus

    def take_idle(self, threads=1):
        return None

    def take(self, threads=1):
        self.lent.append(Noting(threads))
        return self.lent[-1]


@pytest.fixture
def handed_out(plan):
    """The processes that get so many groups at once, on a machine of so many cores."""

    def hand_out(groups, cores, with_gpus=None, gpu_each=True, **about):
        study, lending = plan(arms=["dense"], seeds=groups), Lending(with_gpus)
        workers = ProcessWorkers(cores, cores=cores, gpu_each=gpu_each, processes=lending)
        for seed in study.seeds:
            workers.add(SeedGroup(study, study.arms[0], (seed,), [seed], (0, seed, 0), **about))
        workers.next_event(0)
        return lending.lent

    return hand_out


@pytest.mark.parametrize(
    ("groups", "cores", "threads"),
    [(1, 2, [2]), (2, 2, [1, 1]), (1, 16, [16]), (3, 16, [5, 5, 5]), (20, 16, [1] * 16)],
)
def test_large_networks_share_the_cores(handed_out, groups, cores, threads):
    processes = handed_out(groups, cores, is_large=True)
    assert [each.threads for each in processes] == threads
    assert not any(each.work.may_move for each in processes)


def test_a_network_that_is_not_known_begins_with_one_thread_and_may_move(handed_out):
    [process] = handed_out(1, 16)
    assert (process.threads, process.work.may_move) == (1, True)
    [process] = handed_out(1, 16, is_large=False)
    assert (process.threads, process.work.may_move) == (1, False)


def test_on_one_core_nothing_moves(handed_out):
    [process] = handed_out(1, 1)
    assert not process.work.may_move


@pytest.mark.parametrize(("with_gpus", "at_once"), [(None, 16), (1, 1), (4, 4)])
def test_there_is_a_worker_for_each_gpu_or_core(handed_out, with_gpus, at_once):
    processes = handed_out(20, 16, with_gpus=with_gpus)
    assert len(processes) == at_once
    assert all(each.work.may_move is (with_gpus is None) for each in processes)


def test_whoever_names_a_number_of_workers_gets_it_with_one_gpu_too(handed_out):
    assert len(handed_out(20, 16, with_gpus=1, gpu_each=False)) == 16


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A folder as the driver of so many GPUs has it."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def make(number):
        for each in range(number):
            (tmp_path / f"0000:{each:02x}:00.0").mkdir()
        return tmp_path

    return make


def test_devices_are_those_of_the_driver_and_of_them_those_that_are_visible(driver, monkeypatch):
    folder = driver(3)
    assert devices(folder) == ("0", "1", "2")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, 0")
    assert devices(folder) == ("2", "0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices(folder) == ()
    assert devices(folder / "nowhere") == ()


def test_the_device_that_the_fewest_use_is_next():
    assert least_used(("0", "1"), []) == "0"
    assert least_used(("0", "1"), ["0", None]) == "1"
    assert least_used(("0", "1"), ["1", "0", "1"]) == "0"
    assert least_used((), ["1"]) is None


class Started:
    """A process that has just been started."""

    def __init__(self, threads=1, device=None):
        self.threads, self.device, self.is_ready, self.gpus = threads, device, False, 0


def test_how_many_have_a_gpu_is_known_once_one_has_looked(driver, monkeypatch):
    found = devices(driver(2))
    monkeypatch.setattr(processes, "devices", lambda: found)
    monkeypatch.setattr(processes, "WorkerProcess", Started)
    lending = processes.Processes()
    assert lending.most_with_gpus == 1
    first = lending.take()
    first.is_ready, first.gpus = True, 1
    assert lending.most_with_gpus == 2
    assert (first.device, lending.take().device) == ("0", "1")
    first.gpus = 0  # TensorFlow is one without CUDA
    assert lending.most_with_gpus is None


def test_a_process_that_cannot_train_keeps_nobody_from_cleaning_up(plan, monkeypatch):
    class Unable(Noting):
        failure = Failure("TensorFlow is missing")

        def receive(self):
            return None

    study, lending = plan(arms=["dense"], seeds=1), Lending()
    monkeypatch.setattr(lending, "take", Unable)
    monkeypatch.setattr(lending, "give_back", lambda process: None, raising=False)
    monkeypatch.setattr(lending, "warm", lambda: None, raising=False)
    workers = ProcessWorkers(1, processes=lending)
    monkeypatch.setattr(workers, "_with_news", lambda seconds: list(workers._tasks))
    workers.add(SeedGroup(study, study.arms[0], (0,), [0]))
    assert workers.next_event(0) is not None  # it begins
    with pytest.raises(WorkersError, match="TensorFlow is missing"):
        workers.next_event(0)
    workers.add(SeedGroup(study, study.arms[0], (0,), [0]))
    workers.next_event(0)
    workers.close()
    assert not workers._folder.exists()
