"""What tells that a study gets on: for eyes, for screen readers, and the curves' cursor."""

import pyarrow as pa

from attnlab.charts.curves import CURSOR
from attnlab.store import EpochRecord
from attnlab.ui.study_progress import said

from .screen import assert_well, field, tables


def epoch(number):
    numbers = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "seconds": 0.1}
    return EpochRecord(arm="none", seed=0, epoch=number, **numbers)


def test_a_screen_reader_hears_every_tenth_and_the_end(open_app, store, running, record):
    epochs = store.study(running).study.training.epochs
    app = open_app(study=running)
    assert "<span>Training, 0 % done</span>" in tables(app)
    store.record_epochs(running, [epoch(number) for number in range(1, epochs + 1)])
    assert said(store.study(running)) == "Training, 20 % done"  # a quarter: one run of four
    store.release(running)
    assert said(store.study(running)) == "Training interrupted"
    assert "<span>Training finished, 4 runs</span>" in tables(open_app(study=record()))


def test_the_curves_have_a_cursor_where_the_slider_stands(open_app, record):
    app = open_app(study=record(epochs=3))
    assert_well(app)
    assert stands(app) == []
    field(app, "Epoch").set_value(2).run()
    assert stands(app) == [2, 2, 2]


def stands(app):
    """The epochs at which the cursors of the curves stand."""
    rows = [
        pa.ipc.open_stream(dataset.data.data).read_all().column("epoch").to_pylist()
        for chart in app.get("vega_lite_chart")
        for dataset in chart.proto.datasets
        if dataset.name == CURSOR
    ]
    assert len(rows) >= 3  # accuracy, loss and how attention develops, with a place for it
    return [epoch for each in rows for epoch in each]
