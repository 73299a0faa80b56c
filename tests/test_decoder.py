"""The Transformer that writes: its layer by NumPy alone, and what each step may see."""

import numpy as np
import pytest

from attnlab import SpecError, Study, TaskSpec
from attnlab.backbones import build
from attnlab.backbones.decoder import TransformerDecoder
from attnlab.export import ExportError
from attnlab.export.scripts.compose import compose
from attnlab.spec import ModuleSpec
from attnlab.tasks.writing import END_TOKEN
from tests.test_transformers import dense, normalised, relu, softmax

TASK = "reverse:length=4,letters=5,units=16,embedding=8,encoder=transformer,depth=2,heads=2"
RANDOM = np.random.default_rng(0)


def built(task=TASK, module="none"):
    net = build(TaskSpec.model_validate(task), ModuleSpec.model_validate(module))
    for variable in net.model.weights:
        if variable.dtype == "float32":
            variable.assign(0.4 * RANDOM.standard_normal(variable.shape))
    return net


def looked(w, half, queries, values, allowed, heads):
    q = dense(w, f"{half}_query", queries)
    k, v = (dense(w, f"{half}_{each}", values) for each in ("key", "value"))
    size, found = queries.shape[-1] // heads, []
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        logits = np.where(allowed, q[:, part] @ k[:, part].T / np.sqrt(size), -np.inf)
        found.append(softmax(logits) @ v[:, part])
    seen = dense(w, f"{half}_combine", np.concatenate(found, -1))
    return normalised(w, f"{half}_norm", queries + seen)


@pytest.mark.parametrize("cross", [True, False])
def test_a_layer_computes_its_definition_and_has_the_weights_it_says(cross):
    layer = TransformerDecoder(heads=2, units=12, cross=cross)
    written, read = RANDOM.standard_normal((2, 3, 8)), RANDOM.standard_normal((2, 5, 8))
    mask = np.array([[True] * 5, [True, True, False, False, False]])
    layer([written, read], read_mask=mask)
    for weight in layer.weights:
        weight.assign(0.4 * RANDOM.standard_normal(weight.shape))
    d, f = 8, 12
    count = 8 * d * d + 2 * d * f + 15 * d + f - (0 if cross else 4 * d * d + 6 * d)
    assert layer.count_params() == count
    w = {each.path.partition("/")[2]: np.array(each, float) for each in layer.weights}
    got = np.array(layer([written, read], read_mask=mask))
    for number in range(2):
        x = looked(w, "back", written[number], written[number], np.tri(3, dtype=bool), 2)
        if cross:
            x = looked(w, "across", x, read[number], mask[number], 2)
        fed = dense(w, "reduce", relu(dense(w, "expand", x)))
        expected = normalised(w, "feed_forward_norm", x + fed)
        np.testing.assert_allclose(got[number], expected, atol=1e-4)


@pytest.mark.parametrize("module", ["none", "bahdanau"])
def test_a_step_sees_what_stands_before_it_and_nothing_behind(module):
    net = built(module=module)
    read = RANDOM.integers(2, 7, (1, 4))
    before = RANDOM.integers(1, 7, (1, 5))
    changed = before.copy()
    changed[0, 3] = 1 + changed[0, 3] % 6
    first, second = (np.array(net.model([read, each])) for each in (before, changed))
    np.testing.assert_allclose(first[:, :3], second[:, :3], atol=1e-5)
    assert not np.allclose(first[:, 3], second[:, 3], atol=1e-5)


@pytest.mark.parametrize(("module", "more"), [("bahdanau", ""), ("none", ",cross=false")])
def test_what_it_writes_is_what_it_answers_after_what_it_wrote(module, more):
    net = built(TASK + more, module)
    read = RANDOM.integers(2, 7, (6, 4)).astype("int32")
    tokens, *scores = (np.array(each) for each in net.decode((read, None)))
    before = np.concatenate([np.full((6, 1), END_TOKEN), tokens[:, :-1]], 1)
    answers = np.array(net.model([read, before])).argmax(-1)
    ended = np.cumsum(tokens == END_TOKEN, axis=1) - (tokens == END_TOKEN) > 0
    assert np.array_equal(np.where(ended, 0, answers), tokens)
    assert [each.shape for each in scores] == ([(6, 5, 4)] if module == "bahdanau" else [])


def test_without_cross_attention_it_only_gets_the_mean_of_what_it_read():
    for more, alike in ((",cross=false", True), ("", False)):
        net = built(f"{TASK},positions=none{more}")
        read, before = RANDOM.integers(2, 7, (1, 4)), RANDOM.integers(1, 7, (1, 5))
        layer = net.model.get_layer("encoder_layer2")
        assert layer.count_params() == 8 * 16 * 16 + 11 * 16
        # Without positions the encoder keeps the order of what it reads, so the mean stays.
        answers = [np.array(net.model([each, before])) for each in (read, read[:, ::-1])]
        np.testing.assert_allclose(*answers, atol=1e-4)
        weights = [each for each in net.model.weights if "across" in each.path]
        assert bool(weights) != alike


def test_cross_attention_and_depth_are_settings_of_an_arm():
    task = {"name": "reverse", "encoder": "transformer", "units": 16}
    study = Study(task=task, arms=["none", "none@cross=false", "none@depth=1"], seeds=2)
    usual, blind, shallow = (build(study.task_of(arm), arm.module).parameters for arm in study.arms)
    d, f = 16, 32
    assert usual - blind == 2 * (4 * d * d + 6 * d)
    assert usual - shallow == (8 * d * d + 11 * d) + (8 * d * d + 2 * d * f + 15 * d + f)


def test_what_cannot_be_is_said():
    with pytest.raises(SpecError, match="heads must divide the 16 units, got 3"):
        TaskSpec.model_validate(TASK.replace("heads=2", "heads=3"))
    study = Study(task=TASK, arms=["none"], seeds=1)
    with pytest.raises(ExportError, match="no script can be written for a Transformer that writes"):
        compose(study, "none", 0, "functional", None)
