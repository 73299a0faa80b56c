"""What a layer of a trained network gives: the same as the network with its stored weights."""

import keras
import numpy as np
import pytest

import attnlab
from attnlab import SpecError
from attnlab.export import layer_outputs
from attnlab.store import Owner, StoreError
from attnlab.tasks import make

FEATURES = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}
CHANNELS = {"name": "planted-channels", "channels": 4, "size": 6, "signal": 1, "samples": 200}
TEXT = {"name": "keyword-text", "samples": 500, "length": 8, "units": 8, "encoder": "gru"}


def run(folder, task, *arms, seeds=1):
    plan = {"task": task, "arms": list(arms), "seeds": seeds, "epochs": 1}
    return attnlab.run(plan, home=folder)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspected")
    return run(folder, FEATURES, "none", "dense:depth=1", "dense@label_noise=0.5", seeds=2)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return run(tmp_path_factory.mktemp("images"), CHANNELS, "cbam:ratio=2", "matched:of=se:ratio=2")


def stored(result, arm, seed):
    return keras.saving.load_model(result.store.artifact(result.id, arm, seed, "weights.keras"))


def head(result, arm, seed, samples=64):
    return make(result.study.task_of(arm), seed).validation.x[:samples]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_layer_gives_what_it_gives_in_the_stored_network(result, seed):
    model = stored(result, "dense:depth=1", seed)
    got = result.activations("dense:depth=1", seed, layer="hidden")
    weighed = model.get_layer("attention")(head(result, "dense:depth=1", seed))
    expected = np.asarray(model.get_layer("hidden")(weighed))
    assert got.shape == (64, 64)
    assert isinstance(got, np.ndarray)
    np.testing.assert_allclose(got, expected, atol=1e-6)


def test_the_last_layer_gives_the_networks_answers(result):
    x = np.random.default_rng(0).normal(size=(300, 8)).astype("float32")  # more than one batch
    got = result.activations("none", 1, layer="logits", inputs=x)
    np.testing.assert_allclose(got, stored(result, "none", 1)(x), atol=1e-6)


def test_runs_have_activations_of_their_own(result):
    x = head(result, "none", 0)
    given = [
        result.activations(arm, seed, layer="logits", inputs=x)
        for arm in ("none", "dense:depth=1", "dense@label_noise=0.5")
        for seed in (0, 1)
    ]
    assert all(
        not np.allclose(one, other) for place, one in enumerate(given) for other in given[:place]
    )


@pytest.mark.parametrize(("samples", "expected"), [(3, 3), (1, 1), (5000, 100)])
def test_by_default_the_head_of_the_validation_split_is_looked_at(result, samples, expected):
    got = result.activations("none", 0, layer="hidden", samples=samples)
    x = head(result, "none", 0, expected)
    assert len(x) == expected
    np.testing.assert_array_equal(got, result.activations("none", 0, layer="hidden", inputs=x))


def test_the_function_takes_a_result_or_an_id(result):
    chosen = {"layer": "hidden", "arm": "none", "seed": 0}
    expected = result.activations("none", 0, layer="hidden")
    np.testing.assert_array_equal(attnlab.activations(result, **chosen), expected)
    by_id = attnlab.activations(result.id[:5], **chosen, home=result.store.home)
    np.testing.assert_array_equal(by_id, expected)


def test_layers_are_listed_with_those_inside_them(result, images):
    assert result.layers("none", 0) == ["hidden", "logits"]
    listed = layer_outputs.layers(result.store, result.id, "dense:depth=1", 0)
    assert set(listed) == set(result.layers("dense:depth=1", 0)) > {"attention", "hidden"}
    assert listed["attention"] == ("DenseAttention", (8,))
    assert listed["logits"] == ("Dense", (3,))
    inside = images.layers("cbam:ratio=2", 0)
    assert {"attention/channel", "attention/channel/reduce", "attention/spatial/conv"} <= set(
        inside
    )


