"""On a planted task the measures tell the truth."""

import numpy as np
import pytest

from attnlab.analysis.divergence import jensen_shannon
from attnlab.inspection import deletion, importance, lesions, otherwise, spreading
from attnlab.inspection.beside import NEEDED, SEEDS_AGREE
from attnlab.inspection.collecting import Collected
from attnlab.inspection.examples import examples_of
from attnlab.inspection.loading import trained_network
from attnlab.inspection.places import positions_of
from attnlab.inspection.running import inspect_run
from attnlab.inspection.subject import Subject
from attnlab.spec import load
from attnlab.tasks import make

RANDOM = np.random.default_rng(2)


def subject_from(result, arm, samples):
    """A trained network on its first test examples."""
    task, seed = result.study.task_of(arm), result.study.seeds[0]
    network, data = trained_network(result.store, result.id, arm, seed), make(task, seed)
    given = examples_of(task, data, samples, network)
    objective = load(task.entry.objective)(data.classes, task.params)
    return Subject(network, objective, given.inputs, given.targets)


@pytest.fixture(scope="module")
def found(planted):
    return inspect_run(planted.store, planted.id, "dense", planted.study.seeds[0])


@pytest.fixture(scope="module")
def subject(planted):
    return subject_from(planted, "dense", samples=200)


@pytest.fixture(scope="module")
def positions(subject):
    return positions_of(subject.network, subject.attention[0])


@pytest.fixture(scope="module")
def truth(planted, subject):
    return np.broadcast_to(np.arange(16) == planted.study.task.truth[0], (len(subject), 16))


def value(collected, measure):
    return collected.table.set_index("measure").loc[measure]


def test_trained_attention_finds_the_planted_column(found):
    assert found.value("hit") > 0.6
    assert found.value("mass") > 5 / 16
    assert found.about["split"] == "test"
    table = found.table.set_index("measure")
    assert table.loc["hit", "chance"] == table.loc["mass", "chance"] == 1 / 16


def test_attention_drawn_at_random_scores_at_chance(subject, positions, truth):
    collected = Collected()
    drawn = RANDOM.dirichlet(np.ones(16), len(subject))
    spreading.measure(subject, subject.attention[0], drawn, truth, None, collected)
    importance.measure(subject, positions, drawn, collected)
    deletion.measure(subject, positions, drawn, deletion.DELETION, collected)
    for measure in ("mass", importance.GRADIENT, importance.INTEGRATED, "deletion area"):
        row = value(collected, measure)
        assert row["value"] == pytest.approx(row["chance"], abs=0.05), measure


def test_the_planted_mask_scores_one(subject, truth):
    collected = Collected()
    attention = truth.astype(float)
    spreading.measure(subject, subject.attention[0], attention, truth, None, collected)
    assert value(collected, "hit")["value"] == value(collected, "mass")["value"] == 1
    assert value(collected, "entropy")["value"] == 0


def test_leaving_out_the_planted_column_hurts_most(found, subject, positions, truth):
    row = found.table.set_index("measure").loc[deletion.PLANTED]
    assert row["value"] > row["chance"] + 0.3
    left_out = importance.leave_one_out(subject, positions).mean(axis=0)
    assert left_out.argmax() == truth[0].argmax()


def test_deletion_by_the_truth_is_fastest_and_insertion_best(subject, positions, truth):
    collected = Collected()
    for curve in (deletion.DELETION, deletion.INSERTION):
        deletion.measure(subject, positions, truth.astype(float), curve, collected)
    areas = collected.table.set_index("measure")["value"]
    deleted = [areas[f"deletion area{each}"] for each in ("", ", random", ", bottom")]
    inserted = [areas[f"insertion area{each}"] for each in ("", ", random", ", bottom")]
    assert deleted == sorted(deleted)
    assert inserted == sorted(inserted, reverse=True)
    curves = collected.curves
    ends = curves[(curves["curve"] == "deletion") & (curves["share"].isin([0.0, 1.0]))]
    assert ends.groupby("share")["score"].nunique().tolist() == [1, 1]  # all orders meet


def test_the_lesion_and_the_retrained_ablation_differ(found):
    lesion, ablation = found.value(lesions.BYPASSED), found.value(NEEDED)
    assert lesion > 0.3
    assert ablation < lesion - 0.2
    row = found.table.set_index("measure").loc[NEEDED]
    assert (row["n"], row["chance"]) == (2, 0)


def test_seeds_that_find_the_same_column_agree(found):
    assert found.value(SEEDS_AGREE) > 0.9


def test_other_attention_gives_the_same_predictions(subject, positions):
    collected, weights = Collected(), positions.rows(subject.scores[0])
    otherwise.measure(subject, positions, weights, 0.05, collected)
    row = value(collected, otherwise.ADVERSARY)
    assert row["n"] == len(subject)
    assert 0.05 < row["value"] < np.log(2)
    tight = Collected()
    otherwise.measure(subject, positions, weights, 0.001, tight)
    assert value(tight, otherwise.ADVERSARY)["value"] < row["value"]


def test_the_slope_of_predictions_by_weights_is_their_finite_difference(subject):
    from attnlab.inspection.changes import weight_slopes, with_weights

    layer = subject.layers[0]
    (own,) = subject.weights[layer]
    factors = RANDOM.normal(size=subject.whole.shape)
    (slopes,) = weight_slopes(subject, {layer: (own,)}, factors)
    step = np.zeros_like(own)
    step[:, 3] = 1e-2

    def total(weights):
        return (with_weights(subject, {layer: (weights,)}).predictions * factors).sum(axis=(1, 2))

    expected = (total(own + step) - total(own - step)) / 2e-2
    np.testing.assert_allclose(slopes[:, 3], expected, atol=0.02 * np.abs(expected).max())


def test_gates_have_no_adversary_and_no_entropy(planted):
    found = inspect_run(planted.store, planted.id, "feature-gate", planted.study.seeds[0])
    table = found.table.set_index("measure")
    assert "needs weights that sum to one" in table.loc[otherwise.ADVERSARY, "note"]
    assert "entropy" not in table.index
    assert table.loc["sd", "value"] > 0


def test_what_is_kept_of_each_class_and_example_is_its_attention(found):
    rows, labels = found.arrays["feature/attention"].astype(float), found.arrays["labels"]
    assert rows.shape == (found.about["examples"], 16)
    np.testing.assert_allclose(rows.sum(axis=-1), 1, atol=2e-3)
    np.testing.assert_allclose(found.arrays["feature/mean"], rows.mean(axis=0), atol=1e-3)
    for label, mean in zip(
        found.arrays["feature/classes"], found.arrays["feature/by class"], strict=True
    ):
        np.testing.assert_allclose(mean, rows[labels == label].mean(axis=0), atol=1e-3)
    histogram = found.arrays[f"feature/{otherwise.ADVERSARY}"]
    assert histogram.mean() == pytest.approx(found.value(otherwise.ADVERSARY), abs=1e-4)
    assert jensen_shannon([1, 0], [0, 1]) >= histogram.max()
