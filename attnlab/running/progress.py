"""Shows the progress of a training: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TextIO, cast

from attnlab.imports import importing
from attnlab.jobs.timing import TimeLeft, duration_text
from attnlab.running.forgiving import Forgiving
from attnlab.spec import Study, metric_of, titles_of
from attnlab.store import Status, Store
from attnlab.training.events import (
    EpochEnd,
    Event,
    Preparing,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
)
from attnlab.wording import counted, in_sentence, listed

STOPPING = "Stopping: finished runs are kept (once more to stop at once)"


class Reporter:
    """Counts what a training has done; prints nothing by itself.

    It is called with every event and its arm's label, and is a context around the training.
    """

    def __init__(self, store: Store, study_id: str) -> None:
        self.study_id = study_id
        self._begin(store)

    def _begin(self, store: Store) -> None:
        row = store.study(self.study_id)
        runs = store.runs(self.study_id)
        finished = runs[runs["status"] == Status.FINISHED]
        kept = set(zip(finished["arm"], finished["seed"], strict=True))
        planned = {(arm.label, seed) for arm in row.study.arms for seed in row.study.seeds}
        self.runs = row.study.runs
        self.runs_before = self.runs_done = len(finished)
        self._beside, self._beside_done = row.tuning_planned, row.tuned
        self._chooses = False
        self._train(row.study, planned - kept)

    def _train(self, plan: Study, left: Collection[tuple[str, int]]) -> None:
        """Take in what is trained from now on: a plan, and what is left of it."""
        self.study: Study = plan
        self._titles = titles_of(plan)
        self._time = TimeLeft(dict.fromkeys(left, plan.training.epochs))
        self._epochs: dict[tuple[str, int], float] = {}
        """Epochs done of the runs that train."""
        self._scores: dict[tuple[str, int, int], float] = {}
        """The main metric by arm, seed and epoch, of the runs that train."""
        self._begun = False

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def stopping(self) -> None:
        """Say that the training stops. Called from a signal handler."""

    def goes_on(self, store: Store) -> None:
        """Take in the second stage of a study: its plan has more seeds now."""
        self._begin(store)
        self._told(f"Second stage: the precision takes {self.study.settled} seeds")

    def tunes(self, store: Store, plan: Study, left: Collection[tuple[str, int]]) -> None:
        """Take in that this plan of a tuning is trained, of which these runs are left."""
        row = store.study(self.study_id)
        self.runs, self.runs_done = row.tuning_planned, row.tuned
        self._beside, self._beside_done = row.study.runs, 0
        self._chooses = True
        self._train(plan, left)

    def tuned(self, store: Store) -> None:
        """Take in that learning rates were chosen: the seeds that are judged train now."""
        self._begin(store)
        chosen = [
            f"{arm.label} {self.study.training_of(arm).learning_rate:g}" for arm in self.study.arms
        ]
        self._told(f"Learning rates chosen: {', '.join(chosen)}")

    def _told(self, line: str) -> None:
        """Show a line by itself; for subclasses."""

    def __call__(self, label: str, event: Event) -> None:
        if not self._begun and not isinstance(event, Preparing):
            self._begun = True
            self._time.begin()
        match event:
            case Preparing():
                self._prepares(event)
            case Progress():
                for seed in event.seeds:
                    self._epochs[label, seed] = event.epoch - 1 + event.share
            case EpochEnd():
                self._time.epoch_ended(label, event.seed, event.epoch)
                self._epochs[label, event.seed] = float(event.epoch)
                self._scores[label, event.seed, event.epoch] = self._score(label, event)
            case RunEnd():
                score = self._scores[label, event.seed, event.epoch]
                self._ended(label, event.seed)
                self._run_ended(self._finished_message(label, event.seed, score))
            case RunFailed():
                self._ended(label, event.seed)
                self._run_ended(f"{self._name(label, event.seed)} failed: {event.reason}")
        if isinstance(event, (RunStart, EpochEnd)) or (isinstance(event, Progress) and event.seeds):
            self._advanced(label, event)

    @property
    def share(self) -> float:
        """How much of the whole study is done, 0..1."""
        epochs = self.study.training.epochs
        done = self.runs_done + sum(self._epochs.values()) / epochs
        return (done + self._beside_done) / (self.runs + self._beside)

    def time_left(self) -> str:
        """ "about 2 min left", or empty before the first epochs that can be timed."""
        seconds = self._time.seconds()
        to_choose = " to choose" if self._chooses else ""
        return "" if seconds is None else f"about {duration_text(seconds)} left{to_choose}"

    def opening(self) -> str:
        """Says what the training trains."""
        arms, seeds = len(self.study.arms), len(self.study.seeds)
        plan = f"{counted(arms, 'arm')} × {counted(seeds, 'seed')} × "
        plan += counted(self.study.training.epochs, "epoch")
        kept = f", {self.runs_before} of {self.runs} runs kept" if self.runs_before else ""
        tasks = listed(task.title for task in self.study.tasks)
        left = self._beside - self._beside_done
        before = f", after {counted(left, 'run')} that choose learning rates" if left else ""
        return f"Study {self.study_id}: {tasks}, {plan}{kept}{before}"

    def where(self, label: str, event: RunStart | Progress | EpochEnd) -> str:
        """Which run and epoch this event belongs to."""
        seeds = event.seeds if isinstance(event, Progress) else (event.seed,)
        run = self._name(label, *seeds)
        if self._chooses:
            run = f"Choosing learning rates, {self.runs_done} of {self.runs}: {run}"
        if isinstance(event, RunStart):
            return run
        return f"{run}, epoch {event.epoch} of {self.study.training.epochs}"

    def _prepares(self, event: Preparing) -> None:
        """Show that data are made ready; for subclasses."""

    def _advanced(self, label: str, event: RunStart | Progress | EpochEnd) -> None:
        """Show progress; for subclasses."""

    def _run_ended(self, message: str) -> None:
        """Show that a run finished or failed; for subclasses."""

    def _ended(self, label: str, seed: int) -> None:
        self.runs_done += 1
        self._time.run_ended(label, seed)
        self._epochs.pop((label, seed), None)
        for key in [key for key in self._scores if key[:2] == (label, seed)]:
            del self._scores[key]

    def _name(self, label: str, *seeds: int) -> str:
        which = f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds at once"
        return f"{self._titles[label]}, {which}"

    def _score(self, label: str, event: EpochEnd) -> float:
        task = self.study.task_of(label)
        if task.has_accuracy:
            return event.val_accuracy
        return event.extra_metrics.get(task.entry.main, math.nan)

    def _finished_message(self, label: str, seed: int, score: float) -> str:
        task = self.study.task_of(label)
        title = in_sentence(metric_of(task, task.main_metric).title)
        return (
            f"{self._name(label, seed)}: {title} {score:.3f} "
            f"({self.runs_done} of {self.runs} runs{' to choose a rate' if self._chooses else ''})"
        )


class Lines(Reporter):
    """A line per finished run, and about one a second between them, fewer when it takes long."""

    def __init__(
        self,
        store: Store,
        study_id: str,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(store, study_id)
        self._stream, self._clock = Forgiving(stream), clock
        self._since = self._printed_at = clock()

    def __enter__(self) -> Lines:
        self._told(self.opening())
        return self

    def stopping(self) -> None:
        with suppress(RuntimeError):  # the signal came in the middle of another line
            self._told(STOPPING)

    def _prepares(self, event: Preparing) -> None:
        if event.lasts or self._is_time():
            self._told(event.text)

    def _is_time(self) -> bool:
        now = self._clock()
        return now - self._printed_at >= max(1.0, (now - self._since) / 30)

    def _advanced(self, label: str, event: RunStart | Progress | EpochEnd) -> None:
        if self._is_time():
            left = self.time_left()
            line = f"{self.share:4.0%}  {self.where(label, event)}"
            self._told(f"{line} · {left}" if left else line)

    def _run_ended(self, message: str) -> None:
        self._told(message)

    def _told(self, line: str) -> None:
        self._printed_at = self._clock()
        print(line, file=self._stream, flush=True)


class Bar(Reporter):
    """A bar with the time left, which disappears when the training is over."""

    def __init__(self, store: Store, study_id: str, stream: TextIO) -> None:
        with importing("rich.console", "rich.progress", "rich.table"):
            from rich.console import Console
            from rich.progress import BarColumn, TaskProgressColumn, TextColumn
            from rich.progress import Progress as RichProgress
            from rich.table import Column

        super().__init__(store, study_id)
        self._bar = RichProgress(
            BarColumn(bar_width=24, table_column=Column(width=24)),
            TaskProgressColumn(),
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            console=Console(file=cast(TextIO, Forgiving(stream))),  # it passes all else on
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("Loading TensorFlow", total=1.0)
        self._bar.update(self._task, completed=self.share)
        self._stops = False

    def __enter__(self) -> Bar:
        self._told(self.opening())
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def stopping(self) -> None:
        self._stops = True
        self._bar.update(self._task, description=STOPPING)

    def _prepares(self, event: Preparing) -> None:
        if event.lasts:
            self._told(event.text)
        elif not self._stops:
            self._bar.update(self._task, description=event.text)

    def _advanced(self, label: str, event: RunStart | Progress | EpochEnd) -> None:
        left = self.time_left()
        where = f"{left} · {self.where(label, event)}" if left else self.where(label, event)
        description = STOPPING if self._stops else where
        self._bar.update(self._task, completed=self.share, description=description)

    def _run_ended(self, message: str) -> None:
        if " failed: " in message:
            self._told(message)

    def _told(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False)


def reporter_for(store: Store, study_id: str, progress: bool | None) -> Reporter:
    """Who shows progress on standard error: a bar, lines where that is no terminal, or nobody."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    if progress is False or (progress is None and not terminal):
        return Reporter(store, study_id)
    kind = Bar if terminal else Lines
    return kind(store, study_id, sys.stderr)
