"""One background thread per server, with a queue of studies."""

from __future__ import annotations

import copy
import logging
import queue
import threading
import time

from attnlab.data.fingerprint import DataChangedError
from attnlab.jobs.estimate import Trials
from attnlab.jobs.own_data import check_data
from attnlab.jobs.sharing import take_over
from attnlab.jobs.stages import SeedsNeeded, execute
from attnlab.spec import SpecError, Study
from attnlab.store import Owner, Person, Status, Store, StoreError
from attnlab.training import memory
from attnlab.workers import WhoTrains, WorkersError

log = logging.getLogger(__name__)

EXAMPLE_ID = "example"
EXAMPLE = Study(
    task={"name": "planted-features", "features": 32, "classes": 5},
    arms=["none", "dense"],
    seeds=10,
    epochs=20,
)
"""The study that a first start trains and shows: attention finds the planted column in seconds."""

RECOVERY_SECONDS = 5.0


class JobManager:
    """Takes studies, trains them one after another in its thread, and stops or resumes them.

    `seeds_needed` takes studies that ask for a precision into their second stage, and `workers`
    says who trains: see `execute`.

    All results go to the store; only `faults` keeps, by study, why it could not be trained, and
    `changed_data` names the studies for which it was that their data have changed. Any thread may
    call any method, and none waits for a training.
    """

    def __init__(
        self,
        store: Store,
        seeds_needed: SeedsNeeded | None = None,
        workers: WhoTrains = None,
    ) -> None:
        self.store = store
        self._workers = workers
        self._seeds_needed = seeds_needed
        self.owner = Owner.current()
        self.faults: dict[str, str] = {}
        self.changed_data: set[str] = set()
        self.trials = Trials()
        self._queue: queue.SimpleQueue[tuple[str, threading.Event]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}
        self._recovered_at = time.monotonic()
        store.recover()
        self._thread = threading.Thread(target=self._work, name="attnlab-jobs", daemon=True)
        self._thread.start()

    def as_person(self, person: Person) -> JobManager:
        """The same manager for somebody who has signed in: see `Store.as_person`."""
        theirs = copy.copy(self)  # with the same queue, lock, stops and faults
        theirs.store = self.store.as_person(person)
        return theirs

    def submit(
        self, study: Study, *, name: str = "", fresh_seeds: bool = False, shares: bool = False
    ) -> str:
        """Queue a study; return its id. Raises TooLargeError if it does not fit into memory.

        `fresh_seeds` as in `Store.create_study`. One that `shares` takes over the runs that others
        have trained alike: see `attnlab.jobs.sharing`.
        """
        memory.check(study)
        study_id = self.store.create_study(
            study, name=name, owner=self.owner, fresh_seeds=fresh_seeds
        )
        try:
            if shares:
                take_over(self.store, study_id, self._workers)
        finally:
            self._enqueue(study_id)
        return study_id

    def ensure_example(self, delay: float = 0.0) -> None:
        """Queue the example, after `delay` seconds, if nothing has been trained here yet."""
        if not self.store.count_studies():
            self.store.create_study(
                EXAMPLE,
                name="Attention finds the planted column",
                example=True,
                study_id=EXAMPLE_ID,
                owner=self.owner,
            )
            timer = threading.Timer(delay, self._enqueue, [EXAMPLE_ID])
            timer.daemon = True
            timer.start()

    def resume(self, study_id: str, *, changed_data: bool = False) -> None:
        """Queue what is left of a stopped, interrupted or failed study.

        With `changed_data` it goes on with the data that are there now, whatever they were. Raises
        SpecError where they cannot be read.
        """
        self.store.require_change(study_id)
        self._end_broken()
        if changed_data:
            check_data(self.store, study_id, accept=True)
        self.store.enqueue(study_id, self.owner)
        self._enqueue(study_id)

    def pause(self, study_id: str, paused: bool = True) -> None:
        """Pause a running study at the end of its current epochs, or let it go on.

        The studies behind it in the queue wait too.
        """
        self.store.pause(study_id, paused)

    def extend(self, study_id: str, more: int, *, changed_data: bool = False) -> Study:
        """Add so many seeds to a study that has finished, and queue it; returns its new plan.

        Raises DataChangedError where its own data are not what they were, unless `changed_data`
        says to go on all the same, and what `memory.check` raises.
        """
        self.store.require_change(study_id)
        memory.check(self.store.study(study_id).study.extended(more))
        try:
            check_data(self.store, study_id, accept=changed_data)
        except DataChangedError:
            self.changed_data.add(study_id)
            raise
        study = self.store.extend(study_id, more, self.owner)
        self._enqueue(study_id)
        return study

    def stop(self, study_id: str) -> None:
        """Stop a study, in this process or in another; its finished runs are kept."""
        self.store.require_change(study_id)
        with self._lock:
            event = self._stops.get(study_id)
        if event:
            event.set()
        self.store.request_stop(study_id)

    def recover(self) -> None:
        """End the studies of dead processes, at most every few seconds. Cheap to call often."""
        now = time.monotonic()
        with self._lock:
            if now - self._recovered_at < RECOVERY_SECONDS:
                return
            self._recovered_at = now
        self.store.recover()
        self._end_broken()

    def _end_broken(self) -> None:
        """End studies that the store says train here, but whose training has broken off.

        No other process ends them, as this one is alive.
        """
        with self._lock:
            broken = [study_id for study_id in list(self.faults) if study_id not in self._stops]
        for row in self.store.studies_with_ids(broken):
            if row.status == Status.RUNNING and row.owner == self.owner:
                self.store.release(row.id, Status.INTERRUPTED)

    def _enqueue(self, study_id: str) -> None:
        stop = threading.Event()
        with self._lock:
            self._stops[study_id] = stop
            self.faults.pop(study_id, None)
            self.changed_data.discard(study_id)
        self._queue.put((study_id, stop))

    def _work(self) -> None:
        while True:
            study_id, stop = self._queue.get()
            try:
                # It may have been stopped, or trained, since it was put in the queue.
                if not stop.is_set() and self.store.study(study_id).status == Status.QUEUED:
                    execute(
                        self.store,
                        study_id,
                        stop=stop,
                        seeds_needed=self._seeds_needed,
                        workers=self._workers,
                    )
            except (StoreError, SpecError, WorkersError) as error:
                log.error("study %s: %s", study_id, error)
                if isinstance(error, DataChangedError):
                    self.changed_data.add(study_id)
                self.faults[study_id] = str(error)
            except Exception as error:  # the thread must outlive any one study; the page says why
                log.exception("study %s ended unexpectedly", study_id)
                self.faults[study_id] = f"{type(error).__name__}: {error}"
            finally:
                with self._lock:
                    if self._stops.get(study_id) is stop:
                        del self._stops[study_id]
