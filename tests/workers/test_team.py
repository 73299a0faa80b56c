"""Which process trains which group, by processes that only note what they are asked for."""

import pytest

from attnlab.workers import SeedGroup
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
    """Lends a new process whenever it is asked."""

    def __init__(self):
        self.lent = []

    def take_idle(self, threads=1):
        return None

    def take(self, threads=1):
        self.lent.append(Noting(threads))
        return self.lent[-1]


@pytest.fixture
def handed_out(plan):
    """The processes that get so many groups at once, on a machine of so many cores."""

    def hand_out(groups, cores, **about):
        study, lending = plan(arms=["dense"], seeds=groups), Lending()
        workers = ProcessWorkers(cores, cores=cores, processes=lending)
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
