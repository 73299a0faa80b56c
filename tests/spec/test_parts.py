"""What can be left out of a module, and the arm that is left."""

import keras
import pytest
from modules.test_costs import built

from attnlab import Arm, Study, catalog
from attnlab.spec import INPUTS, SLOT_UNITS, ModuleSpec, Size, each_shape

from .test_about import CASES

SMALL = Size(features=64, steps=5, queries=3, side=4, channels=64)  # 16 heads and a ratio of 64 fit
WIDER = "the bottleneck"  # without it, the hidden layer is as wide as the input

LEFT = {
    "dense": {},
    "dense:depth=2,activation=tanh": {"the hidden layers": "dense"},
    "multi-head-dense": {"the heads but one": "multi-head-dense:heads=1"},
    "multi-head-dense:heads=1": {},
    "bottleneck-dense": {"the bottleneck": "bottleneck-dense:ratio=1"},
    "bottleneck-dense:ratio=1": {},
    "feature-gate": {"the bottleneck": "feature-gate:ratio=1"},
    "feature-gate:ratio=8": {"the bottleneck": "feature-gate:ratio=1"},
    "se": {"the bottleneck": "se:ratio=1", "the bias": "se:bias=false"},
    "se:ratio=4,gate=hard_sigmoid,bias=false": {
        "the bottleneck": "se:ratio=1,gate=hard_sigmoid,bias=false"
    },
    "selayer": {"the dropout": "selayer:dropout=0.0", "the bottleneck": "selayer:ratio=1"},
    "selayer:ratio=4,dropout=0.0": {
        "the batch norm": "se:ratio=4",
        "the bottleneck": "selayer:ratio=1,dropout=0.0",
    },
    "eca": {"the neighbouring channels": "eca:kernel_size=1"},
    "eca:kernel_size=1": {},
    "cbam-channel": {
        "the maximum": "cbam-channel:pooling=avg",
        "the average": "cbam-channel:pooling=max",
        "the bottleneck": "cbam-channel:ratio=1",
    },
    "cbam-channel:ratio=4,pooling=avg": {"the bottleneck": "cbam-channel:ratio=1,pooling=avg"},
    "cbam-spatial": {
        "the maximum": "cbam-spatial:pooling=avg",
        "the average": "cbam-spatial:pooling=max",
    },
    "cbam-spatial:kernel_size=3,batch_norm=true,pooling=max": {
        "the batch norm": "cbam-spatial:kernel_size=3,pooling=max"
    },
    "cbam": {
        "the channel half": "cbam-spatial",
        "the spatial half": "cbam-channel",
        "the maximum": "cbam:pooling=avg",
        "the average": "cbam:pooling=max",
        "the bottleneck": "cbam:ratio=1",
    },
    "cbam:kernel_size=3,batch_norm=true,pooling=avg,ratio=4,order=parallel": {
        "the channel half": "cbam-spatial:kernel_size=3,batch_norm=true,pooling=avg",
        "the spatial half": "cbam-channel:ratio=4,pooling=avg",
        "the batch norm": "cbam:kernel_size=3,pooling=avg,ratio=4,order=parallel",
        "the bottleneck": "cbam:kernel_size=3,batch_norm=true,pooling=avg,ratio=1,order=parallel",
    },
    "ceca": {"the neighbouring channels": "ceca:kernel_size=1"},
    "gather-excite": {
        "the dense layers": "gather-excite:mlp=false",
        "the bottleneck": "gather-excite:ratio=1",
    },
    "gather-excite:extent=4,weights=true,mlp=false": {
        "the learned gathering": "gather-excite:extent=4,mlp=false"
    },
    "bam": {"the bottleneck": "bam:ratio=1"},
    "linear": {"the heads but one": "linear:heads=1"},
    "linear:heads=1": {},
    "relative": {"the distances": "self-attention"},
    "relative:heads=2,normaliser=entmax,temperature=0.5,reach=3": {
        "the distances": "self-attention:heads=2,normaliser=entmax,temperature=0.5"
    },
    "dense:depth=1,normaliser=sparsemax": {"the hidden layers": "dense:normaliser=sparsemax"},
    "hard:normaliser=sparsemax": {"the choice": "attention-pool:normaliser=sparsemax"},
    "han": {"the tanh layer": "attention-pool"},
    "han:units=8": {"the tanh layer": "attention-pool"},
    "self-attention": {"the heads but one": "self-attention:heads=1"},
    "self-attention:heads=1,norm=batch": {},
    "transformer-encoder": {
        "the feed-forward half": "self-attention",
        "the dropout": "transformer-encoder:dropout=0.0",
        "the heads but one": "transformer-encoder:heads=1",
    },
    "transformer-encoder:heads=2,units=8,dropout=0.0,norm=batch": {
        "the feed-forward half": "self-attention:heads=2,norm=batch",
        "the heads but one": "transformer-encoder:heads=1,units=8,dropout=0.0,norm=batch",
    },
    "luong": {"the learned weights": "luong:score=dot"},
    "luong:score=dot": {},
    "luong:score=concat": {},
    "scaled-dot": {"the scaling": "luong:score=dot"},
    "hard": {"the choice": "attention-pool"},
    "hard:mode=straight-through": {"the choice": "attention-pool"},
}
"""For modules as they are written, what can be left out and what is left."""

