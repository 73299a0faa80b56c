"""Pages of a server where people sign in: who is asked, and what is whose. `AppTest.user` is what
Streamlit takes from the cookie; `tests/browser/test_zzz_sign_in.py` signs in with a provider."""

import importlib.util

import pytest
import streamlit as st

from attnlab.store import Person
from attnlab.ui import sign_in

from .conftest import started
from .screen import assert_well, words
from .test_runs import confirm, delete, listed, select

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "a secret of the tests",
    "client_id": "attnlab",
    "client_secret": "secret",
    "server_metadata_url": "http://localhost/.well-known/openid-configuration",
}
ADA = {"is_logged_in": True, "iss": "https://issuer.test", "sub": "1", "email": "ada@example.org"}
BOB = {**ADA, "sub": "2", "email": "bob@example.org"}
PAGES = ["playground", "data", "claims", "ablation", "attention", "judge", "modules", "runs"]


@pytest.fixture(autouse=True)
def with_authlib(monkeypatch):
    """Streamlit takes Authlib only when somebody presses the button, which nobody does here."""
    find = importlib.util.find_spec
    there = {"authlib", "httpx"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *how: name in there or find(name, *how)
    )
    return there


@pytest.fixture
def visit():
    """Open a page as somebody: visit("runs", ADA), on a server with these settings of sign-in."""

    def start(page, user=None, auth=AUTH):
        app = started(f"pages/{page}.py")
        app.secrets["auth"] = auth
        app.user = dict(user or {"is_logged_in": False})
        return app.run()

    return start


@pytest.fixture
def record_of(store, record, monkeypatch):
    """Record a study as somebody's."""

    def keep(user, **how):
        person = Person(user["iss"], user["sub"], user["email"])
        with monkeypatch.context() as patched:
            patched.setattr(store, "person", person, raising=False)
            return record(**how)

    return keep


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_to_sign_in_and_shows_nothing_else(visit, record_of, page):
    record_of(ADA, name="a private name")
    app = visit(page)
    assert_well(app)
    assert [each.label for each in app.button] == ["Sign in"]
    assert "private" not in words(app)
    assert not app.dataframe
    assert not app.sidebar.children


def test_without_settings_nobody_is_asked_and_nobody_is_named(open_app, record):
    record()
    app = open_app("pages/runs.py")
    assert_well(app)
    assert not {"Sign in", "Sign out"} & {each.label for each in app.button}
    assert "Made by" not in listed(app)
    assert not app.toggle


def test_a_page_says_who_is_signed_in_and_lets_them_out(visit):
    app = visit("modules", ADA)
    assert_well(app)
    assert any("Signed in as ada" in each.value for each in app.caption)
    app.button(key="sign_out").click().run()
    assert_well(app)
    assert [each.label for each in app.button] in (["Sign out"], ["Sign in"])


def test_a_study_can_be_deleted_by_its_maker_alone(visit, record_of, store):
    hers, his = record_of(ADA, name="hers"), record_of(BOB, name="his")
    app = visit("runs", BOB)
    assert_well(app)
    table = listed(app).set_index("Id")
    assert list(table.loc[[hers, his], "Made by"]) == ["ada@example.org", "bob@example.org"]
    select(app, hers)
    assert app.button(key="runs.delete").disabled
    assert {each.disabled for each in app.text_input if each.label in ("Name", "Note")} == {True}
    select(app, his, hers)
    assert app.button(key="runs.delete").disabled
    select(app, his)
    assert not app.button(key="runs.delete").disabled
    delete(app)
    confirm(app)
    assert_well(app)
    assert [row.id for row in store.studies()] == [hers]


def test_mine_alone_are_mine(visit, record_of):
    hers, his = record_of(ADA), record_of(BOB)
    app = visit("runs", BOB)
    assert set(listed(app)["Id"]) == {hers, his}
    app.toggle(key="mine").set_value(True).run()
    assert_well(app)
    assert list(listed(app)["Id"]) == [his]


def test_a_study_is_its_makers_who_trains_it_on_a_page(visit, store, record):
    before = record()
    app = visit("playground", ADA)
    [train] = [each for each in app.button if each.label == "Train"]
    train.click().run()
    [row] = [row for row in store.studies() if row.id != before]
    assert (row.person, row.made_by) == ("https://issuer.test 1", "ada@example.org")


@pytest.mark.parametrize(("page", "kept"), [("ablation", "Add seeds"), ("playground", "Resume")])
def test_only_its_maker_has_what_changes_a_study(visit, record_of, page, kept):
    study = record_of(ADA, upto=None if page == "ablation" else 1)
    seen = {}
    for user in (ADA, BOB):
        app = visit(page, user)
        app.query_params["study"] = study
        app.run()
        assert_well(app)
        seen[user["sub"]] = {*(each.label for each in app.button), *words(app).split("\n")}
        if page == "ablation":
            seen[user["sub"]] |= (
                {"Add seeds"}
                if any(each.label == "Add and train" for each in app.button)
                else set()
            )
    assert kept in seen["1"]
    assert kept not in seen["2"]


BROKEN = {
    "client_secret": {**AUTH, "client_secret": ""},
    "cookie_secret and server_metadata_url": {
        name: AUTH[name] for name in ("redirect_uri", "client_id", "client_secret")
    },
    "google.client_id": {
        **{name: AUTH[name] for name in ("redirect_uri", "cookie_secret")},
        "google": {name: AUTH[name] for name in ("client_secret", "server_metadata_url")},
    },
    "does not end with /oauth2callback": {**AUTH, "redirect_uri": "http://localhost:8501"},
    "has no redirect_uri": {},
    "no section": "yes",
}


@pytest.mark.parametrize("said", BROKEN)
def test_half_a_setting_lets_nobody_in_and_says_what_is_missing(visit, said):
    app = visit("runs", ADA, BROKEN[said])
    [error] = app.error
    assert said.replace("_", "") in error.value.replace("\\", "").replace("_", "")
    assert not app.exception
    assert not app.button


def test_without_authlib_nobody_is_let_in(visit, with_authlib):
    with_authlib.clear()
    with_authlib.add("httpx")
    if importlib.util.find_spec("authlib"):
        pytest.skip("Authlib is installed here")
    [error] = visit("runs", ADA).error
    assert 'pip install "streamlit' in error.value.replace("\\", "")


def test_a_provider_that_does_not_say_who_it_is_lets_nobody_in(visit):
    [error] = visit("runs", {"is_logged_in": True, "email": "ada@example.org"}).error
    assert "did not say who you are" in error.value


def test_secrets_that_are_no_toml_let_nobody_in(open_app, tmp_path, monkeypatch):
    """Streamlit takes such a file for none."""
    path = tmp_path / "secrets.toml"
    path.write_text("[auth\n")
    option = st.get_option
    files = {"secrets.files": [str(path)]}
    monkeypatch.setattr(st, "get_option", lambda name: files.get(name) or option(name))
    app = open_app("pages/runs.py")
    [error] = app.error
    assert "expected TOML" in error.value


def test_people_are_shown_by_address_name_or_number(monkeypatch):
    told = [{"email": "a@b.c"}, {"preferred_username": "ada"}, {"name": "Ada\n L"}, {}]
    shown = []
    for each in told:
        monkeypatch.setattr(st, "user", {"iss": "i", "sub": "7", **each})
        shown.append(sign_in._signed_in().shown)
    assert shown == ["a@b.c", "ada", "Ada L", "7"]
