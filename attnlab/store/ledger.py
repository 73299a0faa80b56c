"""Which seeds have been seen, by which study: a seed confirms something once.

Training is deterministic, so that a plan trained again at the same seeds gives the same numbers,
and whatever was chosen by looking at seeds looks good at those seeds. A study that is to confirm
something takes seeds that no study of its data streams has had in this home: a study of several
tasks has one for each. Every function works inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, true
from sqlalchemy.dialects.sqlite import insert

from attnlab.spec import Study
from attnlab.store import schema
from attnlab.store.spent import spent_rows

SHIPPED_SEEDS = range(1000, 2000)
"""The seeds of the results that come with attnlab; no study here gets them unless it names them, so
that whoever trains a claim again sees other seeds."""


@dataclass(frozen=True)
class EarlierStudy:
    """A study that had some of the same seeds before, of the same data stream.

    It may have been deleted since. `seeds` are those that both have, or, of studies of the same
    question, all; `same_question` says whether the plans differ in their seeds alone.
    """

    id: str
    name: str
    seeds: tuple[int, ...]
    same_question: bool


def spend(
    connection: Connection, study_id: str, name: str, study: Study, at: float, seeds: Iterable[int]
) -> None:
    """Write down that this study has these seeds of its plan; one that is made anew has them from
    when it was first made."""
    connection.execute(
        insert(schema.spent_seeds).on_conflict_do_nothing(),
        spent_rows(study_id, name, study, at, seeds),
    )


def forget_unseen(connection: Connection, study_id: str) -> None:
    """Give back the seeds of a study of which no epoch was recorded, and no run that chooses a
    learning rate has ended: nobody has seen them."""
    runs, epochs = schema.runs.c, schema.epochs.c
    recorded = (
        select(epochs.run_id)
        .join(schema.runs, runs.id == epochs.run_id)
        .where(runs.study_id == study_id)
    )
    tuned = select(schema.tuning_runs.c.seed).where(schema.tuning_runs.c.study_id == study_id)
    if not any(connection.execute(seen.limit(1)).first() for seen in (recorded, tuned)):
        spent = schema.spent_seeds
        connection.execute(delete(spent).where(spent.c.study_id == study_id))


def first_unused(connection: Connection, study: Study, count: int | None = None) -> int:
    """Return the first of `count` seeds, one after the other, that no study has had on any of the
    data of this one; by default as many as it has, those at which it chooses learning rates behind
    the others. Those that ship with attnlab are left out."""
    count = len(study.all_seeds) if count is None else count
    spent = schema.spent_seeds.c
    chosen = select(spent.seed).where(spent.stream.in_(study.data_streams)).distinct()
    found = connection.execute(chosen).scalars()
    taken = {*(seed for seed in found if isinstance(seed, int)), *SHIPPED_SEEDS}
    first = 0
    for seed in sorted(taken):
        if seed - first >= count:
            break
        first = max(first, seed + 1)
    return first


def earlier(connection: Connection, study_id: str) -> list[EarlierStudy]:
    """Return the studies that had seeds of this one before it, the first of them first."""
    mine, theirs = schema.spent_seeds.alias("mine"), schema.spent_seeds.alias("theirs")
    return _by_study(
        connection.execute(
            select(
                theirs.c.study_id,
                theirs.c.study_name,
                theirs.c.seed,
                theirs.c.question == mine.c.question,
            )
            .join(
                mine,
                (mine.c.stream == theirs.c.stream)
                & (mine.c.seed == theirs.c.seed)
                & (mine.c.study_id != theirs.c.study_id),
            )
            .where(mine.c.study_id == study_id, theirs.c.created_at < mine.c.created_at)
            .distinct()
            .order_by(theirs.c.created_at, theirs.c.study_id, theirs.c.seed)
        ).all()
    )


def had(connection: Connection, study: Study) -> list[EarlierStudy]:
    """Return the studies that had seeds of this plan, which is none of them yet."""
    spent = schema.spent_seeds.c
    return _by_study(
        connection.execute(
            select(spent.study_id, spent.study_name, spent.seed, spent.question == study.question)
            .where(spent.stream.in_(study.data_streams), spent.seed.in_(study.all_seeds))
            .distinct()
            .order_by(spent.created_at, spent.study_id, spent.seed)
        ).all()
    )


def same_question_before(connection: Connection, study_id: str) -> list[EarlierStudy]:
    """Return the studies of the same question that there were before this one, the first of them
    first, whatever seeds they had."""
    mine, theirs = schema.spent_seeds.alias("mine"), schema.spent_seeds.alias("theirs")
    return _by_study(
        connection.execute(
            select(theirs.c.study_id, theirs.c.study_name, theirs.c.seed, true())
            .join(
                mine,
                (mine.c.question == theirs.c.question) & (mine.c.study_id != theirs.c.study_id),
            )
            .where(mine.c.study_id == study_id, theirs.c.created_at < mine.c.created_at)
            .distinct()
            .order_by(theirs.c.created_at, theirs.c.study_id, theirs.c.seed)
        ).all()
    )


def _by_study(rows: Iterable[tuple[str, str, int, bool]]) -> list[EarlierStudy]:
    """The studies of rows of id, name, seed and whether the question is the same, in order."""
    by_study: dict[str, EarlierStudy] = {}
    for study_id, name, seed, same_question in rows:
        before = by_study.get(study_id)
        seeds = (*before.seeds, seed) if before else (seed,)
        by_study[study_id] = EarlierStudy(study_id, name, seeds, bool(same_question))
    return list(by_study.values())
