"""Training a study, finding one again, and training one again from its capsule."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.api import own_modules
from attnlab.api.result import Result, train
from attnlab.export import layer_outputs
from attnlab.imports import importing
from attnlab.jobs.own_data import check_capsule_data
from attnlab.spec import Study
from attnlab.store import Owner, Store
from attnlab.training import memory
from attnlab.workers import who_trains

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def run(
    study: Study | Mapping[str, Any] | str | PathLike[str],
    *,
    name: str = "",
    home: Path | str | None = None,
    progress: bool | None = None,
    first_seed: int | None = None,
    workers: int | str | None = None,
    cluster: str | None = None,
) -> Result:
    """Train a study and return what it gave.

    `study` may also be a mapping of what `Study` takes, or the path of a YAML or JSON file. Arms
    and task of a mapping may name files with modules and tasks of one's own, as in
    "./mine.py:TanhGate".
    `home` is the folder that keeps the study (ATTNLAB_HOME by default). `progress` shows how far
    it is on standard error, as a bar on a terminal and as lines elsewhere; by default only on a
    terminal. A run that fails makes the status "failed"; the others are kept.

    A plan that counts its seeds (`seeds=10`) gets the next that no study in `home` has had on the
    task, so that it can confirm something; `first_seed=0` repeats. Seeds that a study had before
    give numbers without a verdict.

    A plan with a `precision` is trained in two stages: its own seeds, at least ten, tell how many
    it takes, and the others are trained, too, up to `most_seeds` (100 by default) in all.

    A plan with a `tuning` (`tuning=True`, or its `rates` and `seeds`) first chooses the best
    learning rate of every arm, at seeds that are not judged: see `Result.tuning`.

    It trains in worker processes: one a core and as many as fit into the memory, or `workers` of
    them; "inline" trains in this thread, for a debugger. The numbers are the same. By default the
    variable ATTNLAB_WORKERS decides. `cluster` ("auto", "HOST:PORT" or "ray://HOST:PORT") trains
    instead; by default the one that ATTNLAB_CLUSTER names. Keras is set for the training as attnlab
    needs it; inline, it is afterwards as it was before.

    Raises SpecError for a study that cannot be trained or does not fit into memory, StoreError when
    results cannot be kept, BackendError where it trains inline in a process that has imported Keras
    on another backend than TensorFlow, and ClusterError where a cluster cannot train. Ctrl-C raises
    KeyboardInterrupt once the study is stopped; finished runs are kept, and `attnlab resume ID`
    trains the rest.
    """
    who = who_trains(workers, cluster)
    plan = _plan(study)
    if first_seed is not None:
        plan = plan.at_seeds(first_seed)
    memory.check(plan)
    store = Store(home)
    store.recover()
    fresh, owner = first_seed is None, Owner.current()
    study_id = store.create_study(plan, name=name, owner=owner, fresh_seeds=fresh)
    train(store, study_id, progress, who)
    return Result(study_id, store)


def open(id_or_prefix: str, *, home: Path | str | None = None) -> Result:
    """The study with this id, or the only one whose id starts so. Raises StoreError."""
    store = Store(home)
    store.recover()
    return Result(store.study(id_or_prefix).id, store)


def replay(
    path: str | PathLike[str],
    *,
    home: Path | str | None = None,
    progress: bool | None = None,
    cluster: str | None = None,
    data: str | PathLike[str] | None = None,
    changed_data: bool = False,
    trust: bool = False,
) -> pd.DataFrame:
    """Train a capsule's study again, and compare it run by run: see
    `attnlab.capsules.compare`.

    `data` is where the study's own data are here, where that is not the path in its plan; they are
    held against what the capsule notes of them, unless `changed_data` says not to. `trust` says
    that the code of modules that it brings may be run, once somebody has read it, and its saved
    models loaded.
    The study is kept in `home`, like any other; `progress`, `cluster` and Ctrl-C are as in
    `attnlab.run`. In the `attrs` of the table are "study", its id, and "versions", what differs
    here (see `attnlab.capsules.differing`). Raises CapsuleError, DataChangedError, and what
    `attnlab.run` raises.
    """
    who = who_trains(None, cluster)
    with importing("attnlab.capsules"):
        from attnlab import capsules

    capsule = capsules.read(path, trust=trust)
    if data is not None:
        capsule = capsule.with_data_at(str(data))
    if not changed_data:
        check_capsule_data(capsule.study, capsule.data)
    name = capsules.replay_name(path)
    store = Store(home)
    store.recover()
    memory.check(capsule.study)
    study_id = store.create_study(capsule.study, name=name, owner=Owner.current())
    train(store, study_id, progress, who)
    result = Result(study_id, store)
    table = capsules.compare(capsule, result.store, result.id)
    table.attrs = {"study": result.id, "versions": capsules.differing(capsule)}
    return table


def activations(
    result: Result | str,
    *,
    layer: str,
    arm: str,
    seed: int,
    inputs: Any = None,
    samples: int = layer_outputs.SAMPLES,
    home: Path | str | None = None,
) -> np.ndarray:
    """What a layer of a finished run gives for some inputs, (N, ...).

    `result` is what `run` returned, or the id of a study or how it begins, kept in `home`
    (ATTNLAB_HOME by default). `arm` and `seed` name the run, `layer` a layer of its network, or one
    inside another as "attention/score". `inputs` are as the network takes them; by default the
    first `samples` of the validation split of this seed.

    Raises SpecError, which lists what there is, for an unknown arm, seed or layer and for inputs
    that do not fit; StoreError for an unknown study and for a run that has not finished.
    """
    opened = result if isinstance(result, Result) else open(result, home=home)
    return opened.activations(arm, seed, layer=layer, inputs=inputs, samples=samples)


def _plan(study: Study | Mapping[str, Any] | str | PathLike[str]) -> Study:
    if isinstance(study, Study):
        return study
    own_modules.found()
    if isinstance(study, Mapping):
        return Study(**own_modules.with_names(study))
    return Study.from_file(Path(study))
