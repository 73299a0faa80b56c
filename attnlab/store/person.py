"""The person who made a study, where people sign in to the app, and what is theirs alone to do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from attnlab.command import command
from attnlab.store import damage, schema, studies
from attnlab.store.errors import StoreError
from attnlab.store.rows import StudyRow


class NotTheirStudyError(StoreError):
    """For a change of a study that somebody else made, or that was made without sign-in."""


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in.

    `issuer` and `subject` are what the provider of the sign-in calls itself and this person: the
    two are never given to another. `shown` is what pages call the person, such as an address; it
    may change, and identifies nobody.
    """

    issuer: str
    subject: str
    shown: str

    @property
    def key(self) -> str:
        """What identifies the person: an issuer is an address, and so without a space."""
        return f"{self.issuer} {self.subject}"

    def made(self, row: StudyRow) -> bool:
        """Whether this is a study of theirs."""
        return row.person == self.key


def require_change_by(connection: Connection, study_id: str, person: Person | None) -> None:
    """Raise NotTheirStudyError unless this person may change or delete the study.

    Without a person it may be done: the command line is its user's own, and so is an app without
    sign-in. Raises StoreError for an unknown study.
    """
    row = studies.require(connection, study_id)
    if person is None or row.person == person.key:
        return
    named = studies.id_and_name(row.id, row.name)
    if not damage.cells(row, schema.studies).keys().isdisjoint(("person", "person_shown")):
        raise NotTheirStudyError(f"nobody knows who made study {named}, as that is damaged")
    if row.person is None:
        raise NotTheirStudyError(
            f"study {named} was made without sign-in: only {command()} on the "
            "server changes or deletes it"
        )
    raise NotTheirStudyError(
        f"study {named} was made by {row.person_shown}, who alone can change or delete it here"
    )
