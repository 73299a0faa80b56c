"""More seeds for a study that is there. Every function works inside a transaction."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, Row

from attnlab.spec import Study
from attnlab.store import ledger, listing, studies
from attnlab.store.errors import StoreError
from attnlab.store.statuses import COMPLETE


def extend(connection: Connection, study_id: str, more: int) -> Study:
    """Add so many fresh seeds to the plan, insert their runs, and return the plan."""
    row = studies.require(connection, study_id)
    if row.status not in COMPLETE:
        raise StoreError(
            f"study {studies.id_and_name(row.id, row.name)} is {row.status}: seeds are added to a "
            "study that has finished"
        )
    plan = listing.of_ids(connection, [study_id])[0].study
    study = plan.extended(more, ledger.first_unused(connection, plan, more))
    _grow(connection, row, plan, study)
    return study


def settle(connection: Connection, study_id: str, seeds: int) -> Study:
    """Write down that the precision asked for takes so many seeds, insert the runs of the second
    stage on fresh ones, and return the plan."""
    row = studies.require(connection, study_id)
    plan = listing.of_ids(connection, [study_id])[0].study
    if not plan.is_in_first_stage:
        raise StoreError(
            f"study {studies.id_and_name(row.id, row.name)} is settled, or asks for no precision: "
            "no stage follows"
        )
    more = max(seeds - len(plan.seeds), 0)
    first = ledger.first_unused(connection, plan, more) if more else 0
    study = plan.settled_at(len(plan.seeds) + more, first)
    _grow(connection, row, plan, study)
    return study


def _grow(connection: Connection, row: Row[Any], plan: Study, study: Study) -> None:
    """Put the plan in place of the one before, with runs of the seeds that are new."""
    if added := study.seeds[len(plan.seeds) :]:
        studies.insert_runs(connection, row.id, study, added)
        ledger.spend(connection, row.id, row.name, study, time.time(), added)
    studies.touch(connection, row.id, spec=study.canonical_json(), spec_hash=study.hash)
