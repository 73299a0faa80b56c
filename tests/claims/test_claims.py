"""Every claim of the gallery can be tested as it says: its plan holds, and its checks name it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from attnlab.analysis.power import fewest_seeds
from attnlab.claims import BY_NAME, CLAIMS
from attnlab.claims.claim import Expected
from attnlab.spec import metric_of
from attnlab.store import SHIPPED_SEEDS

EACH = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)


@EACH
def test_checks_name_arms_that_are_compared_and_metrics_that_are_stored(claim):
    plan = claim.plan()
    assert claim.checks
    for check in claim.checks:
        metric = metric_of(plan.task, check.metric)
        assert check.expected in get_args(Expected)
        assert check.arms
        assert set(check.arms) <= set(plan.references)
        if metric.kind == "attention":
            named = [plan.arm(label) for label in (*check.arms, *plan.references.values())]
            assert all(arm.module.entry.fills for arm in named)
    assert plan.judging.metric == claim.checks[0].metric


@EACH
def test_its_seeds_can_show_it_and_its_opposite(claim):
    assert len(claim.plan().seeds) == claim.seeds
    comparisons = sum(len(check.arms) for check in claim.checks)
    assert fewest_seeds(comparisons) <= claim.seeds


@EACH
def test_same_has_a_margin_and_gains_have_an_arm(claim):
    plan = claim.plan()
    for check in claim.checks:
        assert check.margin > 0 or check.expected != "same"
        if check.gain_over:
            assert check.gain_over in plan.references
    assert plan.judging.margin == claim.checks[0].margin


def test_no_two_claims_share_a_run():
    """Nor does a claim share one with its replication, and all of it ships with attnlab."""
    seen = {}
    for claim in CLAIMS:
        for plan in (claim.shipped_plan(), claim.replication_plan()):
            assert set(plan.seeds) <= set(SHIPPED_SEEDS)
            for seed in plan.seeds:
                other = seen.setdefault((*plan.data_streams, seed), plan)
                assert other is plan, (claim.name, seed)


@EACH
def test_a_claim_is_told_in_plain_sentences(claim):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", claim.name)
    assert len(claim.title) <= 80  # what a study can be called
    assert not claim.title.endswith(".")
    for text in (claim.claimed, claim.reading, claim.chosen):
        assert text.endswith(".")
    for check in claim.checks:
        assert check.clause[0].islower()
        assert not check.clause.endswith(".")


def test_each_plan_belongs_to_one_claim_alone():
    assert len(BY_NAME) == len(CLAIMS)
    assert len({claim.plan().hash for claim in CLAIMS}) == len(CLAIMS)


def test_other_seeds_are_another_plan():
    claim = CLAIMS[0]
    assert len(claim.plan(5).seeds) == 5
    assert claim.plan(5).hash != claim.plan().hash


def test_translation_with_attention_is_compared_at_its_own_length():
    references = BY_NAME["attention-helps-to-translate-long-inputs"].plan().references
    assert references["Attention at 20 letters"] == "No attention at 20 letters"
    assert references["Attention at 5 letters"] == "No attention at 5 letters"


def test_all_activations_of_the_extra_layer_are_tried():
    plan = BY_NAME["an-extra-layer-brings-back-both"].plan()
    tried = {arm.module.params.activation for arm in plan.arms if arm.module.params.depth}
    assert tried == {"relu", "tanh", "sigmoid", "softmax", "linear"}


def test_importing_the_claims_imports_neither_tensorflow_nor_pandas():
    code = "import sys, attnlab.claims; print({'tensorflow', 'keras', 'pandas'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
