"""An arm that is pressed in a chart of the Ablation page stands out in all of them."""

import pytest

from attnlab import charts
from attnlab.ui import attention, study_figures, study_views
from tests.frameworks import select_in_chart

from .screen import assert_well

PAGE = "pages/ablation.py"


@pytest.fixture
def open_study(open_app):
    """Open the Ablation page on a study."""

    def start(study_id):
        app = open_app(PAGE, study=study_id)
        assert not app.exception
        return app

    return start


def press(app, name, *points):
    """Click into a chart that can be pointed at, as a browser tells it: on an arm, or beside all.

    The page runs as a whole, as it does when something else on it was changed with the click.
    """
    [chart] = [each for each in app.get("vega_lite_chart") if f".{name}." in each.proto.id]
    select_in_chart(app, chart.proto.id, {charts.ARM_PARAM: list(points)})
    assert_well(app)


def specs(app):
    return [each.proto.spec for each in app.get("vega_lite_chart")]


def highlighted(app, study_id):
    try:
        return app.session_state[f"{study_figures.ARM}.{study_id}"]
    except KeyError:
        return None


def test_a_click_highlights_an_arm_and_a_second_one_ends_it(open_study, record):
    study_id = record(seeds=6)
    app = open_study(study_id)
    press(app, "forest", {"label": "dense", "chosen": False})
    assert highlighted(app, study_id) == "dense"
    press(app, "seeds", {"label": "none", "chosen": False})
    assert highlighted(app, study_id) == "none"
    press(app, "seeds", {"label": "none", "chosen": True})
    assert highlighted(app, study_id) is None
    press(app, "seeds", {"label": "none", "chosen": False})
    assert highlighted(app, study_id) == "none"


def test_a_click_beside_all_arms_ends_the_highlight(open_study, record):
    study_id = record(seeds=6)
    app = open_study(study_id)
    press(app, "forest", {"label": "dense", "chosen": False})
    press(app, "forest")
    assert highlighted(app, study_id) is None


def test_an_arm_stays_highlighted_while_one_looks_elsewhere(open_study, record):
    study_id, other = record(seeds=6), record(seeds=7)
    app = open_study(study_id)
    press(app, "forest", {"label": "dense", "chosen": False})
    for view in ("Curves", "Attention", "Against size", "Seed by seed"):
        app.session_state[study_views.VIEW] = view
        assert_well(app.run())
    assert highlighted(app, study_id) == "dense"
    app.switch_page("pages/modules.py").run()  # not the claims, of which all would be judged
    app.query_params["study"] = other
    app.switch_page(PAGE).run()
    assert_well(app)
    assert highlighted(app, other) is None
    app.query_params["study"] = study_id
    app.run()
    assert_well(app)
    assert highlighted(app, study_id) == "dense"
    press(app, "forest", {"label": "dense", "chosen": True})
    assert highlighted(app, study_id) is None


@pytest.mark.parametrize("view", ["Curves", "Attention"])
def test_a_highlighted_arm_stands_out_in_curves_and_attention(open_study, record, view):
    study_id = record(arms=("none", "dense", "feature-gate"))
    app = open_study(study_id)
    app.session_state[study_views.VIEW] = view
    app.run()
    before = specs(app)
    app.session_state[f"{study_figures.ARM}.{study_id}"] = "dense"
    assert_well(app.run())
    marks = [spec for spec in specs(app) if spec not in before]
    assert len(marks) > 1
    app.session_state[f"{study_figures.ARM}.{study_id}"] = None
    assert_well(app.run())
    assert specs(app) == before


def test_of_many_arms_the_highlighted_one_brings_its_attention_into_sight(open_study, record):
    arms = ("none", *(f"dense@classes={n}" for n in range(2, 14)))
    study_id = record(arms=arms)
    app = open_study(study_id)
    app.session_state[study_views.VIEW] = "Attention"
    app.run()

    def shown():
        (pages,) = (each for each in app.get("button_group") if "with attention" in each.label)
        return pages.value

    assert shown() == 0
    app.session_state[f"{study_figures.ARM}.{study_id}"] = arms[11]
    assert_well(app.run())
    assert shown() == 8
    app.session_state[attention.ARMS] = 0  # whoever looks elsewhere is left there
    assert_well(app.run())
    assert shown() == 0
