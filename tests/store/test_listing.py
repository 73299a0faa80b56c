"""Lists of studies: which, in what order, and how many of them."""

import pytest
from sqlalchemy import event

from attnlab import Study
from attnlab.store import Order, Status, Wanted


@pytest.fixture
def named(store, me):
    """Four studies, oldest first: a, b and c of planted features, and d of digits, without a name.

    b has finished, with 9 s of training, and c, with 2 s; both a and d wait.
    """

    def keep(task, arms, name="", seconds=None, seeds=1, **how):
        plan = Study(task=task, arms=arms, seeds=seeds, epochs=1, **how)
        study_id = store.create_study(plan, name=name)
        if seconds is not None:
            store.acquire(study_id, me)
            for arm in plan.arms:
                store.finish_run(study_id, arm.label, 0, seconds)
            store.release(study_id)
        return study_id

    return {
        "a": keep("planted-features", ["none"], "Zebra 100%", seeds=3),
        "b": keep("planted-features", ["none"], "apple pie", seconds=9.0),
        "c": keep("planted-features", ["none"], "Banana", seconds=2.0),
        "d": keep("digits", ["none", "eca"], prediction={"winner": "eca"}),
    }


@pytest.fixture
def listed(store, named):
    """The letters of what is listed: listed(Wanted(…), order=…)."""
    letters = {study_id: letter for letter, study_id in named.items()}

    def read(wanted=None, **how):
        found = [letters[row.id] for row in store.studies(wanted or Wanted(), **how)]
        if not how:
            assert store.count_studies(wanted or Wanted()) == len(found)
        return "".join(found)

    return read


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "dcba"),
        ({"text": "ZEBRA"}, "a"),
        ({"text": "pie apple"}, "b"),
        ({"text": "100%"}, "a"),
        ({"text": "%"}, "a"),
        ({"text": "handwritten"}, "d"),  # the title of the task, which is the name people see
        ({"text": "digits"}, "d"),
        ({"text": "eca"}, "d"),  # an arm
        ({"text": "second try"}, "c"),  # the note
        ({"text": "nowhere"}, ""),
        ({"statuses": [Status.FINISHED]}, "cb"),
        ({"statuses": [Status.QUEUED, Status.STOPPED]}, "da"),
        ({"tasks": ["planted-features"]}, "cba"),
        ({"tasks": ["digits"], "statuses": [Status.FINISHED]}, ""),
        ({"predicts": True}, "d"),
    ],
)
def test_only_what_meets_all_that_is_asked_is_listed(store, named, listed, wanted, expected):
    store.set_note(named["c"], "the second try")
    assert listed(Wanted(**wanted)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEWEST, "dcba"),
        (Order.OLDEST, "abcd"),
        (Order.NAME, "bcda"),  # apple pie, Banana, Handwritten digits, Zebra
        (Order.STATUS, "dacb"),
        (Order.TASK, "dcba"),
        (Order.RUNS, "adcb"),
        (Order.SECONDS, "bcda"),
    ],
)
def test_each_order_breaks_ties_by_age(listed, order, expected):
    assert listed(order=order) == expected


def test_pages_together_are_the_whole_list(listed):
    pages = [listed(order=Order.NAME, first=first, most=3) for first in (0, 3, 6)]
    assert pages == ["bcd", "a", ""]


def test_studies_of_a_plan_and_of_a_question_are_found(store, named, listed):
    row = store.study(named["b"])
    assert listed(Wanted(spec_hash=row.spec_hash)) == "cb"
    assert listed(Wanted(question=row.study.question)) == "cba"
    assert listed(Wanted(spec_hash="none")) == ""


def test_rows_of_a_list_are_those_of_the_studies(store, named):
    assert store.studies() == [store.study(study_id) for study_id in reversed(named.values())]
    ids = [named["b"], named["d"]]
    assert [row.id for row in store.studies_with_ids([ids[0], "gone", ids[1]])] == ids


def test_tasks_are_those_that_studies_have(store, named):
    assert store.tasks() == ["digits", "planted-features"]
    store.delete(named["d"])
    assert store.tasks() == ["planted-features"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"statuses": [Status.RUNNING]},
        {"tasks": ["digits"]},
        {"spec_hash": "abc"},
        {"question": "abc"},
        {"predicts": True},
    ],
)
def test_a_short_list_reads_no_table_in_full(store, plan, wanted):
    """What a page of studies costs must not grow with all that are kept."""
    store.create_study(plan())
    sent = []

    def note(connection, cursor, statement, parameters, context, many):
        sent.append((statement, parameters))

    event.listen(store._database.engine, "before_cursor_execute", note)
    store.studies(Wanted(**wanted), most=20)
    statements = [each for each in sent if each[0].startswith("SELECT")]
    assert len(statements) == (1 if wanted else 2)  # the studies, and the runs of those found
    with store._read() as connection:
        for statement, parameters in statements:
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in explained]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            assert not scans, steps
