"""The Claims page as a whole: every claim is listed, told in full, and can be run."""

import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.claims import BY_NAME, CLAIMS
from attnlab.claims.outcome import outcome
from attnlab.claims.shipped import write
from attnlab.store import Owner, Status
from attnlab.ui import claims
from benchmarks.planted import keep_finished
from tests.claims.made_up import shipped_as

from .screen import assert_well, button, tables, words

PAGE = "pages/claims.py"
SAME, FALLS = BY_NAME["the-ratio-hardly-matters"], BY_NAME["focus-falls-from-2-to-5-classes"]


@pytest.fixture
def ship(tmp_path, monkeypatch):
    """Let these entries come with attnlab instead of what does: ship({name: entry})."""
    path = tmp_path / "claims.json"
    monkeypatch.setattr(claims, "PATH", path)
    write({}, path)
    return lambda entries: write(entries, path)


@pytest.fixture
def open_claims(open_app, ship):
    """Open the page by a link: open_claims(claim="…")."""

    def start(**query):
        app = open_app()
        app.query_params.clear()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(PAGE).run()
        assert_well(app)
        return app

    return start


def pills(app, label):
    (found,) = [each for each in app.get("button_group") if each.label == label]
    return found


def shown_words(app):
    """The words in the badges, in order."""
    parts = tables(app).split('data-testid="word"')[1:]
    return [part.partition("</i>")[2].partition("<")[0] for part in parts]


def links(app):
    return [(each.proto.label, each.proto.query_string) for each in app.get("page_link")]


def test_all_claims_are_listed_and_wait_where_nothing_came_with_attnlab(open_claims):
    app = open_claims()
    assert list(app.radio[0].options) == [claim.title for claim in CLAIMS]
    assert shown_words(app) == ["not run yet"]
    assert "No numbers came with attnlab" in words(app)
    assert not app.get("vega_lite_chart")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_claim_is_told_in_full(open_claims, ship, claim):
    entry = shipped_as(claim, {})
    ship({claim.name: entry})
    app = open_claims(claim=claim.name)
    said = words(app)
    assert f"#### {claim.title} " in said
    assert claim.claimed in said
    assert claim.reading in said
    if claim.paper:
        assert f"[{claim.paper.citation}]({claim.paper.link}), {claim.paper.year}" in said
    came = outcome(claim, entry.results(claim))
    assert came.sentence in said
    assert shown_words(app)[0] == came.word
    assert len(app.get("vega_lite_chart")) == len(claim.checks)
    assert claim.plan().to_yaml().strip() in [code.value for code in app.code]
    assert not button(app, "Run it yourself").disabled


def test_numbers_that_came_with_attnlab_say_so(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {})})
    app = open_claims(claim=SAME.name)
    said = words(app)
    assert "Precomputed: 10 seeds of each arm, 2026-01-31. Nothing was trained on this" in said
    assert "trained on 2026-01-31 in 1 min, with python 3.11.4, attnlab 0.1.0" in said
    assert f"python -m tools.claims {SAME.name} --write" in [code.value for code in app.code]
    assert 'data-testid="verdicts"' in tables(app)
    assert tables(app).count("n = 10<") == 3


def test_numbers_of_a_changed_claim_are_not_taken_for_it(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {}, plan="0123456789abcdef")})
    app = open_claims(claim=SAME.name)
    assert shown_words(app) == ["earlier version"]
    assert "made with an earlier version of this claim" in words(app)
    assert not app.get("vega_lite_chart")
    assert 'data-testid="verdicts"' not in tables(app)


def test_filters_narrow_the_list(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {}), FALLS.name: shipped_as(FALLS, {})})
    app = open_claims()
    offered = [each.content for each in pills(app, "Verdict here").proto.options]
    assert offered == ["Not contradicted", "Not shown", "Not run yet"]
    pills(app, "Verdict here").set_value(["not contradicted", "not shown"]).run()
    assert list(app.radio[0].options) == [FALLS.title, SAME.title]
    pills(app, "About").set_value(["Images"]).run()
    assert list(app.radio[0].options) == [SAME.title]
    assert f"#### {SAME.title} " in words(app)
    pills(app, "About").set_value(["Sequences"]).run()
    assert_well(app)
    assert "No claim about this came out so." in words(app)


def test_a_link_opens_its_claim_and_the_address_follows(open_claims):
    app = open_claims(claim=SAME.name)
    assert app.radio[0].value == SAME.name
    app.radio[0].set_value(FALLS.name).run()
    assert f"#### {FALLS.title} " in words(app)
    assert app.query_params["claim"] in (FALLS.name, [FALLS.name])


def test_a_link_to_an_unknown_claim_says_so(open_claims):
    app = open_claims(claim="nonsense")
    assert "a claim that is not here: nonsense" in words(app)
    assert app.radio


def test_run_it_yourself_queues_exactly_the_plan_and_leads_to_it(open_claims, store):
    app = open_claims(claim=SAME.name)
    button(app, "Run it yourself").click().run()
    assert_well(app)
    [row] = [each for each in store.studies() if not each.example]
    assert (row.name, row.status, row.study) == (SAME.title, Status.QUEUED, SAME.plan())
    assert ("Watch it on the Ablation page", f"study={row.id}") in links(app)
    assert "Run it yourself" not in [each.label for each in app.button]


def test_a_finished_study_of_the_same_plan_stands_beside_what_was_shipped(open_claims, ship, store):
    claim = BY_NAME["average-and-maximum-beat-either"]
    ship({claim.name: shipped_as(claim, {"val_accuracy": {"Average alone": 0.05}})})
    study_id = keep_finished(store, claim.plan(), name="mine")
    app = open_claims(claim=claim.name)
    said = words(app)
    assert said.index("##### Shipped") < said.index("##### Yours")
    assert shown_words(app) == ["contradicted", "not shown"]
    assert "Trained on this machine: 10 seeds of each arm (seeds 0 to 9)" in said
    assert len(app.get("vega_lite_chart")) == 2
    assert ("Open yours on the Ablation page", f"study={study_id}") in links(app)


def test_a_study_of_fewer_seeds_is_not_taken_for_the_same(open_claims, store):
    keep_finished(store, SAME.plan(5))
    app = open_claims(claim=SAME.name)
    assert "##### Yours" not in words(app)
    assert button(app, "Run it yourself")


def test_a_run_that_was_stopped_can_be_found_and_another_begun(open_claims, store):
    study_id = store.create_study(SAME.plan())
    store.acquire(study_id, Owner.current())
    store.release(study_id, Status.STOPPED)
    app = open_claims(claim=SAME.name)
    assert ("An earlier run of it was stopped: look or resume there", f"study={study_id}") in links(
        app
    )
    assert button(app, "Run it yourself")


def test_opening_the_page_imports_no_tensorflow(home):
    root = Path(__file__).parents[2]
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from attnlab.ui import server\n"
        "server._later = lambda action: None\n"
        "server.EXAMPLE_SECONDS = 600\n"
        "app = AppTest.from_file('streamlit_app.py', default_timeout=60).run()\n"
        f"app.switch_page('{PAGE}').run()\n"
        "assert not app.exception and app.radio\n"
        "print('imported', sorted({'keras', 'tensorflow'} & set(sys.modules)))\n"
        "sys.stdout.flush()\n"
        "import os; os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert "imported []" in done.stdout, done.stderr