OF_ONE_PIECE = ("attention-pool", "step-dense", "last-query", "bahdanau")

WITH_PARTS = [
    pytest.param(entry, slot, params, id=f"{entry.name}-{slot}-{params}")
    for entry, slot, params in (case.values for case in CASES)
    if entry.parts(params)
]
each_module = pytest.mark.parametrize(("entry", "slot", "params"), WITH_PARTS)


@pytest.fixture(autouse=True, scope="module")
def _clear():
    yield
    keras.backend.clear_session()


def parts(written):
    module = ModuleSpec.model_validate(written)
    return dict(module.entry.parts(module.params))


@pytest.mark.parametrize("written", LEFT)
def test_leaving_a_part_out_keeps_all_else(written):
    assert ModuleSpec.model_validate(written).short == written
    assert parts(written) == LEFT[written]


def test_every_module_with_parts_is_among_them():
    named = {ModuleSpec.model_validate(written).name for written in LEFT}
    assert {case.values[0].name for case in WITH_PARTS} <= named
    assert all(name in LEFT for name in named)  # with its defaults too


def test_controls_and_modules_of_one_piece_have_nothing_to_leave_out():
    for entry in catalog.modules():
        if entry.family == "control" or entry.name in OF_ONE_PIECE:
            assert not parts({"name": entry.name, **entry.about.first(min(entry.fits))})


@each_module
def test_what_is_left_is_another_module_in_its_shortest_form(entry, slot, params):
    module = ModuleSpec(name=entry.name, params=params)
    for part, short in entry.parts(params).items():
        assert part.startswith("the ")
        left = Arm.model_validate(short)
        assert left.short == short
        assert left.module != module


@each_module
def test_what_is_left_fits_wherever_the_module_fits(entry, slot, params):
    size = each_shape(INPUTS[slot].shape(SMALL))[0][-1]
    entry.check_size(params, SLOT_UNITS[slot], size)
    for short in entry.parts(params).values():
        left = ModuleSpec.model_validate(short)
        assert left.fits >= entry.fits
        left.check_size(SLOT_UNITS[slot], size)


@each_module
def test_only_a_module_without_its_bottleneck_has_more_parameters(entry, slot, params):
    shape = INPUTS[slot].shape(SMALL)
    complete = built(entry, params, shape).count_params()
    for part, short in entry.parts(params).items():
        left = ModuleSpec.model_validate(short)
        parameters = built(left.entry, left.params, shape).count_params()
        assert parameters > complete if part == WIDER else parameters <= complete


@each_module
def test_what_is_gone_is_not_left_out_again(entry, slot, params):
    for part, short in entry.parts(params).items():
        assert part not in parts(short)


@pytest.mark.parametrize("written", [written for written, left in LEFT.items() if left])
def test_a_study_leaves_one_part_out_at_a_time(written):
    entry = ModuleSpec.model_validate(written).entry
    study = Study(task=entry.about.task, build={"leave-one-out": written})
    without = [f"{entry.title} without {part}" for part in LEFT[written]]
    assert [arm.label for arm in study.arms] == [written, *without, "none"]
    assert [arm.short for arm in study.arms][1:-1] == list(LEFT[written].values())
