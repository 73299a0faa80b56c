"""The store: studies, runs, epochs, traces and artifacts, on SQLAlchemy over SQLite."""

from attnlab.store.errors import StoreError
from attnlab.store.ledger import SHIPPED_SEEDS, EarlierStudy
from attnlab.store.listing import Order, Wanted
from attnlab.store.owner import Owner, owner_is_alive
from attnlab.store.person import NotTheirStudyError, Person
from attnlab.store.rows import ArmRow, EpochRecord, StudyRow, TraceRecord
from attnlab.store.shown_samples import SampleAnswer, ShownSamples
from attnlab.store.statuses import ACTIVE, COMPLETE, RESUMABLE, Status
from attnlab.store.store import Store

__all__ = [
    "ACTIVE",
    "COMPLETE",
    "RESUMABLE",
    "SHIPPED_SEEDS",
    "ArmRow",
    "EarlierStudy",
    "EpochRecord",
    "NotTheirStudyError",
    "Order",
    "Owner",
    "Person",
    "SampleAnswer",
    "ShownSamples",
    "Status",
    "Store",
    "StoreError",
    "StudyRow",
    "TraceRecord",
    "Wanted",
    "owner_is_alive",
]
