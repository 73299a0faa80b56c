"""What a worker is given, and who is chosen to train."""

import re

import pytest

from attnlab.spec import SpecError
from attnlab.training import memory
from attnlab.training.events import Grouped
from attnlab.workers import (
    InlineWorkers,
    ProcessWorkers,
    SeedGroup,
    choosing,
    memory_line,
    workers_for,
)


def test_a_group_gives_away_what_does_not_train_with_its_first(plan):
    study = plan(seeds=5)
    group = SeedGroup(study, study.arms[1], study.seeds, [0, 2, 4], (1, 0, 1))
    others = group.divided(Grouped(2, ((2, 3), (4,))))
    assert (group.seeds, group.left, group.together) == ((0, 1), [0], 2)
    assert [(each.seeds, each.left, each.place) for each in others] == [
        ((2, 3), [2], (1, 1, 1)),
        ((4,), [4], (1, 2, 1)),
    ]
    assert {each.work().together for each in others} == {2}


def test_groups_wait_in_the_order_of_their_places(plan):
    study, found = plan(), []
    workers = ProcessWorkers(1)
    for place in ((0, 1, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0)):
        workers.add(SeedGroup(study, study.arms[0], study.seeds, [], place))
    found = [each.place for each in workers._waiting]
    workers.close()
    assert found == sorted(found)


def test_who_trains_is_chosen_by_argument_variable_and_memory(plan, monkeypatch):
    study = plan()
    assert isinstance(workers_for(study, "inline"), InlineWorkers)
    assert isinstance(workers_for(study), InlineWorkers)  # as the tests are set up
    monkeypatch.setenv(choosing.VARIABLE, "3")
    assert isinstance(workers_for(study), ProcessWorkers)
    assert choosing.number(study, 3) == 3
    assert re.fullmatch(
        r"Up to 1\.8 GiB of memory in 3 workers, of \d+ GiB that are free", memory_line(study)
    )
    monkeypatch.setattr(memory, "available", lambda: 2 * choosing.WORKER_BYTES)
    assert choosing.number(study, 3) == 1


@pytest.mark.parametrize("wanted", ["many", "0", -1, ""])
def test_a_number_of_workers_that_is_none_is_refused(plan, wanted, monkeypatch):
    if wanted == "":
        monkeypatch.delenv(choosing.VARIABLE)
        assert isinstance(workers_for(plan()), ProcessWorkers)
        return
    with pytest.raises(SpecError, match="expected a number of workers from 1 on, or inline"):
        workers_for(plan(), wanted)
