"""The Judge page: a table goes in, verdicts and the table for a paper come out."""

import pytest

from .screen import assert_well, field, tables, words

PAGE = "pages/judge.py"
UNPAIRED = "arm,score\nours,8\ntheirs,5\ntheirs,5\ntheirs,8\ntheirs,7\ntheirs,8\n"
TWO_MEASURES = "arm,seed,loss,accuracy\n" + "\n".join(
    f"{arm},{seed},{1 + seed / 100 - by},{0.7 + seed / 50 + by}"
    for arm, by in (("none", 0), ("se", 0.1))
    for seed in range(7)
)


@pytest.fixture
def app(open_app):
    opened = open_app(PAGE)
    assert_well(opened)
    return opened


def paste(app, text):
    [area] = app.text_area
    area.set_value(text).run()
    return app


def test_the_page_opens_on_an_example_with_its_verdicts(app):
    assert "**attention** helps; **wider** is practically the same" in words(app)
    assert field(app, "Reference").value == "baseline"
    assert 'data-testid="judged"' in tables(app)
    assert app.get("vega_lite_chart")
    latex, markdown, html = (each.value for each in app.code)
    assert r"\begin{table}" in latex
    assert "| baseline |" in markdown
    assert html.startswith("<table>")
    assert len(app.get("download_button")) == 5


def test_another_reference_turns_the_verdict_around(app):
    field(app, "Reference").set_value("attention").run()
    assert_well(app)
    assert "**baseline and wider** hurt" in words(app)


def test_a_pasted_table_is_judged_without_what_the_example_said(app):
    paste(app, UNPAIRED)
    assert_well(app)
    assert "not enough seeds" in tables(app)
    assert "1 run against 5" in tables(app)
    assert "unpaired permutation test" in words(app)
    assert field(app, "Margin").value == ""
    assert field(app, "Reference").value == "theirs"


def test_one_of_several_measures_is_chosen(app):
    paste(app, TWO_MEASURES)
    assert_well(app)
    assert field(app, "Judged by").options == ["loss", "accuracy"]
    assert "Loss against none: **se** helps" in words(app)
    field(app, "Judged by").set_value("accuracy").run()
    assert "Accuracy against none: **se** helps" in words(app)


def test_what_is_unknown_can_be_said(app):
    paste(app, TWO_MEASURES.replace("loss", "foo").replace(",accuracy", ",bar"))
    assert "**se** is lower" in words(app)
    app.segmented_control[0].set_value(-1).run()
    assert "**se** helps" in words(app)


def test_an_error_loses_nothing_that_was_typed(app):
    paste(app, TWO_MEASURES)
    field(app, "Margin").set_value("0.01").run()
    field(app, "Judged by").set_value("accuracy").run()
    field(app, "Reference").set_value("se").run()
    broken = TWO_MEASURES.replace("se,3,", "se,2,")
    paste(app, broken)
    [error] = app.error
    assert "Arm se has seed 2 twice: in row 11 and in row 12" in error.value
    assert app.text_area[0].value == broken
    assert field(app, "Margin").value == "0.01"
    paste(app, TWO_MEASURES)
    assert_well(app)
    assert field(app, "Reference").value == "se"
    assert field(app, "Judged by").value == "accuracy"


def test_names_are_text(app):
    paste(app, "seed,base,**x** <b>\n" + "\n".join(f"{n},{n},{n + 2}" for n in range(7)))
    assert_well(app)
    assert "&lt;b&gt;" in tables(app)
    assert r"\<b\>" in words(app)
    assert "<b>" not in words(app)


@pytest.mark.parametrize("text", ["", "a", "1,2\n3,4", "\x00\x01", "arm;seed\nx;1\n"])
def test_what_is_no_table_is_said_and_the_page_stays(app, text):
    paste(app, text)
    assert not app.exception
    assert len(app.error) == 1
    assert not app.code
