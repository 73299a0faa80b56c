"""The small Transformers: what they compute, by NumPy alone, and how many weights they have."""

import numpy as np
import pytest

from attnlab import SpecError, Study, TaskSpec
from attnlab.backbones import build
from attnlab.backbones.places import sinusoids
from attnlab.spec import ModuleSpec
from attnlab.spec.older import is_written_out

TEXT = "keyword-text:length=6,units=16,encoder=transformer"
VIT = "digits:backbone=vit,width=4,patches=3"
RANDOM = np.random.default_rng(0)


def built(task, module="none"):
    net = build(TaskSpec.model_validate(task), ModuleSpec.model_validate(module))
    for variable in net.model.weights:
        if variable.dtype == "float32":
            variable.assign(0.3 * RANDOM.standard_normal(variable.shape))
    return net


def weights(net):
    """Every weight by its path, "encoder_layer1/query/kernel"."""
    return {each.path: np.array(each, float) for each in net.model.weights}


def dense(w, name, x):
    return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]


def normalised(w, name, x):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt(x.var(-1, keepdims=True) + 1e-6)
    return x * w[f"{name}/gamma"] + w[f"{name}/beta"]


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def attended(w, name, x, valid, heads):
    """norm(x + attention(x)) of one sequence (T, D), head by head."""
    q, k, v = (dense(w, f"{name}/{each}", x) for each in ("query", "key", "value"))
    size = x.shape[-1] // heads
    found = []
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        logits = q[:, part] @ k[:, part].T / np.sqrt(size)
        found.append(softmax(np.where(valid, logits, -np.inf)) @ v[:, part])
    context = dense(w, f"{name}/combine", np.concatenate(found, -1))
    return normalised(w, f"{name}/attention_norm", x + context)


def relu(x):
    return np.maximum(x, 0)


@pytest.mark.parametrize("pooling", ["mean", "class"])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "none"])
def test_the_text_transformer_computes_its_definition(pooling, positions):
    net = built(f"{TEXT},depth=2,heads=4,positions={positions},pooling={pooling}")
    w = weights(net)
    tokens = np.array([[3, 5, 2, 9, 0, 0], [4, 4, 7, 1, 2, 6]])
    for row, got in zip(tokens, np.array(net.model(tokens)), strict=True):
        x, valid = w["embedding/embeddings"][row], row > 0
        if positions == "learned":
            x = x + w["encoder_positions/positions"]
        if positions == "sinusoidal":
            place, pair = np.arange(6)[:, None], np.arange(8)
            angle = place / 10000 ** (2 * pair / 16)
            x = x + np.stack([np.sin(angle), np.cos(angle)], -1).reshape(6, 16)
        if pooling == "class":
            x = np.concatenate([w["encoder_token/token"][None], x])
            valid = np.concatenate([[True], valid])
        for layer in ("encoder_layer1", "encoder_layer2"):
            y = attended(w, layer, x, valid, 4)
            fed = dense(w, f"{layer}/reduce", relu(dense(w, f"{layer}/expand", y)))
            x = normalised(w, f"{layer}/feed_forward_norm", y + fed)
        vector = x[0] if pooling == "class" else x[valid].mean(0)
        logits = dense(w, "logits", relu(dense(w, "hidden", vector)))
        np.testing.assert_allclose(got, logits, atol=1e-4)


@pytest.mark.parametrize("pooling", ["mean", "class"])
def test_the_vision_transformer_computes_its_definition(pooling):
    net = built(f"{VIT},blocks=2,heads=2,pooling={pooling}", "se:ratio=4")
    w = weights(net)
    image = RANDOM.random((1, 8, 8, 1))
    padded = np.zeros((9, 9))
    padded[:8, :8] = image[0, :, :, 0]  # three patches of three pixels a side
    kernel = w["patches/kernel"].reshape(9, 16)
    cut = [padded[r : r + 3, c : c + 3].ravel() for r in (0, 3, 6) for c in (0, 3, 6)]
    x = np.array(cut) @ kernel + w["patches/bias"] + w["positions/positions"]
    if pooling == "class":
        x = np.concatenate([w["token/token"][None], x])
    for block in (1, 2):
        x = attended(w, f"block{block}_self", x, np.ones(len(x), bool), 2)
        fed = dense(w, f"block{block}_reduce", relu(dense(w, f"block{block}_expand", x)))
        patches = fed[-9:]
        names = sorted(name for name in w if name.startswith(f"attention{block}/"))
        squeezed = patches.mean(0)
        hidden, out = ({n.rpartition("/")[2]: w[n] for n in pair} for pair in pairs_of(names))
        gate = relu(squeezed @ hidden["kernel"] + hidden.get("bias", 0)) @ out["kernel"]
        patches = patches / (1 + np.exp(-(gate + out.get("bias", 0))))
        fed = np.concatenate([fed[:-9], patches])
        x = normalised(w, f"block{block}_norm", x + fed)
    vector = x[0] if pooling == "class" else x.mean(0)
    np.testing.assert_allclose(net.model(image)[0], dense(w, "logits", vector), atol=1e-4)


