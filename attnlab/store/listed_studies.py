"""The part of the store that lists studies, and finds one."""

from __future__ import annotations

from collections.abc import Sequence

from attnlab.store import listing, studies
from attnlab.store.database import Database
from attnlab.store.listing import EVERY, Order, Wanted
from attnlab.store.rows import StudyRow


class ListedStudies:
    """The studies in a database, each with its progress."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read = database.read

    def studies(
        self,
        wanted: Wanted = EVERY,
        *,
        order: Order = Order.NEWEST,
        first: int = 0,
        most: int | None = None,
    ) -> list[StudyRow]:
        """The studies that are wanted, by default all, newest first.

        `most` of them from place `first` on, which counts from 0. A page, a command or a form asks
        for as many as it shows: there may be thousands.
        """
        with self._read() as connection:
            return listing.rows(connection, wanted, order, first, most)

    def count_studies(self, wanted: Wanted = EVERY) -> int:
        """How many studies are wanted."""
        with self._read() as connection:
            return listing.count(connection, wanted)

    def studies_with_ids(self, ids: Sequence[str]) -> list[StudyRow]:
        """The studies with these ids, in this order; those that are gone are left out."""
        with self._read() as connection:
            return listing.of_ids(connection, ids)

    def tasks(self) -> list[str]:
        """The names of the tasks that studies have here, sorted."""
        with self._read() as connection:
            return listing.tasks(connection)

    def study(self, id_or_prefix: str) -> StudyRow:
        """The study with this id, or the only one whose id starts so.

        Raises StoreError that lists the candidates if there is none or more than one.
        """
        with self._read() as connection:
            return listing.of_ids(connection, [studies.find(connection, id_or_prefix)])[0]
