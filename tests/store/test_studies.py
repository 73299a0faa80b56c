"""Making, listing, finding, naming and deleting studies."""

import json
import re

import pytest
from sqlalchemy import event, update

from attnlab.data.fingerprint import of_contents
from attnlab.spec.tuning_runs import TuningRun
from attnlab.store import Status, Store, StoreError, schema


@pytest.fixture
def statements(store):
    """The SELECT statements that the store has sent."""
    sent = []

    def note(connection, cursor, statement, parameters, context, many):
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(store._database.engine, "before_cursor_execute", note)
    return sent


def test_new_study_has_its_plan_arms_and_runs_all_queued(store, plan, me):
    study_id = store.create_study(plan(), name="first", owner=me)
    row = store.study(study_id)
    assert re.fullmatch("[a-z][a-z2-9]{7}", study_id)
    assert (row.name, row.note, row.status, row.example) == ("first", "", "queued", False)
    assert row.owner == me
    assert row.study == plan()
    assert row.spec == plan().canonical_json()
    assert row.spec_hash == plan().hash
    assert row.counts == {**dict.fromkeys(Status, 0), Status.QUEUED: 4}
    assert (row.epochs_done, row.epochs_planned, row.runs) == (0, 12, 4)
    assert row.started_at is row.finished_at is None
    assert [(arm.label, arm.position) for arm in store.arms(study_id)] == [
        ("none", 0),
        ("dense:depth=1", 1),
    ]


def test_given_id_that_is_there_is_left_unchanged(store, plan):
    store.create_study(plan(), study_id="example", example=True, name="one")
    before = store.studies()
    assert store.create_study(plan(seeds=9), study_id="example", name="two") == "example"
    assert store.studies() == before


def test_two_servers_make_one_example(store, at_once):
    prepare = (
        "from attnlab import Study; from attnlab.store import Store\n"
        "store, study = Store(), Study(task='planted-features', arms=['none'], seeds=2)"
    )
    create = "print(store.create_study(study, study_id='example', example=True))"
    assert at_once(prepare, create, [()] * 3) == ["example"] * 3
    assert [(row.id, row.runs) for row in store.studies()] == [("example", 2)]


def test_studies_are_listed_newest_first_with_their_progress(store, plan, epoch, me):
    first, second = (store.create_study(plan(), name=name) for name in ("first", "second"))
    store.acquire(first, me)
    store.record_epochs(first, [epoch(seed=0, epoch=1), epoch(seed=0, epoch=2), epoch(seed=1)])
    store.finish_run(first, "none", 0, 2.5)
    store.fail_run(first, "none", 1, "boom")
    listed = store.studies()
    assert [row.name for row in listed] == ["second", "first"]
    assert listed[0].id == second
    assert listed[1] == store.study(first)
    assert (listed[1].epochs_done, listed[1].epochs_planned, listed[1].seconds) == (3, 12, 2.5)
    assert {status: count for status, count in listed[1].counts.items() if count} == {
        "finished": 1,
        "failed": 1,
        "queued": 2,
    }


def test_share_counts_runs_that_ended_early_whole(store, plan, epoch, me):
    study_id = store.create_study(plan(epochs=10))
    store.acquire(study_id, me)
    shares = []
    for change in (
        lambda: store.record_epochs(study_id, [epoch(epoch=number) for number in (1, 2, 3)]),
        lambda: store.finish_run(study_id, "none", 0, 1.0, kept_epoch=1),
        lambda: store.record_epochs(study_id, [epoch(seed=1)]),
        lambda: store.fail_run(study_id, "none", 1, "boom"),
        lambda: store.finish_run(study_id, "dense:depth=1", 0, 1.0),
        lambda: store.finish_run(study_id, "dense:depth=1", 1, 1.0),
    ):
        change()
        shares.append(store.study(study_id).share)
    assert shares == [0.075, 0.25, 0.275, 0.5, 0.75, 1]
    assert store.study(study_id).epochs_done == 4


