"""Training one arm over its seeds, as a generator of events.

Nothing here knows a database, a thread or a screen; closing the generator stops the training.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from functools import partial

from attnlab.backbones import Network, build
from attnlab.imports import is_import_fault
from attnlab.spec import Arm, ModuleSpec, TaskSpec, Training, load
from attnlab.training import arithmetic, grouping, keras_settings, memory
from attnlab.training.data import DataPool, Sizes, UnlikeError
from attnlab.training.events import Event, Grouped, Preparing, RunFailed, first_line
from attnlab.training.group import Group, batch_order
from attnlab.training.programs import PROGRAMS, Programs

__all__ = ["PROGRAMS", "DataPool", "Programs", "batch_order", "train"]

log = logging.getLogger(__name__)


def train(
    arm: Arm,
    seeds: Sequence[int],
    *,
    task: TaskSpec,
    training: Training,
    left: Collection[int] | None = None,
    data: DataPool | None = None,
    programs: Programs | None = None,
    network: Callable[[TaskSpec, ModuleSpec], Network] = build,
    together: int | None = None,
    first_group: bool = False,
) -> Generator[Event, None, None]:
    """Train `arm` at each of `seeds`, several at once where `grouping.seeds_together` says so.

    Yields Preparing events while data are read, where that takes long, and for every group of seeds
    that train together: RunStart for each; then for each epoch
    Progress events, EpochEnd and, where a run is over, RunEnd for each seed, and a Progress of
    1.0; RunFailed at any time for a seed whose data cannot be made or whose loss is not finite,
    which leaves the others alone. Between two events lie at most about 0.2 s, tracing aside.

    Only the seeds that are `left` (all by default) are trained and give events; the others decide
    which seeds train together, so that a study trained in parts gives the same numbers. Arms
    given the same `data` and `programs` share arrays and traces. `together` overrides the rule.
    With `first_group` only the first group with a seed that is left is trained, after a Grouped
    that tells of the others: each of them, given as `seeds` with the same `together`, can train
    elsewhere.
    Raises TooLargeError for a network that does not fit into memory, and ImportError where a module
    that the data need is missing.
    """
    with keras_settings.needed():
        wanted = set(seeds if left is None else left)
        data, programs = data or DataPool(), programs or Programs()
        yield from _ready(data, task, seeds)
        arm_network = network(task, arm.module)
        if together is None:
            sizes = data.sizes(task, seeds) if arm.module.stacks and task.stacks else None
            together = _together(arm_network, training, sizes, len(seeds))
        memory.check_network(arm_network, training.batch_size, together)
        make_network = partial(network, task, arm.module)
        groups = [group for group in grouping.groups(seeds, together) if wanted.intersection(group)]
        if first_group:
            is_large = arithmetic.is_large(arm_network, training.batch_size)
            yield Grouped(together, tuple(groups[1:]), is_large)
        for group in groups[:1] if first_group else groups:
            seated = group + group[:1] * (together - len(group))
            for seats in _alike(seated, data, task):
                if not wanted.intersection(seats):
                    continue
                yield from _ready(data, task, seats)
                try:
                    arrays = data.group(task, seats)
                except Exception as error:  # a data set may raise anything; the run reports it
                    if is_import_fault(error):
                        raise  # the data are fine: the caller may try again
                    yield RunFailed(seats[0], 1, float("nan"), first_line(error))
                    continue
                objective = load(task.entry.objective)(arrays.classes, task.params)
                members = Group(
                    arm_network,
                    training,
                    seats,
                    wanted,
                    arrays,
                    programs,
                    make_network,
                    objective,
                    task.truth_axis,
                )
                yield from members.run()


def _ready(data: DataPool, task: TaskSpec, seeds: Sequence[int]) -> Iterator[Preparing]:
    """Make data ready that take long; what goes wrong, the runs of these seeds will say."""
    try:
        yield from data.prepare(task, seeds)
    except Exception as error:  # a data set may raise anything
        if is_import_fault(error):
            raise
        log.debug("no data for %s: %s", task.name, first_line(error))


def _together(network: Network, training: Training, sizes: Sizes | None, seeds: int) -> int:
    """How many seeds train in one program; 1 where the module cannot be stacked, and where no seed
    has data, as its run will say."""
    if sizes is None:
        return 1
    return grouping.seeds_together(
        network, training, seeds=seeds, samples=sizes.samples, nbytes=sizes.nbytes
    )


def _alike(seats: tuple[int, ...], data: DataPool, task: TaskSpec) -> list[tuple[int, ...]]:
    """The seats as they are if their arrays can be stacked, else each by itself."""
    if len(seats) == 1:
        return [seats]
    try:
        data.group(task, seats)
    except UnlikeError:
        return [(seed,) for seed in dict.fromkeys(seats)]
    except Exception as error:
        if is_import_fault(error):
            raise
        log.warning("no data for %s: %s", task.name, first_line(error))
    return [seats]
