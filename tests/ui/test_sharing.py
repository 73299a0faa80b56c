"""A set-up that shares arms with a finished study trains the new arms alone."""

import pytest

from attnlab.workers.program import program

from .screen import assert_well, button, field, trained, words


@pytest.fixture
def alike(store, record):
    """The id of a study whose runs were trained here, with their files."""
    study_id = record(seeds=2, epochs=3)
    with store._write() as connection:
        trained_by = "UPDATE runs SET trained_by = ?"
        connection.exec_driver_sql(trained_by, (program(None),))
    for arm in ("none", "dense"):
        for seed in (0, 1):
            run = (study_id, arm, seed)
            store.save_artifacts(*run, {"weights.keras": lambda path: path.write_bytes(b"w")})
    return study_id


def test_the_new_arm_alone_trains_and_the_page_says_so(open_app, store, alike):
    app = open_app(study=alike)
    assert "copied" not in words(app)
    button(app, "Add an arm").click().run()
    assert_well(app)
    said = (
        "The runs of No attention and Dense attention, depth 0 are copied, bit for bit, from study "
        f"{alike}; only Dense attention, depth 1 trains."
    )
    assert said in words(app).replace("\\", "")
    row = trained(app, store)
    assert store.copied_runs(row.id) == {alike: 4}
    assert (row.counts["finished"], row.counts["queued"]) == (4, 2)
    assert f"4 of 6 runs are copies, bit for bit, from study {alike}" in words(app)


def test_all_arms_train_anew_where_that_is_wanted(open_app, store, alike):
    app = open_app(study=alike)
    button(app, "Add an arm").click().run()
    field(app, "Train all arms anew").set_value(True).run()
    assert "are copied" not in words(app)
    row = trained(app, store)
    assert store.copied_runs(row.id) == {}
    assert row.counts["queued"] == 6


def test_a_set_up_all_of_which_is_there_says_that_nothing_trains(open_app, store, alike):
    app = open_app(study=alike)
    field(app, "Arm 1").set_value("none").run()
    field(app, "Name of this arm").set_value("again").run()
    assert f"All runs are there, in study {alike}: nothing trains." in words(app)
    row = trained(app, store)
    assert store.copied_runs(row.id) == {alike: 4}
