"""Training a study in the foreground: until it ends, or Ctrl-C ends it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attnlab.jobs import execute
from attnlab.running.progress import Bar, Lines, Reporter
from attnlab.running.quiet import without_chatter
from attnlab.running.stages import seeds_needed
from attnlab.store import ACTIVE, Owner, Status, Store, StoreError
from attnlab.workers import WhoTrains


def carry_out(store: Store, study_id: str, reporter: Reporter, workers: WhoTrains = None) -> bool:
    """Train what is left of a study, both stages of one that asks for a precision; return whether
    Ctrl-C ended it.

    The first Ctrl-C stops at once, a second one does not wait for the workers; either way finished
    runs are kept, and the study can be resumed. `workers` as in `execute`. Raises StoreError if
    another process has the study, or when results cannot be kept, and WorkersError where nobody can
    train, or not any more.
    """
    stop = threading.Event()
    with _stopped_by_interrupt(stop, reporter.stopping) as interrupted:
        try:
            with reporter:
                if not execute(
                    store,
                    study_id,
                    stop=stop,
                    listen=reporter,
                    seeds_needed=seeds_needed,
                    on_second_stage=lambda: reporter.goes_on(store),
                    workers=workers,
                    on_tuning=lambda plan, left: reporter.tunes(store, plan, left),
                    on_tuned=lambda: reporter.tuned(store),
                ):
                    raise StoreError(f"study {study_id} is being trained by another process")
        except KeyboardInterrupt:
            interrupted.set()
    return interrupted.is_set() and store.study(study_id).status != Status.FINISHED


def carry_out_telling(store: Store, study_id: str, workers: WhoTrains = None) -> bool:
    """The same, with its progress on standard error: a bar on a terminal, lines elsewhere."""
    # A failed arm logs its traceback; the command line shows its one-line reason from the store.
    logging.getLogger("attnlab").addHandler(logging.NullHandler())
    if not sys.stderr.isatty():
        with without_chatter():
            return carry_out(store, study_id, Lines(store, study_id, sys.stderr), workers)
    # Straight to the terminal, past the filter, which passes on complete lines only.
    past_filter = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
    with past_filter as terminal, without_chatter():
        return carry_out(store, study_id, Bar(store, study_id, terminal), workers)


def refuse_if_taken(store: Store, study_id: str) -> None:
    """Raise StoreError if a live process is training the study, or has it in its queue."""
    store.recover()
    row = store.study(study_id)
    if row.status not in ACTIVE or row.owner is None:
        return
    if row.status == Status.QUEUED and row.owner == Owner.current():
        return
    doing = "being trained by" if row.status == Status.RUNNING else "waiting in the queue of"
    owner = row.owner
    who = "this process" if owner.pid == os.getpid() else f"process {owner.pid} on {owner.host}"
    raise StoreError(f"study {row.id} is {doing} {who}: stop it there first")


@contextmanager
def _stopped_by_interrupt(
    stop: threading.Event, on_first: Callable[[], None]
) -> Iterator[threading.Event]:
    """Within the block Ctrl-C sets `stop` and the yielded event; a second one raises.

    Only in the main thread, where signals arrive, and not where Ctrl-C is being ignored on
    purpose. The earlier handler is put back.
    """
    interrupted = threading.Event()
    earlier = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or earlier in (signal.SIG_IGN, None):
        yield interrupted
        return
    times = 0

    def handle(*_: object) -> None:
        nonlocal times
        times += 1
        interrupted.set()
        stop.set()
        if times == 1:
            on_first()
        elif times == 2:  # later ones would only break what the second one tidies up
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, handle)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, earlier)
