"""The task guided: one digit among pieces, a mask of where, and a gate that learns it."""

import keras
import numpy as np
import pytest

import attnlab
from attnlab import TaskSpec
from attnlab.backbones import TraceSpec, build
from attnlab.spec import ModuleSpec
from attnlab.tasks import make
from attnlab.tasks.images import scans

SMALL = {
    "name": "guided",
    "samples": 500,
    "size": 20,
    "classes": 4,
    "clutter": 6,
    "test_samples": 0,
}


def data(seed=0, **changes):
    return make(TaskSpec.model_validate({**SMALL, **changes}), seed)


def squares(split, truth):
    """What of the images (P, 8, 8) the truth (P, S, S) covers."""
    return split.x[: len(truth), ..., 0][truth].reshape(-1, 8, 8)


def test_inputs_labels_and_masks_have_their_shapes_and_types():
    made = data()
    for split, count in ((made.train, 400), (made.validation, 100), (made.test, 100)):
        labels, mask = split.y
        assert (split.x.shape, split.x.dtype) == ((count, 20, 20, 1), "float32")
        assert (labels.shape, labels.dtype) == ((count,), "int32")
        assert (mask.shape, mask.dtype) == ((count, 5, 5), "float32")
        assert set(np.unique(mask)) == {0, 1}
        assert 0 <= split.x.min() < split.x.max() <= 1
    assert made.truth.shape == (100, 20, 20)


def test_the_truth_is_where_a_scan_of_the_class_is_shown_whole():
    made = data()
    images, labels = scans()
    known = {image.tobytes(): label for image, label in zip(images[..., 0], labels, strict=True)}
    shown = squares(made.validation, made.truth)
    assert [known[square.tobytes()] for square in shown] == made.validation.y[0].tolist()
    corners = {tuple(np.argwhere(mask)[0]) for mask in made.truth}
    assert len(corners) > 50  # it may be anywhere


def test_the_coarse_mask_is_on_where_the_digit_covers_half_of_a_place():
    made = data()
    covered = made.truth.reshape(100, 5, 4, 5, 4).mean(axis=(2, 4))
    wanted = made.validation.y[1].astype(bool)
    most = covered.max(axis=(1, 2), keepdims=True)
    np.testing.assert_array_equal(wanted, covered >= most / 2)
    assert wanted.any(axis=(1, 2)).all()


def test_no_scan_is_in_two_splits():
    made = data(clutter=0)
    shown = [
        {_cropped(image) for image in split.x[..., 0]}
        for split in (made.train, made.validation, made.test)
    ]
    assert min(map(len, shown)) > 50
    assert shown[0] & shown[1] == shown[0] & shown[2] == shown[1] & shown[2] == set()


def _cropped(image):
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].tobytes()


def test_more_clutter_leaves_less_of_the_image_empty():
    empty = [np.mean(data(clutter=clutter).train.x == 0) for clutter in (0, 6, 24)]
    assert empty[0] > empty[1] + 0.1 > empty[2] + 0.2


def test_a_seed_gives_the_same_arrays_and_another_one_others():
    one, again, other = data(3), data(3), data(4)
    np.testing.assert_array_equal(one.train.x, again.train.x)
    np.testing.assert_array_equal(one.train.y[1], again.train.y[1])
    assert not np.array_equal(one.train.x, other.train.x)


def test_guidance_changes_nothing_about_the_data():
    one, other = data(guidance=0), data(guidance=3)
    np.testing.assert_array_equal(one.train.x, other.train.x)
    np.testing.assert_array_equal(one.train.y[0], other.train.y[0])


def test_label_noise_and_imbalance_are_for_the_training_labels_alone():
    clean, noisy, rare = data(), data(label_noise=0.5), data(imbalance=10)
    np.testing.assert_array_equal(clean.train.y[1], noisy.train.y[1])
    np.testing.assert_array_equal(clean.validation.y[0], noisy.validation.y[0])
    assert np.mean(clean.train.y[0] != noisy.train.y[0]) == pytest.approx(0.5, abs=0.1)
    counts = np.bincount(rare.train.y[0])
    assert counts[0] / counts[3] == pytest.approx(10, abs=1.5)
    held_out = np.bincount(rare.validation.y[0])
    assert held_out.max() / held_out.min() < 3


GATE = TraceSpec("gate/place", "gate", (5, 5))


@pytest.mark.parametrize(
    ("module", "slot_traces"),
    [
        ("none", ()),
        ("matched:of=cbam", ()),
        ("se:ratio=4", ("channel",)),
        ("cbam-spatial", ("place",)),
        ("frozen-random:of=cbam:ratio=4", ("channel", "place")),
    ],
)
def test_the_gate_is_a_trace_in_every_arm(module, slot_traces):
    net = build(TaskSpec.model_validate(SMALL), ModuleSpec.model_validate(module))
    assert [trace.axis for trace in net.traces] == [*slot_traces, "gate/place"]
    assert net.traces[-1] == GATE
    assert net.answers == 2
    x = data().validation.x[:4]
    places, gate_logits, *scores = net.full(x)
    assert places.shape == (4, 5, 5, 4)
    np.testing.assert_allclose(scores[-1], keras.ops.sigmoid(gate_logits), atol=1e-6)


def test_two_classes_have_a_logit_each():
    net = build(TaskSpec.model_validate({**SMALL, "classes": 2}), ModuleSpec(name="none"))
    assert net.model.outputs[0].shape == (None, 5, 5, 2)


def test_the_module_stands_in_the_deep_branch_alone():
    net = build(TaskSpec.model_validate(SMALL), ModuleSpec.model_validate("se:ratio=4"))
    x = data().validation.x[:4]
    before = [np.array(output) for output in net.model(x)]
    module = net.modules[0]
    module.set_weights([weight + 1 for weight in module.get_weights()])
    what, where = net.model(x)
    np.testing.assert_array_equal(what, before[0])
    assert not np.allclose(where, before[1])


def test_its_runs_end_with_the_traces_of_the_module_and_of_the_gate():
    """Alone and together the losses are the same: see tests/training/test_fresh_samples.py."""
    from attnlab.training import RunEnd
    from attnlab.training.engine import train

    study = attnlab.Study(task=SMALL, arms=["se:ratio=4"], seeds=2, epochs=1)
    settings = {"task": study.task, "training": study.training, "together": 2}
    events = list(train(study.arms[0], study.seeds, **settings))
    ends = [event for event in events if isinstance(event, RunEnd)]
    assert len(ends) == 2
    for end in ends:
        assert [trace.axis for trace in end.traces] == ["channel", "gate/place"]
        np.testing.assert_allclose(end.predictions.sum(axis=-1), 1, atol=1e-5)
        right = end.confusion[1].trace() / end.confusion[1].sum()
        assert right == pytest.approx(end.tested["accuracy"])


def test_guidance_makes_the_gate_agree_with_the_mask(tmp_path):
    arms = ["none@guidance=0", "none"]
    plan = {"task": {**SMALL, "samples": 1000}, "arms": arms, "seeds": 2, "epochs": 6}
    result = attnlab.run(plan, home=tmp_path)
    last = (
        result.curves()
        .query("epoch == 6")
        .pivot(index="seed", columns="arm", values="val_mask_overlap")
    )
    assert (last["none"] > last["none@guidance=0.0"] + 0.2).all()
    mass = result.measures().query("epoch == 6 and axis == 'gate/place' and measure == 'mass'")
    assert (mass[mass["arm"] == "none"]["value"] > 2 * mass["chance"].mean()).all()
    table = result.table().set_index("label")
    assert table["found_n"].tolist() == [2, 2]
