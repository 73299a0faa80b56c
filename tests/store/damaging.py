"""A home with something in every column, and a way to damage each of its cells."""

import sqlite3
from contextlib import closing

import numpy as np
from sqlalchemy import LargeBinary, Text

from attnlab import Study
from attnlab.data.fingerprint import Fingerprint
from attnlab.spec import NetworkLayer
from attnlab.spec.tuning_runs import TuningRun
from attnlab.store import EpochRecord, Owner, SampleAnswer, TraceRecord, schema

COUNTS = np.full((2, 5, 5), 3)
LABELS = ("none", "dense")


def keep_study(store, name):
    """Keep a finished study of two arms and two seeds, with all that can be recorded."""
    plan = Study(task="planted-features", arms=list(LABELS), seeds=2, epochs=2)
    study_id = store.create_study(plan, name=name)
    store.acquire(study_id, Owner.current())
    weights = np.full(8, 0.125)
    for label in LABELS:
        store.describe_arm(study_id, label, [NetworkLayer("logits", "Dense", (5,), 9, False)], 9, 3)
        store.record_tuning_run(study_id, TuningRun(label, 0.01, 7, 0.5, "", 1.0))
        for seed in plan.seeds:
            measured = {"hit": 1.0, "chance": 0.1}
            trace = TraceRecord(
                "feature", "distribution", weights, measured, samples=np.array([weights])
            )
            store.start_run(study_id, label, seed)
            store.record_epochs(
                study_id,
                [
                    EpochRecord(
                        *(label, seed, epoch, 0.5, 0.5, 0.5, 0.5 + 0.01 * seed, 0.1),
                        traces=[trace],
                        extra_metrics={"exact_match": 0.5},
                        answers=[SampleAnswer(label=1, share=0.5)],
                    )
                    for epoch in (1, 2)
                ],
            )
            measured = {"val_macro_f1": 0.5}
            store.finish_run(study_id, label, seed, 1.0, None, {"accuracy": 0.5}, measured, COUNTS)
            store.save_artifacts(study_id, label, seed, {"traces.npz": _arrays})
    store.keep_data_states(study_id, {"images": Fingerprint({"a.png": "1 00"})})
    store.release(study_id)
    return study_id


def _arrays(path):
    np.savez(path, weights=np.ones(8))


def columns(kinds=(Text, LargeBinary)):
    """Every column of the real schema of these kinds, as table and name."""
    return [
        (table.name, column.name)
        for table in schema.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kinds) and table not in (schema.own_modules, schema.own_tasks)
    ]


class Cell:
    """One cell of the study, which can be damaged and put back."""

    def __init__(self, path, table, column, study_id):
        self.path, self.table, self.column = path, table, column
        with closing(self._open()) as connection:
            [self.row, self.value] = connection.execute(
                f"SELECT rowid, {column} FROM {table} WHERE {_of_study(table)} LIMIT 1", (study_id,)
            ).fetchone()

    def put(self, value):
        """Write the value, whatever keys and rules of the table say."""
        with closing(self._open()) as connection, connection:
            changed = connection.execute(
                f"UPDATE {self.table} SET {self.column} = ? WHERE rowid = ?", (value, self.row)
            )
            assert changed.rowcount == 1

    def _open(self):
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        return connection


def _of_study(table):
    if table == "studies":
        return "id = ?"
    if table in ("epochs", "traces"):
        return "run_id IN (SELECT id FROM runs WHERE study_id = ?)"
    return "study_id = ?"