def test_listing_many_studies_takes_two_statements(store, plan, statements):
    small = plan(arms=["none"], seeds=10)
    for _ in range(250):
        store.create_study(small)
    statements.clear()
    rows = store.studies()
    assert (len(rows), sum(row.runs for row in rows)) == (250, 2500)
    assert len(statements) == 2


def test_study_is_found_by_the_start_of_its_id(store, plan):
    store.create_study(plan(), study_id="alpha123", name="one")
    store.create_study(plan(), study_id="alpine99", name="two")
    assert store.study("alpi").name == "two"
    assert store.study("alpha123").name == "one"
    with pytest.raises(StoreError, match=r"fits several.*alpine99 \(two\), alpha123 \(one\)"):
        store.study("alp")


def test_full_id_wins_over_longer_ones(store, plan):
    store.create_study(plan(), study_id="example")
    store.create_study(plan(), study_id="example2")
    assert store.study("example").id == "example"


@pytest.mark.parametrize("text", ["zzz", "", "%", "a_"])
def test_unknown_id_names_the_studies_there_are(store, plan, text):
    with pytest.raises(StoreError, match="there are no studies yet"):
        store.study(text)
    store.create_study(plan(), study_id="alpha123", name="one")
    with pytest.raises(StoreError, match=r"the newest are alpha123 \(one\)"):
        store.study(text)


def test_every_method_says_when_a_study_is_not_there(store, me, epoch):
    for call in (
        lambda: store.rename("gone", "x"),
        lambda: store.set_note("gone", "x"),
        lambda: store.delete("gone"),
        lambda: store.arms("gone"),
        lambda: store.version("gone"),
        lambda: store.acquire("gone", me),
        lambda: store.enqueue("gone"),
        lambda: store.heartbeat("gone", ""),
        lambda: store.request_stop("gone"),
        lambda: store.release("gone"),
        lambda: store.start_run("gone", "none", 0),
        lambda: store.record_epochs("gone", [epoch()]),
        lambda: store.describe_arm("gone", "none", [], 1, 0),
        lambda: store.runs("gone"),
        lambda: store.curves(["gone"]),
        lambda: store.traces("gone"),
        lambda: store.artifact("gone", "none", 0, "x"),
    ):
        with pytest.raises(StoreError, match="there is no study 'gone'"):
            call()


def test_name_and_note_can_be_changed(store, plan):
    study_id = store.create_study(plan())
    store.rename(study_id, "Ünïcode ✓ 'quoted'")
    store.set_note(study_id, "two\nlines")
    assert store.study(study_id).name == "Ünïcode ✓ 'quoted'"
    assert store.study(study_id).note == "two\nlines"


def test_plan_of_another_version_is_a_store_error_and_still_listed(store, plan, epoch):
    study_id = store.create_study(plan())
    store.record_epochs(study_id, [epoch()])
    spec = json.loads(plan().canonical_json())
    for arm in spec["arms"]:
        arm["module"] = "left-the-catalogue"
    with store._write() as connection:
        connection.execute(update(schema.studies).values(spec=json.dumps(spec)))
    row = store.study(study_id)
    assert row.epochs_planned == 12
    assert set(store.curves(study_id)["module"]) == {"left-the-catalogue"}
    with pytest.raises(StoreError, match="another version"):
        _ = row.study


def test_deleting_removes_rows_and_artifacts_of_that_study_alone(home, store, plan, epoch, me):
    doomed, kept = store.create_study(plan()), store.create_study(plan())
    for study_id in (doomed, kept):
        store.record_epochs(study_id, [epoch(weights=[0.1, 0.9])])
        store.save_artifacts(study_id, "none", 0, {"w": lambda path: path.write_text("w")})
        store.record_tuning_run(study_id, TuningRun("none", 0.01, 9, 0.5))
        store.keep_data_states(study_id, {"pets": of_contents([("cats/0.png", b"1")])})
    path = store.artifact(doomed, "none", 0, "w")
    store.delete(doomed)
    assert [row.id for row in store.studies()] == [kept]
    assert not path.exists()
    assert len(list((home / "artifacts").glob("[0-9]*"))) == 1
    assert store.artifact(kept, "none", 0, "w").read_text() == "w"
    with store._read() as connection:
        counts = {
            table.name: connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar()
            for table in schema.metadata.sorted_tables
        }
    seen = counts.pop("spent_seeds")
    assert seen == 4  # of both: what was seen stays seen
    of_runs = {"runs": 4, "epochs": 1, "traces": 1, "tuning_runs": 1, "data_states": 1}
    of_runs["own_modules"] = of_runs["own_tasks"] = 0
    assert counts == {"studies": 1, "arms": 2, **of_runs}


