"""Every figure of a study can be saved: as a picture, and as the numbers behind it."""

import pytest

from attnlab import export
from attnlab.claims import BY_NAME
from attnlab.claims.shipped import write
from attnlab.ui import attention, claims, saving, study_views
from tests.claims.made_up import shipped_as

from .screen import assert_well

PAGES = ("pages/playground.py", "pages/ablation.py")
PLAIN = {"arms": ("none", "dense")}
DOSE = {"build": {"dose": "dense", "depth": [0, 1, 2]}, "arms": ()}
TASK_DOSE = {"build": {"dose": "dense", "classes": [2, 5, 20]}, "arms": ()}
GRID = {"build": {"grid": "dense", "depth": [0, 1], "classes": [2, 5]}, "arms": ()}
VIEWS = {
    "Seed by seed": (PLAIN,),
    "By depth": (DOSE,),
    "By classes": (TASK_DOSE,),
    "Grid": (GRID,),
    "All parameters": (GRID,),
    "Against size": (TASK_DOSE,),
    "Against time": (GRID,),
    "Curves": (PLAIN,),
    "Attention": (GRID,),
}


@pytest.fixture
def offered(monkeypatch):
    """The figures that a page offers, by name."""
    figures = {}
    shown = saving.save_button

    def keep(figure, file_name, key):
        figures[figure.name] = figure
        shown(figure, file_name, key)

    monkeypatch.setattr(saving, "save_button", keep)
    return figures


@pytest.fixture
def open_page(open_app):
    def start(page, study_id):
        app = open_app(page, study=study_id)
        assert_well(app)
        return app

    return start


def test_curves_attention_and_its_measures_are_offered_on_the_playground(
    open_page, record, offered
):
    study_id = record(arms=("none", "dense", "feature-gate"))
    open_page("pages/playground.py", study_id)
    assert set(offered) == {"curves", "attention", "attention mass"}
    drawn = {name: export.figure(each.chart(), "svg").decode() for name, each in offered.items()}
    assert ">Accuracy<" in drawn["curves"]
    assert ">Loss<" in drawn["curves"]
    assert "planted column" in drawn["attention"]
    assert "planted column" in drawn["attention mass"]
    assert len(offered["curves"].data()) == 3 * 2 * 3  # arms, seeds, epochs
    assert offered["attention"].data()["epoch"].unique().tolist() == [3]
    assert offered["attention mass"].data()["name"].unique().tolist() == ["mass"]


def test_the_epoch_that_is_shown_is_the_one_that_is_saved(open_page, record, offered):
    app = open_page("pages/playground.py", record())
    app.slider(key="playground.epoch").set_value(2).run()
    assert offered["attention epoch 2"].data()["epoch"].unique().tolist() == [2]


@pytest.mark.parametrize(
    ("view", "plan"), [(view, plan) for view, plans in VIEWS.items() for plan in plans]
)
def test_every_view_of_the_ablation_page_can_be_saved(open_page, record, offered, view, plan):
    app = open_page("pages/ablation.py", record(seeds=3, **plan))
    [choice] = [each for each in app.get("button_group") if each.label == "Look at"]
    assert view in choice.options
    offered.clear()
    app.session_state[study_views.VIEW] = view
    assert_well(app.run())
    assert "forest" in offered
    assert len(offered) > 1
    for figure in offered.values():
        assert export.figure(figure.chart(), "svg").startswith(b"<svg")
        assert export.figure_data_csv(figure.data()).count("\n") > 1


def test_the_pictures_of_a_claim_can_be_saved(open_app, offered, tmp_path, monkeypatch):
    claim = BY_NAME["focus-falls-from-2-to-5-classes"]
    monkeypatch.setattr(claims, "PATH", tmp_path / "claims.json")
    write({claim.name: shipped_as(claim, {})}, claims.PATH)
    assert_well(open_app("pages/claims.py", claim=claim.name))
    assert len(offered) == len({check.metric for check in claim.checks})
    for figure in offered.values():
        assert export.figure(figure.chart(), "svg").startswith(b"<svg")
        rows = figure.data()
        assert rows[["seeds", "metric", "arm", "against"]].values.tolist() == [
            ["first", check.metric, "5 classes", "2 classes"]
            for check in claim.checks
            if check.metric == figure.name.split()[0]
        ]


def test_the_costs_of_all_modules_can_be_saved(open_app, offered):
    assert_well(open_app("pages/modules.py"))
    (costs,) = (offered[name] for name in ("costs",))
    assert b"Multiply-adds" in export.figure(costs.chart(), "svg")
    assert list(costs.data()) == ["name", "parameters", "macs", "chosen"]
    assert "Squeeze-and-excitation" in " ".join(costs.data()["name"])


def test_only_the_attention_that_is_shown_is_saved(open_page, record, offered):
    arms = ("none", *(f"dense@classes={n}" for n in range(2, 12)))
    app = open_page("pages/playground.py", record(arms=arms))
    assert offered["attention"].data()["arm"].nunique() == 8
    app.session_state[attention.ARMS] = 8
    app.run()
    assert sorted(offered["attention"].data()["arm"].unique()) == [arms[9], arms[10]]


@pytest.mark.parametrize("page", PAGES)
def test_what_still_trains_has_nothing_to_save(open_page, running, offered, page):
    open_page(page, running)
    assert not offered


def test_a_press_shows_the_formats_and_until_then_there_are_none(open_page, record):
    app = open_page("pages/playground.py", record())
    assert not [each for each in app.get("download_button") if each.label == "PNG"]
    app.session_state["curves.save"] = True
    assert_well(app.run())
    labels = [each.label for each in app.get("download_button")]
    assert [labels.count(each) for each in ("PNG", "SVG", "Its data (CSV)")] == [1, 1, 1]