def pairs_of(names):
    """The weights of the two layers of an excitation, that which narrows first."""
    layers = sorted({name.rpartition("/")[0] for name in names})
    found = [[name for name in names if name.rpartition("/")[0] == layer] for layer in layers]
    return sorted(found, key=lambda each: "reduce" not in each[0] and "squeeze" not in each[0])


@pytest.mark.parametrize(("depth", "heads"), [(1, 1), (3, 4)])
def test_a_layer_has_the_parameters_that_its_formula_says(depth, heads):
    net = built(f"{TEXT},depth={depth},heads={heads},pooling=class")
    d = 16
    layer = 8 * d * d + 11 * d
    of_layers = [
        each.count_params() for each in net.model.layers if each.name.startswith("encoder_layer")
    ]
    assert of_layers == [layer] * depth
    plain = built("keyword-text:length=6,units=16")
    assert net.parameters - plain.parameters == depth * layer + 6 * d + d  # positions and a token


def test_without_positions_the_order_of_words_means_nothing():
    words = np.array([[3, 5, 2, 9, 8, 1]])
    for positions, alike in (("none", True), ("learned", False), ("sinusoidal", False)):
        net = built(f"{TEXT},positions={positions}")
        answers = [np.array(net.model(each)) for each in (words, words[:, ::-1])]
        assert np.allclose(*answers, atol=1e-5) == alike, positions


def test_sinusoids_are_sines_and_cosines():
    found = sinusoids(5, 4)
    assert found.shape == (5, 4)
    np.testing.assert_allclose(found[3], [np.sin(3), np.cos(3), np.sin(0.03), np.cos(0.03)], 1e-5)


def test_heads_depth_positions_and_pooling_are_settings_of_an_arm():
    changes = ("depth=1", "heads=2", "positions=none", "pooling=class")
    task = {"name": "keyword-text", "encoder": "transformer", "units": 16}
    study = Study(task=task, arms=["none", *(f"none@{each}" for each in changes)], seeds=2)
    counts = {arm.label: build(study.task_of(arm), arm.module).parameters for arm in study.arms}
    usual = counts.pop("none")
    layer, d = 8 * 16 * 16 + 11 * 16, 16
    expected = [usual - layer, usual, usual - 40 * d, usual + d]
    assert list(counts.values()) == expected


def test_heads_that_do_not_divide_the_features_are_refused():
    with pytest.raises(SpecError, match="heads must divide the 16 word units, got 3"):
        TaskSpec.model_validate(f"{TEXT},heads=3")
    with pytest.raises(SpecError, match="heads must divide the 16 features of a patch, got 3"):
        TaskSpec.model_validate(f"{VIT},heads=3")
    with pytest.raises(SpecError, match="heads must divide the 8 encoder units, got 3"):
        TaskSpec.model_validate("planted-steps:units=8,encoder=transformer,heads=3")
    assert TaskSpec.model_validate("keyword-text:units=16,heads=3").params.heads == 3


def test_a_plan_that_was_written_out_before_is_so_still():
    study = Study(task="keyword-text", arms=["none"], seeds=2)
    plan = study.model_dump()
    for name in ("depth", "heads", "positions", "pooling"):
        del plan["task"][name]
    assert is_written_out(plan)
    assert Study(**plan).hash == study.hash
    del plan["task"]["length"]
    assert not is_written_out(plan)
