"""The Judge page: a table goes in, verdicts and the table for a paper come out."""

import pytest

from .screen import assert_well, field, words

PAGE = "pages/judge.py"


@pytest.fixture
def app(open_app):
    opened = open_app(PAGE)
    assert_well(opened)
    return opened


def paste(app, text):
    field(app, "Or paste a table").set_value(text).run()
    return app


def test_the_page_opens_on_an_example_with_its_verdicts(app):
    assert "attention helps; wider is practically the same" in words(app)
    assert field(app, "Reference").value == "baseline"
    assert r"\begin{table}" in app.code[0].value
    assert "| baseline |" in app.code[1].value