@pytest.mark.parametrize("arm", ["cbam:ratio=2", "matched:of=se:ratio=2"])
def test_every_listed_layer_gives_the_shape_that_is_listed(images, arm):
    for name, (_, shape) in layer_outputs.layers(images.store, images.id, arm, 0).items():
        got = images.activations(arm, 0, layer=name, samples=5)
        assert got.shape == (5, *shape), name


def test_a_layer_inside_a_module_gives_what_the_module_has_there(images):
    x = head(images, "cbam:ratio=2", 0, 5)
    spatial = stored(images, "cbam:ratio=2", 0).get_layer("attention").spatial
    refined = images.activations("cbam:ratio=2", 0, layer="attention/channel", samples=5)
    got = images.activations("cbam:ratio=2", 0, layer="attention/spatial", samples=5)
    np.testing.assert_allclose(got, np.asarray(spatial(refined)), atol=1e-6)
    assert not np.allclose(refined, x)


def test_the_calls_of_a_layer_that_is_called_twice_stand_side_by_side(images):
    x = head(images, "cbam:ratio=2", 0, 5)
    reduce = stored(images, "cbam:ratio=2", 0).get_layer("attention").channel.reduce
    got = images.activations("cbam:ratio=2", 0, layer="attention/channel/reduce", samples=5)
    expected = [reduce(x.mean(axis=(1, 2))), reduce(x.max(axis=(1, 2)))]
    np.testing.assert_allclose(got, np.stack(expected, axis=1), atol=1e-6)


def test_tokens_are_inputs_too(tmp_path):
    texts = run(tmp_path, TEXT, "han:units=4")
    assert texts.activations("han:units=4", 0, layer="encoder", samples=3).shape == (3, 8, 8)
    tokens = head(texts, "han:units=4", 0, 3).tolist()
    got = texts.activations("han:units=4", 0, layer="attention", inputs=tokens)
    expected = texts.activations("han:units=4", 0, layer="attention", samples=3)
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layer": "hiden"}, "unknown layer 'hiden': the known ones are .*did you mean 'hidden'"),
        ({"layer": "attention"}, "unknown layer 'attention': the known ones are hidden, logits"),
        ({"arm": "dens"}, "unknown arm 'dens': the known ones are none, dense:depth=1"),
        ({"seed": 7}, "the study has no seed 7: its seeds are 0, 1"),
        ({"samples": 0}, "samples must be a whole number of at least 1, got 0"),
        ({"inputs": np.zeros((3, 9))}, r"inputs must have shape \(N, 8\), got \(3, 9\)"),
        ({"inputs": np.zeros(8)}, r"inputs must have shape \(N, 8\), got \(8,\)"),
        ({"inputs": np.zeros((0, 8))}, "inputs must hold at least one sample"),
        ({"inputs": [["a"] * 8]}, r"inputs must be numbers of shape \(N, 8\)"),
        ({"inputs": 3}, r"inputs must have shape \(N, 8\), got \(\)"),
    ],
)
def test_what_is_not_there_or_does_not_fit_is_said(result, change, words):
    with pytest.raises(SpecError, match=words):
        attnlab.activations(result, **{"arm": "none", "seed": 0, "layer": "hidden", **change})


def test_a_run_that_has_not_finished_says_so(home):
    from attnlab.store import Store

    store = Store(home)
    study = attnlab.Study(task=FEATURES, arms=["none"], seeds=1)
    study_id = store.create_study(study, owner=Owner.current())
    with pytest.raises(StoreError, match="arm none at seed 0 is queued: only a finished run"):
        attnlab.activations(study_id, layer="hidden", arm="none", seed=0, home=home)


def test_a_damaged_or_missing_file_says_so(tmp_path):
    result = run(tmp_path, FEATURES, "none")
    path = result.store.artifact(result.id, "none", 0, "weights.keras")
    path.write_bytes(b"PK not a network")
    with pytest.raises(StoreError, match=r"cannot read the weights in .*weights\.keras"):
        result.activations("none", 0, layer="hidden")
    path.unlink()
    with pytest.raises(StoreError, match="are not there any more"):
        result.activations("none", 0, layer="hidden")
