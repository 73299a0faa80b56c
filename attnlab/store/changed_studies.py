"""The part of the store that changes a study for somebody, who may have signed in."""

from __future__ import annotations

import copy
from typing import Self

from attnlab.spec import Study
from attnlab.store import growing, lifecycle, studies
from attnlab.store.own_data import OwnDataStates
from attnlab.store.owner import Owner
from attnlab.store.person import Person, require_change_by
from attnlab.store.rows import StudyRow
from attnlab.wording import visible


class ChangedStudies(OwnDataStates):
    """What people do with a study beside looking at it.

    Each of it raises NotTheirStudyError, with nothing changed, in a store of somebody who did not
    make the study: see `as_person`.
    """

    person: Person | None = None
    """For whom studies are made and changed; None is the user of the machine, who may do all."""

    def as_person(self, person: Person) -> Self:
        """The same store for somebody who has signed in: what is made is theirs, and what others
        made stays as it is."""
        theirs = copy.copy(self)
        theirs.person = person
        return theirs

    def may_change(self, row: StudyRow) -> bool:
        """Whether the study may be changed and deleted in this store."""
        return self.person is None or self.person.made(row)

    def require_change(self, study_id: str) -> None:
        """Raise NotTheirStudyError unless the study may be changed in this store."""
        with self._read() as connection:
            require_change_by(connection, study_id, self.person)

    def rename(self, study_id: str, name: str) -> None:
        """Call the study by another name, which becomes one line of text that can be seen."""
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            studies.touch(connection, study_id, name=studies.name_of(name))

    def set_note(self, study_id: str, note: str) -> None:
        """Replace the study's note; what cannot be seen in it is left out."""
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            studies.touch(connection, study_id, note=visible(note))

    def enqueue(self, study_id: str, owner: Owner | None = None) -> None:
        """Queue a stopped, interrupted or failed study again, in `owner`'s queue.

        Finished runs are kept, the others go back to their start. Raises StoreError for a study
        that is running or has finished.
        """
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            lifecycle.enqueue(connection, study_id, owner)

    def request_stop(self, study_id: str) -> None:
        """Ask a running study to stop; stop a queued one at once; leave an ended one as it is."""
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            lifecycle.request_stop(connection, study_id)

    def pause(self, study_id: str, paused: bool = True) -> None:
        """Ask a running study to pause at the end of its current epochs, or to go on.

        Nothing is lost while the process that trains it is alive. Raises StoreError for a study
        that is not running.
        """
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            lifecycle.set_paused(connection, study_id, paused)

    def extend(self, study_id: str, more: int, owner: Owner | None = None) -> Study:
        """Add so many fresh seeds to a study that has finished, and queue it; returns its plan,
        which records the look at the results so far.

        Raises StoreError for one that has not finished, SpecError for more than a study may have.
        """
        with self._database.write() as connection:
            require_change_by(connection, study_id, self.person)
            study = growing.extend(connection, study_id, more)
            lifecycle.enqueue(connection, study_id, owner)
        return study
