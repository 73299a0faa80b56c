"""Where a run looks: answered by a worker on test examples and some single ones, and kept."""

import numpy as np
import pytest

from attnlab.inspection.attended import RunAttention, by_class_rows, mean_traces
from attnlab.inspection.attending import attended
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import Settings, Share
from attnlab.inspection.keeping import ATTENDED, kept_attention
from attnlab.inspection.loading import trained
from attnlab.inspection.running import inspect_run
from attnlab.inspection.several import attending, attending_runs
from attnlab.tasks import make


@pytest.fixture(scope="module")
def run(planted):
    return planted.store, planted.id, "dense", planted.study.seeds[0]


@pytest.fixture(scope="module")
def found(run):
    store, *about = run
    *shares, last = attended(str(store.home), *about, 20)
    assert [each.share for each in shares] == sorted(each.share for each in shares)
    return last


@pytest.fixture
def nothing_is_kept(run):
    yield
    path = run[0].artifact(*run[1:], ATTENDED)
    if path is not None:
        path.unlink()


def test_the_mean_is_that_of_an_inspection_of_the_same_test_examples(run, found):
    inspected = inspect_run(*run, Settings(samples=20))
    assert found.about["examples"] == 20
    mean = found.arrays["feature/mean"]
    np.testing.assert_allclose(mean, inspected.arrays["feature/mean"], atol=1e-6)
    np.testing.assert_array_equal(found.arrays["classes"], inspected.arrays["feature/classes"])
    by_class = found.arrays["feature/by class"]
    np.testing.assert_allclose(by_class, inspected.arrays["feature/by class"], atol=1e-6)


def test_the_answers_are_those_of_the_trained_network_on_the_first_validation_examples(run, found):
    data = make(run[0].study(run[1]).study.task_of(run[2]), run[3])
    outputs = trained(*run).predict(data.validation.x[: found.shown], verbose=0)
    answers = found.arrays["answers"][:, 0]
    np.testing.assert_array_equal(answers, outputs.argmax(axis=-1))
    np.testing.assert_array_equal(found.arrays["labels"][:, 0], data.validation.y[: found.shown])
    np.testing.assert_array_equal(found.errors, answers != data.validation.y[: found.shown])
    odds = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    sure = (odds / odds.sum(axis=-1, keepdims=True)).max(axis=-1)
    np.testing.assert_allclose(found.arrays["confidence"], sure, atol=1e-5)


def test_attention_of_single_examples_is_what_training_kept_of_them(run, found):
    with np.load(run[0].artifact(*run[1:], "traces.npz")) as kept:
        np.testing.assert_allclose(
            found.arrays["feature/each"], kept["feature"][: found.shown], atol=1e-3
        )


def test_it_is_kept_and_comes_at_once_and_is_made_again_where_damaged(run, nothing_is_kept):
    *shares, first = attending(*run)
    assert all(isinstance(each, Share) for each in shares)
    (again,) = attending(*run)
    assert again.about == first.about
    assert dict(again.kinds) == {"feature": "distribution"}
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)
    path = run[0].artifact(*run[1:], ATTENDED)
    path.write_bytes(path.read_bytes()[:300])
    assert kept_attention(*run) is None


def test_leaving_keeps_nothing(run, nothing_is_kept):
    values = attending_runs(run[0], run[1], [run[2:]])
    next(values)
    values.close()
    assert kept_attention(*run) is None


def test_an_arm_without_attention_is_refused(planted):
    with pytest.raises(InspectionError, match="arm none has no attention"):
        list(attending(planted.store, planted.id, "none", planted.study.seeds[0]))


def made_up(seed, weights, **arrays):
    about = {"study": "s", "arm": "dense", "seed": seed, "examples": 4, "shown": 2, "unit": 10.0}
    means = {"feature/mean": np.array(weights)}
    return RunAttention(about, {"feature": "distribution"}, {**means, **arrays})


def test_mean_traces_have_the_form_of_those_of_the_store(planted, found):
    rows = mean_traces([found])
    stored = planted.store.traces(planted.id, "last")
    assert set(rows) == set(stored) - {"study"}
    assert rows["shape"].iloc[0] == stored.loc[stored["arm"] == "dense", "shape"].iloc[0]
    assert mean_traces([]).empty


def test_by_class_is_the_mean_over_the_seeds_that_have_the_class():
    two = [
        made_up(0, [0.5, 0.5], classes=np.array([0, 1]), **{"feature/by class": np.eye(2)}),
        made_up(1, [0.5, 0.5], classes=np.array([1]), **{"feature/by class": np.ones((1, 2))}),
    ]
    rows = by_class_rows(two, "feature").set_index(["class", "index"])
    assert rows["weight"].to_dict() == {(0, 0): 1, (0, 1): 0, (1, 0): 0.5, (1, 1): 1}
    assert rows["n"].to_dict() == {(0, 0): 1, (0, 1): 1, (1, 0): 2, (1, 1): 2}


def test_a_text_is_wrong_where_a_token_is_that_is_no_padding():
    run = made_up(
        0,
        [1.0],
        labels=np.array([[3, 4, 0], [3, 4, 0]]),
        answers=np.array([[3, 4, 9], [3, 5, 0]]),
        confidence=np.ones(2),
    )
    assert run.errors.tolist() == [False, True]


def test_a_number_is_neither_right_nor_wrong():
    run = made_up(0, [1.0], labels=np.zeros((2, 1)), answers=np.ones((2, 1)))
    assert run.is_number
    assert not run.errors.any()
