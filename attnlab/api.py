"""The Python surface: train a study, and read what it gave as DataFrames.

All of it is in `attnlab` itself:

    >>> import attnlab
    >>> task = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}
    >>> study = attnlab.Study(task=task, arms=["none", "dense"], seeds=2, epochs=1)
    >>> result = attnlab.run(study)
    >>> result.status
    'finished'
    >>> result.scores()[["arm", "seed"]].values.tolist()
    [['none', 0], ['none', 1], ['dense', 0], ['dense', 1]]
    >>> [arm.label for arm in result.judgement().compared]
    ['dense']
    >>> result.layers("dense", 0)
    ['attention', 'attention/score', 'hidden', 'logits']

It is kept, and found again by its id or the beginning of it:

    >>> attnlab.open(result.id[:4]).study == study
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import export
from attnlab.command import command
from attnlab.export import layer_outputs
from attnlab.imports import importing
from attnlab.running.foreground import carry_out
from attnlab.running.progress import reporter_for
from attnlab.spec import Study
from attnlab.store import Owner, Store
from attnlab.training import memory
from attnlab.workers import WhoTrains, who_trains

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from attnlab.results.model import StudyResult


@dataclass(frozen=True)
class Result:
    """A trained study, read from the store at every call. Methods raise StoreError."""

    id: str
    store: Store

    @property
    def study(self) -> Study:
        """The plan."""
        return self.store.study(self.id).study

    @property
    def status(self) -> str:
        """ "finished", "failed" (some runs), "stopped", "interrupted", "running" or "queued"."""
        return str(self.store.study(self.id).status)

    def curves(self) -> pd.DataFrame:
        """A row per run and epoch: the columns of the curves CSV."""
        return export.curves(self.store, self.id)

    def attention(self) -> pd.DataFrame:
        """A row per run, epoch and position: the columns of the attention CSV."""
        return export.attention(self.store, self.id)

    def measures(self) -> pd.DataFrame:
        """A row per run, epoch, axis and measure of attention."""
        return export.attention_measures(self.store, self.id)

    def scores(self, metric: str | None = None) -> pd.DataFrame:
        """A row per finished run: arm, seed, value, by the study's own metric or by another one
        that is stored, such as "val_loss". Raises SpecError, which lists what there is."""
        with importing("attnlab.results.frames"):
            from attnlab.results.frames import scores_frame

        return scores_frame(self.judgement(metric))

    def verdicts(self, metric: str | None = None) -> pd.DataFrame:
        """A row per arm: what its seeds show against the reference, and what that rests on.

        Below them a row per planned contrast, whose `family` is "contrasts" instead of "arms".
        `metric` as in `scores`. The columns are those of `attnlab.results.frames.verdicts_frame`;
        only the study's own metric was chosen before it was trained.
        """
        with importing("attnlab.results.frames"):
            from attnlab.results.frames import families_frame

        return families_frame(self.judgement(metric))

    def tuning(self) -> pd.DataFrame:
        """A row per arm, learning rate and seed that chose the rates of a study with a `tuning`:
        see `attnlab.results.tuning.tuning_frame`; empty of a study without one."""
        with importing("pandas", "attnlab.results.tuning"):
            from attnlab.results.tuning import tuning_table

        return tuning_table(self.store, self.id)

    def over_tasks(self, metric: str | None = None) -> pd.DataFrame:
        """A row per module of a study of several tasks: in how many of them it holds at least, its
        mean over them, and its interquartile mean; no row of a study of one.

        `metric` as in `scores`. Columns: `attnlab.results.task_sentences.over_tasks_frame`.
        """
        with importing("attnlab.results.task_sentences"):
            from attnlab.results.task_sentences import over_tasks_frame

        return over_tasks_frame(self.judgement(metric))

    def judgement(self, metric: str | None = None) -> StudyResult:
        """The same as typed values instead of a table: scores, differences, verdicts, arm by arm.

        `metric` as in `scores`.
        """
        with importing("attnlab.results.judge"):
            from attnlab.results.judge import judge

        return judge(self.store, self.id, metric)

    def extend(
        self, more: int, *, progress: bool | None = None, cluster: str | None = None
    ) -> Result:
        """Add so many seeds to this study, which has finished, train them and return it.

        The seeds follow the study's largest. Its plan keeps that it was looked at before, and what
        a verdict then takes: unless the plan allowed for more seeds (`most_seeds`), it stays that
        of the seeds planned. Runs that failed are tried once more. `progress`, `cluster` and Ctrl-C
        are as in `run`. Raises SpecError for more seeds than a study can have or than fit into
        memory, StoreError for a study that has not finished, and ClusterError.
        """
        who = who_trains(None, cluster)
        memory.check(self.study.extended(more))
        self.store.extend(self.id, more, owner=Owner.current())
        _train(self.store, self.id, progress, who)
        return self

    def table(self) -> pd.DataFrame:
        """A row per arm, compared by accuracy with the reference; see
        `attnlab.results.frames.accuracy_frame`."""
        with importing("attnlab.results.frames", "attnlab.results.judge"):
            from attnlab.results.frames import accuracy_frame
            from attnlab.results.judge import judge_by_accuracy

        return accuracy_frame(judge_by_accuracy(self.store, self.id))

    def activations(
        self,
        arm: str,
        seed: int,
        *,
        layer: str,
        inputs: Any = None,
        samples: int = layer_outputs.SAMPLES,
    ) -> np.ndarray:
        """What a layer of this run's network gives for `inputs`, or for the first `samples` of its
        validation split; see `attnlab.export.layer_outputs.activations`."""
        return layer_outputs.activations(self.store, self.id, arm, seed, layer, inputs, samples)

    def layers(self, arm: str, seed: int) -> list[str]:
        """The names of the layers that `activations` knows in this run's network."""
        return list(layer_outputs.layers(self.store, self.id, arm, seed))

    def __repr__(self) -> str:
        return f"<attnlab study {self.id}: {self.status}>"


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

    `study` may also be a mapping of what `Study` takes, or the path of a YAML or JSON file.
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
    _train(store, study_id, progress, who)
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
) -> pd.DataFrame:
    """Train a capsule's study again, and compare it run by run: see
    `attnlab.capsules.compare`.

    The study is kept in `home`, like any other; `progress`, `cluster` and Ctrl-C are as in
    `attnlab.run`. In the `attrs` of the table are "study", its id, and "versions", what differs
    here (see `attnlab.capsules.differing`). Raises CapsuleError, and what `attnlab.run` raises.
    """
    who = who_trains(None, cluster)
    with importing("attnlab.capsules"):
        from attnlab import capsules

    capsule = capsules.read(path)
    name = capsules.replay_name(path)
    store = Store(home)
    store.recover()
    memory.check(capsule.study)
    study_id = store.create_study(capsule.study, name=name, owner=Owner.current())
    _train(store, study_id, progress, who)
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


def _train(store: Store, study_id: str, progress: bool | None, workers: WhoTrains = None) -> None:
    if carry_out(store, study_id, reporter_for(store, study_id, progress), workers):
        raise KeyboardInterrupt(f"study {study_id} was stopped: {command()} resume {study_id}")


def _plan(study: Study | Mapping[str, Any] | str | PathLike[str]) -> Study:
    if isinstance(study, Study):
        return study
    if isinstance(study, Mapping):
        return Study(**{str(key): value for key, value in study.items()})
    return Study.from_file(Path(study))
