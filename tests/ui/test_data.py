"""The Data page: what is chosen is previewed, and taken along to the other pages."""

import numpy as np
import pytest
from data.images.conftest import archived, usual

from attnlab import Study
from attnlab.data import uploads
from attnlab.resources import PENGUINS, existing
from tests.data.pairs import samples as pairs
from tests.data.series import samples as series

from .screen import assert_well, button, field, tables, words

PAGE = "pages/data.py"


@pytest.fixture
def table(tmp_path):
    """A small table with a column that tells the label."""
    path = tmp_path / "flowers.csv"
    rows = [f"{number % 2 + number / 100},{number},{'ab'[number % 2]}" for number in range(40)]
    path.write_text("\n".join(["width,number,kind", *rows]))
    return path


def test_nothing_is_shown_before_data_are_chosen(open_app):
    app = open_app(PAGE)
    assert_well(app)
    assert "Your data" in words(app)
    assert not app.metric


def test_the_example_is_there_for_those_without_data(open_app):
    app = open_app(PAGE)
    button(app, "No data at hand? Look at 344 penguins").click().run()
    assert_well(app)
    assert [each.value for each in app.metric] == ["344", "3", "43.5 %"]
    assert "flipper_length_mm" in tables(app)
    button(app, "Compare attention on them").click().run()
    assert_well(app)
    assert app.session_state["setup.task"] == "own-table"


def test_a_typed_table_is_previewed_and_its_label_chosen(open_app, table):
    app = open_app(PAGE)
    field(app, "Folder, zip archive or table on the server's machine").set_value(f"'{table}'").run()
    assert_well(app)
    assert app.query_params["data"] == str(table)
    assert [each.value for each in app.metric][:2] == ["40", "2"]
    field(app, "Label").set_value("number").run()
    assert "How the label is spread" in words(app)
    assert [each.label for each in app.metric][1] == "Chance (RMSE)"
    assert field(app, "What they are").value == "own-number"
    field(app, "Label").set_value("kind").run()
    button(app, "Plan an ablation study").click().run()
    assert_well(app)
    assert field(app, "Task").value == "own-table"
    assert app.session_state["plan.own-table.data"] == str(table)
    assert app.session_state["plan.own-table.label"] == "kind"


def test_pairs_and_series_are_previewed_and_taken_along(open_app, tmp_path):
    app = open_app(PAGE)
    typed = "Folder, zip archive or table on the server's machine"
    for name, content, kind, shown in (
        ("pairs.tsv", pairs.drawn(40), "own-pairs", "Pairs in use"),
        ("series.csv", series.drawn(), "own-series", "Series in use"),
    ):
        path = tmp_path / name
        path.write_text(content)
        field(app, typed).set_value(str(path)).run()
        assert_well(app)
        assert field(app, "What they are").value == kind
        assert app.metric[0].label == shown
    field(app, "Steps that matter").set_value("matters").run()
    button(app, "Compare attention on them").click().run()
    assert_well(app)
    assert app.session_state["setup.task"] == "own-series"
    assert app.session_state["setup.own-series.truth"] == "matters"


def test_texts_are_shown_as_people_read_them_and_as_networks_do(open_app, tmp_path):
    path = tmp_path / "said.csv"
    rows = [
        f"<b>It was {'dull' if n % 2 else 'fine'}</b>: visit v{n},{'ab'[n % 2]}" for n in range(40)
    ]
    path.write_text("\n".join(["review,label", *rows]))
    app = open_app(PAGE, data=str(path))
    assert_well(app)
    assert [each.label for each in app.metric] == ["Texts in use", "Classes", "Chance"]
    assert field(app, "Keywords").options == ["Nobody knows them", "review", "label"]
    shown = tables(app)
    assert "&lt;b&gt;It was dull" in shown
    assert "<b>It" not in shown
    assert '<span class="w">dull</span>' in shown
    assert '<span class="w n" title="unknown: too rare in training">v' in shown
    field(app, "Tokens").set_value("characters").run()
    assert '<span class="w">d</span> <span class="w">u</span>' in tables(app)
    button(app, "Plan an ablation study").click().run()
    assert_well(app)
    assert field(app, "Task").value == "own-text"
    assert app.session_state["plan.own-text.tokens"] == "characters"


def test_images_are_shown_by_class(open_app, tmp_path):
    app = open_app(PAGE, data=str(archived(tmp_path / "pets.zip", usual(6))))
    assert_well(app)
    assert [each.value for each in app.metric] == ["12", "2", "50 %"]
    assert tables(app).count("data:image/png;base64,") == 10


def test_images_as_arrays_are_shown_with_their_truth(open_app, tmp_path):
    x, y = np.zeros((30, 8, 8), np.uint8), np.arange(30) % 2
    x[:, 2:4, 2:4] = 200
    np.savez(tmp_path / "marked.npz", x=x + y[:, None, None].astype(np.uint8), y=y, truth=x[0] > 0)
    app = open_app(PAGE, data=str(tmp_path / "marked.npz"))
    assert_well(app)
    assert field(app, "What they are").value == "own-arrays"
    assert [each.value for each in app.metric] == ["30", "2", "50 %"]
    assert tables(app).count("data:image/png;base64,") == 2 * 10
    button(app, "Plan an ablation study").click().run()
    assert app.session_state["plan.own-arrays.truth"] is True


@pytest.mark.parametrize(
    "path", ["/nowhere/pets.csv", "/nowhere/pets.zip", "/nowhere", "https://x"]
)
def test_what_cannot_be_used_is_one_sentence(open_app, path):
    app = open_app(PAGE, data=path)
    assert not app.exception
    [error] = app.error
    assert "\n" not in error.value


def test_uploads_are_listed_with_their_use_and_deleted(open_app, store):
    with existing(PENGUINS).open("rb") as file:
        path = uploads.keep(store.home, "penguins.csv", file)
    store.create_study(Study(task={"data": str(path)}, arms=["none", "dense"]))
    app = open_app(PAGE, data=str(path))
    assert_well(app)
    assert "used by 1 study" in words(app)
    [_, recent] = field(app, "Or data of an earlier study").options
    assert recent == f"penguins.csv in {path.parent}"
    button(app, "Delete it").click().run()
    assert not path.exists()
    assert "data" not in app.query_params
    assert_well(app)


def test_a_server_with_shared_folders_opens_no_other_path(open_app, table, monkeypatch, tmp_path):
    monkeypatch.setenv("ATTNLAB_DATA", str(tmp_path / "shared"))
    refused = f"{table} is in none of them"
    assert refused in open_app(PAGE, data=str(table)).error[0].value.replace("\\", "")
    link = open_app(task="own-table", data=str(table), label="kind")
    assert refused in link.warning[0].value.replace("\\", "")
    (tmp_path / "shared").mkdir()
    moved = table.rename(tmp_path / "shared" / table.name)
    assert [each.value for each in open_app(PAGE, data=str(moved)).metric][:2] == ["40", "2"]
