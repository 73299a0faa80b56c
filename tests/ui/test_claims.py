"""The Claims page as a whole: every claim is listed, told in full, and can be run."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from attnlab.claims import BY_NAME, CLAIMS
from attnlab.claims.shipped import shipped, write
from attnlab.claims.story import change_of_mind, how_sure
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
        app = open_app(PAGE, **query)
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
    assert f"## {claim.title} " in said
    assert claim.claimed in said
    assert claim.reading in said
    if claim.paper:
        assert f"[{claim.paper.citation}]({claim.paper.link}), {claim.paper.year}" in said
    came = entry.standing(claim)
    assert came.first.sentence in said
    assert shown_words(app)[0] == came.word
    story = [
        "What was said",
        "What we ran",
        "What came out",
        "How sure",
        "What would change our mind",
    ]
    assert [
        each.value.lstrip("# ") for each in app.markdown if each.value.startswith("### ")
    ] == story
    assert how_sure(came) in said
    assert change_of_mind(came) in said
    assert claim.chosen in said
    assert len(app.get("vega_lite_chart")) == len(claim.checks)
    assert claim.plan().to_yaml().strip() in [code.value for code in app.code]
    assert not button(app, "Run it yourself").disabled


def test_numbers_that_came_with_attnlab_say_so(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {})})
    app = open_claims(claim=SAME.name)
    said = words(app)
    assert "Precomputed: 10 seeds of each arm, 2026-01-31. Nothing was trained on this" in said
    assert (
        "(seeds 0 to 9), trained on 2026-01-31 in 1 min, with python 3.11.4, attnlab 0.1.0" in said
    )
    assert f"python -m tools.claims {SAME.name} --write" in [code.value for code in app.code]
    assert tables(app).count('data-testid="comparisons"') == 1
    assert tables(app).count("<td>not contradicted</td>") + tables(app).count(
        "<td>as claimed</td>"
    ) == len(SAME.checks[0].arms)


def test_both_sets_of_seeds_are_shown(open_claims, ship):
    claim = SAME
    first = shipped_as(claim, {"val_accuracy": {"Ratio 8": 0.05}})
    again = replace(
        shipped_as(claim, {"val_accuracy": {"Ratio 8": 0.05}}, first_seed=1560, made="2026-02-01"),
        plan=claim.plan(10).at_seeds(1560).hash,
    )
    ship({claim.name: replace(first, replication=again)})
    app = open_claims(claim=claim.name)
    said = words(app)
    assert shown_words(app)[0] == "contradicted"
    assert (
        "Precomputed: 10 seeds of each arm, 2026-01-31, and as many fresh ones (2026-02-01)."
        in said
    )
    assert "A second set of seeds, all of them new, showed the opposite again." in said
    assert "(seeds 1560 to 1569), trained on 2026-02-01" in said
    assert tables(app).count('data-testid="comparisons"') == 2
    assert len(app.get("vega_lite_chart")) == len(claim.checks)


def test_numbers_of_a_changed_claim_are_not_taken_for_it(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {}, plan="0123456789abcdef")})
    app = open_claims(claim=SAME.name)
    assert shown_words(app) == ["earlier version"]
    assert "made with an earlier version of this claim" in words(app)
    assert not app.get("vega_lite_chart")
    assert 'data-testid="comparisons"' not in tables(app)


def test_filters_narrow_the_list(open_claims, ship):
    ship({SAME.name: shipped_as(SAME, {}), FALLS.name: shipped_as(FALLS, {})})
    app = open_claims()
    offered = [each.content for each in pills(app, "Verdict here").proto.options]
    assert offered == ["Survives", "Not shown", "Not run yet"]
    pills(app, "Verdict here").set_value(["survives", "not shown"]).run()
    assert list(app.radio[0].options) == [FALLS.title, SAME.title]
    pills(app, "About").set_value(["Images"]).run()
    assert list(app.radio[0].options) == [SAME.title]
    assert f"## {SAME.title} " in words(app)
    pills(app, "About").set_value(["Sequences"]).run()
    assert_well(app)
    assert "No claim about this came out so." in words(app)


def test_a_link_opens_its_claim_and_the_address_follows(open_claims):
    app = open_claims(claim=SAME.name)
    assert app.radio[0].value == SAME.name
    app.radio[0].set_value(FALLS.name).run()
    assert f"## {FALLS.title} " in words(app)
    assert app.query_params["claim"] in (FALLS.name, [FALLS.name])


def test_a_link_to_an_unknown_claim_says_so(open_claims):
    app = open_claims(claim="![nonsense](http://evil.test)")
    assert r"a claim that is not here: !\[nonsense\](" in words(app)
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
    assert said.index("### What came out") < said.index("### What came out on this machine")
    assert shown_words(app) == ["opposite seen once", "not shown"]
    seeds = f"{claim.seeds} seeds of each arm (seeds 0 to {claim.seeds - 1})"
    assert f"Trained on this machine: {seeds}" in said
    assert len(app.get("vega_lite_chart")) == 2
    assert ("Open yours on the Ablation page", f"study={study_id}") in links(app)


def test_a_study_of_fewer_seeds_is_not_taken_for_the_same(open_claims, store):
    keep_finished(store, SAME.plan(5))
    app = open_claims(claim=SAME.name)
    assert "on this machine" not in words(app)
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


def test_opening_the_page_imports_no_tensorflow(home, tmp_path):
    """With two of the claims that are shipped: to judge all of them takes long, and no more."""
    root = Path(__file__).parents[2]
    kept = tmp_path / "claims.json"
    write(
        {each: entry for each, entry in shipped().items() if each in (SAME.name, FALLS.name)}, kept
    )
    code = (
        "import pathlib, sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from attnlab.ui import claims, server\n"
        f"claims.PATH = pathlib.Path({str(kept)!r})\n"
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