def test_running_study_is_not_deleted(store, plan, me):
    study_id = store.create_study(plan(), name="busy")
    store.acquire(study_id, me)
    with pytest.raises(StoreError, match=r"busy.*is running: stop it before deleting"):
        store.delete(study_id)
    assert store.study(study_id).runs == 4


def test_number_of_a_deleted_run_is_not_given_again(store, plan):
    """Or a new run could inherit artifacts that could not be removed."""
    first = store.create_study(plan())
    store.save_artifacts(first, "none", 0, {"w": lambda path: path.write_text("w")})
    folder = store.artifact(first, "none", 0, "w").parent
    store.delete(first)
    second = store.create_study(plan())
    store.save_artifacts(second, "none", 0, {"w": lambda path: path.write_text("w")})
    assert store.artifact(second, "none", 0, "w").parent != folder


def test_version_changes_with_everything_visible(store, plan, epoch, me):
    study_id = store.create_study(plan())
    seen = [store.version(study_id)]
    all_seen = [store.version()]
    for change in (
        lambda: store.rename(study_id, "x"),
        lambda: store.set_note(study_id, "x"),
        lambda: store.acquire(study_id, me),
        lambda: store.describe_arm(study_id, "none", [], 1, 0),
        lambda: store.start_run(study_id, "none", 0),
        lambda: store.record_epochs(study_id, [epoch()]),
        lambda: store.heartbeat(study_id, "epoch 1"),
        lambda: store.finish_run(study_id, "none", 0, 1.0),
        lambda: store.fail_run(study_id, "none", 1, "boom"),
        lambda: store.request_stop(study_id),
        lambda: store.release(study_id),
        lambda: store.enqueue(study_id),
        lambda: store.recover(lambda owner, heartbeat_at: False) or store.request_stop(study_id),
    ):
        change()
        seen.append(store.version(study_id))
        all_seen.append(store.version())
    assert len(set(seen)) == len(seen)
    assert len(set(all_seen)) == len(all_seen)


def test_version_stays_while_nothing_visible_changes(store, plan, me):
    study_id, other = store.create_study(plan()), store.create_study(plan())
    store.acquire(study_id, me)
    store.heartbeat(study_id, "waiting")
    before = store.version(study_id)
    store.heartbeat(study_id, "waiting")
    store.rename(other, "x")
    store.acquire(study_id, me)
    assert store.version(study_id) == before


def test_version_of_a_remade_study_is_another(store, plan):
    store.create_study(plan(), study_id="example")
    before = store.version("example"), store.version()
    store.delete("example")
    store.create_study(plan(), study_id="example")
    assert store.version("example") != before[0]
    assert store.version() != before[1]


def test_second_store_sees_what_the_first_wrote(home, store, plan):
    study_id = store.create_study(plan(), name="shared")
    other = Store(home)
    assert other.study(study_id).name == "shared"
    other.close()


def test_a_name_is_one_line_of_text_and_a_note_has_nothing_hidden(store, plan):
    study_id = store.create_study(plan(), name=" a\x1b[31m\nforged  row\x00\u202e " + "n" * 300)
    assert store.study(study_id).name.startswith("a[31m forged row nnn")
    assert len(store.study(study_id).name) == 200
    store.rename(study_id, "\ud800 \u200b")
    assert store.study(study_id).name == ""
    store.set_note(study_id, "two\n  lines\x1b]0;x\x07")
    assert store.study(study_id).note == "two\n  lines]0;x"
