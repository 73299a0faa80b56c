"""The task where attention itself is taught where to look."""

from __future__ import annotations

from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    samples_field,
    test_samples_field,
)
from attnlab.spec import Measure, TaskEntry, number

GATE_CELL = 4
"""How many pixels wide a place of the gate is."""


class GuidedParameters(LabelParameters):
    """A digit somewhere among pieces of others, and how strongly the gate is guided to it."""

    classes: int = class_field(5, 10)
    guidance: float = number(
        1.0,
        low=0.0,
        high=10.0,
        choices=(0.0, 0.1, 0.3, 1.0, 3.0, 10.0),
        title="Guidance",
        help="The weight of the extra loss that pulls the gate towards the object's mask; 0 is the "
        "same network without it.",
    )
    size: int = number(
        24,
        low=16,
        high=48,
        step=4,
        title="Image size",
        advanced=True,
        help="Width and height in pixels; the digit is 8 pixels wide.",
    )
    clutter: int = number(
        12,
        low=0,
        high=40,
        title="Clutter",
        help="How many pieces of other digits lie about.",
    )
    width: int = number(
        8,
        low=4,
        high=64,
        step=4,
        title="Width",
        advanced=True,
        help="Filters of the first convolution of each branch; later ones have twice as many.",
    )
    samples: int = samples_field(2_000, high=20_000, what="images")
    test_samples: int = test_samples_field()


def gate_size(params: GuidedParameters) -> int:
    """How many places the gate has along each side of the image."""
    return params.size // GATE_CELL


GUIDED = (
    TaskEntry(
        name="guided",
        title="Guided attention",
        slot="image",
        params=GuidedParameters,
        data="attnlab.tasks.guided:guided",
        example="attnlab.tasks.guided:guided_example",
        asks="drawing",
        asked="attnlab.tasks.asking.drawing:asked_in_clutter",
        backbone="attnlab.backbones.guided:two_branches",
        slot_sizes=lambda params: (2 * params.width,),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(
            drawn_samples(params), params.size**2 + gate_size(params) ** 2
        ),
        truth_axis="place",
        truth_words="the digit",
        objective="attnlab.training.objective:Guided",
        extra_metrics=(
            Measure(
                "mask_overlap",
                "Mask overlap",
                "How well the places where the gate is open agree with those of the object: "
                "intersection over union.",
            ),
        ),
        arms=("none@guidance=0.0", "none", "cbam-spatial"),
        summary="A digit among clutter. One branch says where, the other what, and its answer "
        "counts only there. Does it help to be told where?",
        training={"epochs": 12, "batch_size": 32, "learning_rate": 4e-3},
    ),
)
