"""A trained study, as Python reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attnlab import export
from attnlab.command import command
from attnlab.export import layer_outputs
from attnlab.imports import importing
from attnlab.jobs.own_data import check_data
from attnlab.running.foreground import carry_out
from attnlab.running.progress import reporter_for
from attnlab.spec import Study
from attnlab.store import Owner, Store
from attnlab.training import memory
from attnlab.workers import WhoTrains, who_trains

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from attnlab.inspection.found import RunInspection
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
        self,
        more: int,
        *,
        progress: bool | None = None,
        cluster: str | None = None,
        changed_data: bool = False,
    ) -> Result:
        """Add so many seeds to this study, which has finished, train them and return it.

        The seeds follow the study's largest. Its plan keeps that it was looked at before, and what
        a verdict then takes: unless the plan allowed for more seeds (`most_seeds`), it stays that
        of the seeds planned. Runs that failed are tried once more. `progress`, `cluster` and Ctrl-C
        are as in `run`. With `changed_data` its own data need not be those that it was begun with.
        Raises DataChangedError where they are not, SpecError for more seeds than a study can have
        or than fit into memory, StoreError for a study that has not finished, and ClusterError.
        """
        who = who_trains(None, cluster)
        memory.check(self.study.extended(more))
        check_data(self.store, self.id, accept=changed_data)
        self.store.extend(self.id, more, owner=Owner.current())
        train(self.store, self.id, progress, who)
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

    def inspect(
        self, arm: str, seed: int, *, samples: int | None = None, epsilon: float | None = None
    ) -> RunInspection:
        """What a run's attention is worth: `table` has a row per measure, `curves` those of
        deletion and insertion, `arrays` what is kept of examples and classes.

        On at most so many `samples` (1,000); `epsilon` is how far the adversary may move
        predictions (0.05). See `attnlab.inspection.running.inspect_run`. Raises InspectionError
        where there is no attention, and SpecError for an arm or seed that is not there.
        """
        with importing("attnlab.inspection.found", "attnlab.inspection.running"):
            from attnlab.inspection.found import Settings
            from attnlab.inspection.running import inspect_run

        settings = Settings.given(samples, epsilon)
        return inspect_run(self.store, self.id, arm, seed, settings)

    def __repr__(self) -> str:
        return f"<attnlab study {self.id}: {self.status}>"


def train(store: Store, study_id: str, progress: bool | None, workers: WhoTrains = None) -> None:
    """Train what is left of a study. Ctrl-C raises KeyboardInterrupt once it is stopped."""
    if carry_out(store, study_id, reporter_for(store, study_id, progress), workers):
        raise KeyboardInterrupt(f"study {study_id} was stopped: {command()} resume {study_id}")
