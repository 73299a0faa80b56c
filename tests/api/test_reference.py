"""The reference: it can be written, says something of every public name, and its examples run."""

import doctest
import inspect

import pytest

from attnlab import api
from tools.reference import MODULES, write

PUBLIC = {name: getattr(api, name) for name in api.__all__}


def test_it_is_written_without_a_warning_and_has_every_public_name(tmp_path):
    write(tmp_path)
    pages = {path.relative_to(tmp_path).with_suffix("") for path in tmp_path.rglob("*.html")}
    assert {"/".join(name.split(".")) for name in MODULES} <= {str(page) for page in pages}
    text = (tmp_path / "attnlab" / "api.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in text for name in PUBLIC)
    assert all(f'id="Result.{name}"' in text for name in members())


def members():
    return [name for name in vars(api.Result) if not name.startswith("_")]


def test_every_public_name_has_a_docstring():
    here = {
        name
        for name, value in vars(api).items()
        if getattr(value, "__module__", "").startswith(api.__name__) and not name.startswith("_")
    }
    assert here == set(PUBLIC)
    assert all(inspect.getdoc(value) for value in PUBLIC.values())
    assert all(inspect.getdoc(getattr(api.Result, name)) for name in members() if name != "id")


def test_its_examples_run():
    pytest.importorskip("keras")  # a quick run is skipped here: doctest would catch that in there
    assert doctest.testmod(api) == (0, 9)
