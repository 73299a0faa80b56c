"""Attention on the page: of many arms, its measures, of which epoch of each seed."""

from attnlab.ui import attention, attention_development

from .screen import assert_well, tables, words


def test_measures_of_attention_are_chosen_and_explained(open_app, record):
    app = open_app(study=record())
    (measure,) = (each for each in app.get("button_group") if each.label == "Measure")
    titles = ["Attention on the truth", "Peaks at the truth (hit)", "Entropy"]
    assert [option.content for option in measure.proto.options] == titles
    assert "The share of all attention" in words(app)
    app.session_state[attention_development.MEASURE] = "entropy"
    app.run()
    assert_well(app)
    assert "How evenly attention is spread" in words(app)


def test_attention_of_many_arms_is_shown_eight_at_a_time(open_app, record):
    app = open_app(study=record(arms=("none", *(f"dense@classes={n}" for n in range(2, 19)))))
    (pages,) = (each for each in app.get("button_group") if "of 17 with attention" in each.label)
    assert [option.content for option in pages.proto.options] == ["1–8", "9–16", "17"]
    others = len(app.get("vega_lite_chart")) - 2 * 8  # a panel, and a strip of seeds below it
    app.session_state[attention.ARMS] = 16
    assert_well(app.run())
    assert len(app.get("vega_lite_chart")) - others == 2
    few = open_app(study=record(arms=("none", "dense")))
    assert not [each for each in few.get("button_group") if "with attention" in each.label]
    assert len(few.get("vega_lite_chart")) - others == 2


def test_a_lone_panel_is_as_wide_as_those_above_it(open_app, record):
    arms = ("none", *(f"dense:depth={n}" for n in range(5)))
    app = open_app(study=record(arms=arms))
    *panels, _accuracy, _loss, _measure = (
        each.weight for each in app.columns if each.get("vega_lite_chart")
    )
    assert panels == [0.25] * 5


def test_without_attention_there_is_nothing_to_measure(open_app, record):
    assert "How attention develops" not in words(open_app(study=record(arms=["none"])))


def test_attention_of_seeds_that_stopped_early_ends_with_what_each_kept(open_app, record):
    app = open_app(study=record(epochs=9, patience=2, ends={0: (4, 2), 1: (6, 4)}))
    assert_well(app)
    slider = next(each for each in app.slider if each.label == "Epoch")
    assert (slider.max, slider.value) == (6, 6)
    assert "The epoch that early stopping kept of each seed" in words(app)
    assert "3.0 (2–4)" in tables(app)
    slider.set_value(5).run()
    assert "Epoch 5 of 6; of seeds that stopped before, their last one" in words(app)
