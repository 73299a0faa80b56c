"""The store: the only access to studies, runs, epochs, traces and artifacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.spec import NetworkLayer, Study
from attnlab.store import (
    artifacts,
    growing,
    ledger,
    lifecycle,
    own_modules,
    recording,
    restoring,
    studies,
)
from attnlab.store.changed_studies import ChangedStudies
from attnlab.store.database import Database
from attnlab.store.errors import plainly
from attnlab.store.home import ARTIFACTS, DATABASE, home_folder
from attnlab.store.ledger import EarlierStudy
from attnlab.store.lifecycle import Alive
from attnlab.store.owner import Owner, owner_is_alive
from attnlab.store.person import require_change_by
from attnlab.store.rows import ArmRow, EpochRecord
from attnlab.store.statuses import Status
from attnlab.store.taken_over import TakenOverRuns

if TYPE_CHECKING:
    import numpy as np


class Store(ChangedStudies, TakenOverRuns):
    """Everything attnlab keeps, in one folder: `attnlab.db` and `artifacts/`.

    `home` defaults to the environment's ATTNLAB_HOME, else to `~/.attnlab`; it is made where
    missing. Threads may share a Store, and several processes may open the same folder. Every
    method raises StoreError, with a message for people, if it cannot store or find something;
    a method that raises has changed nothing.
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.home = home_folder(home)
        self._artifacts = self.home / ARTIFACTS
        restoring.complete(self.home)
        with plainly(self.home):
            self._artifacts.mkdir(parents=True, exist_ok=True)
            artifacts.sweep(self._artifacts)
        super().__init__(Database(self.home / DATABASE))
        own_modules.look_up_in(self._database)
        self._write = self._database.write

    def close(self) -> None:
        """Close the database file; a later call opens it again."""
        self._database.close()

    # Studies

    def create_study(
        self,
        study: Study,
        *,
        name: str = "",
        example: bool = False,
        study_id: str | None = None,
        owner: Owner | None = None,
        fresh_seeds: bool = False,
    ) -> str:
        """Store a plan with its arms and runs, all queued; return its id of eight characters.

        With `fresh_seeds`, a plan that counts its seeds (0, 1, 2 …) gets as many that no study of
        its data stream has had here; another keeps those that it names.

        A study with this `study_id` stays as it is if it exists, so that two servers that start
        together make one example. `owner` is the process in whose queue the study waits; who made
        it is this store's `person`.
        """
        with self._write() as connection:
            return studies.create(
                connection, study, name, example, study_id, owner, fresh_seeds, self.person
            )

    def first_unused_seed(self, study: Study) -> int:
        """The first of as many seeds as the study has that no study of its data stream has had
        here, one after the other."""
        with self._read() as connection:
            return ledger.first_unused(connection, study)

    def earlier_on_its_seeds(self, study_id: str) -> list[EarlierStudy]:
        """The studies that had seeds of this one before it, of the same data stream."""
        with self._read() as connection:
            return ledger.earlier(connection, study_id)

    def seen_seeds(self, study: Study) -> list[EarlierStudy]:
        """The studies that had seeds of this plan, of the same data stream."""
        with self._read() as connection:
            return ledger.had(connection, study)

    def same_question_before(self, study_id: str) -> list[EarlierStudy]:
        """The studies of the same question (see `Study.question`) before this one."""
        with self._read() as connection:
            return ledger.same_question_before(connection, study_id)

    def arms(self, study_id: str) -> list[ArmRow]:
        """The study's arms in the order of its plan."""
        with self._read() as connection:
            return studies.arm_rows(connection, study_id)

    def delete(self, study_id: str) -> None:
        """Delete a study with its runs and artifacts; raises StoreError while it is running, and
        NotTheirStudyError where the store is of a `person` who did not make it.

        It deletes the rows first, so that artifacts that cannot be removed belong to nothing; the
        error then says where they are.
        """
        with self._write() as connection:
            require_change_by(connection, study_id, self.person)
            numbers = studies.delete(connection, study_id)
        with plainly(self._artifacts):
            for number in numbers:
                artifacts.discard(self._folder(number))

    def version(self, study_id: str | None = None) -> str:
        """A short text that changes with every visible change of the study.

        Without an id: of any study, and when studies are added or deleted.
        """
        with self._read() as connection:
            return studies.version(connection, study_id)

    # The life of a study

    def acquire(self, study_id: str, owner: Owner, alive: Alive = owner_is_alive) -> bool:
        """Take a study for training by `owner`: it is running from now on.

        Finished runs are kept, the others go back to queued and lose their epochs and traces.
        False, with nothing changed, if a live process is training it or it has finished.
        """
        with self._write() as connection:
            return lifecycle.acquire(connection, study_id, owner, alive)

    def heartbeat(self, study_id: str, activity: str) -> bool:
        """Record that the owner is alive and what it does; True if it should stop.

        It should after a stop request, or when another process has ended the study.
        """
        with self._write() as connection:
            return lifecycle.heartbeat(connection, study_id, activity)

    def is_paused(self, study_id: str) -> bool:
        """Whether somebody asked the running study to pause."""
        with self._read() as connection:
            return lifecycle.is_paused(connection, study_id)

    def settle(self, study_id: str, seeds: int) -> Study:
        """Write down how many seeds the precision asked for takes, with runs of the fresh ones
        among them; returns the plan. Raises StoreError where there is nothing to settle."""
        with self._write() as connection:
            return growing.settle(connection, study_id, seeds)

    def release(self, study_id: str, unfinished: Status | None = None) -> None:
        """End a study: it loses its owner and gets the final status that follows from its runs.

        Finished if every run finished, failed if some failed and none is left. What is left, or a
        second stage to come, makes it `unfinished`, its runs too: Status.STOPPED or
        Status.INTERRUPTED, by default stopped if a stop was requested, else interrupted.
        """
        with self._write() as connection:
            lifecycle.release(connection, study_id, unfinished)

    def recover(self, alive: Alive = owner_is_alive) -> list[str]:
        """End every running or queued study whose owner is gone; return their ids.

        They become interrupted, with their unfinished runs (finished, or failed, if nothing was
        left to train). A queued study without an owner counts as abandoned after a minute. `alive`
        gets the owner and its latest heartbeat.
        """
        with self._write() as connection:
            return lifecycle.recover(connection, alive)

    # Results of training

    def describe_arm(
        self,
        study_id: str,
        label: str,
        network: Sequence[NetworkLayer],
        parameters: int,
        attention_parameters: int,
    ) -> None:
        """Store the layers of an arm's network in order, and its parameter counts."""
        with self._write() as connection:
            recording.describe_arm(
                connection, study_id, label, network, parameters, attention_parameters
            )

    def start_run(self, study_id: str, arm: str, seed: int) -> None:
        """Mark a run as running."""
        with self._write() as connection:
            recording.start_run(connection, study_id, arm, seed)

    def record_epochs(self, study_id: str, records: Sequence[EpochRecord]) -> None:
        """Store epochs, of any runs of the study, with their traces: all of them or none."""
        with self._write() as connection:
            recording.record_epochs(connection, study_id, records)

    def finish_run(
        self,
        study_id: str,
        arm: str,
        seed: int,
        seconds: float,
        kept_epoch: int | None = None,
        tested: Mapping[str, float] | None = None,
        at_end: Mapping[str, float] | None = None,
        confusion: np.ndarray | None = None,
        trained_by: str | None = None,
    ) -> None:
        """Mark a run as finished after `seconds` of training.

        It ended with the weights it had after `kept_epoch`, by default the latest; the metrics and
        traces of that epoch are its results. `tested` are loss, accuracy and what the task measures
        besides, on the test samples. `at_end` is what was measured of classes at the end, by the
        names of the columns of `runs`, and `confusion` (2, K, K) their counts on the validation and
        the test samples. `trained_by` names the program and the machine, where both would give the
        same bits again.
        """
        with self._write() as connection:
            recording.finish_run(
                connection,
                study_id,
                arm,
                seed,
                seconds,
                kept_epoch,
                tested or {},
                at_end or {},
                confusion,
                trained_by,
            )

    def fail_run(self, study_id: str, arm: str, seed: int, error: str) -> None:
        """Mark a run as failed; `error` is one message for people."""
        with self._write() as connection:
            recording.fail_run(connection, study_id, arm, seed, error)

    # Artifacts

    def save_artifacts(self, study_id: str, arm: str, seed: int, files: artifacts.Writers) -> None:
        """Store files of a run: each name's function writes its file at the path it gets.

        They replace the run's earlier files together; if one fails, nothing changes.
        """
        artifacts.save(self._run_folder(study_id, arm, seed), files)

    def add_artifact(
        self, study_id: str, arm: str, seed: int, name: str, write: Callable[[Path], None]
    ) -> None:
        """Store one more file of a run beside those that it has, written by `write` at the path it
        gets; one of its name is replaced. It goes when the run is trained again."""
        artifacts.add(self._run_folder(study_id, arm, seed), name, write)

    def artifact(self, study_id: str, arm: str, seed: int, name: str) -> Path | None:
        """The path of the run's file, or None if it has none of this name."""
        path = self._run_folder(study_id, arm, seed) / name
        return path if artifacts.is_plain(name) and path.is_file() else None

    def _run_folder(self, study_id: str, arm: str, seed: int) -> Path:
        with self._read() as connection:
            return self._folder(recording.run_number(connection, study_id, arm, seed))

    def _folder(self, number: int) -> Path:
        return self._artifacts / str(number)
