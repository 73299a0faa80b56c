"""Tasks on sequences of steps."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from attnlab.catalog.task_entries.backbones import BackboneParameters
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    test_samples_field,
)
from attnlab.catalog.task_entries.transformers import (
    OF_STEPS,
    TRANSFORMER,
    Pooling,
    Positions,
    check_heads,
    depth_field,
    heads_field,
    pooling_field,
    positions_field,
)
from attnlab.spec import Parameters, TaskEntry, choice, number

StepEncoder = Literal["dense", "lstm", "gru", "transformer"]


def step_encoder_field(default: StepEncoder) -> StepEncoder:
    """What reads the steps."""
    return choice(
        default,
        title="Encoder",
        help="What reads the steps before the attention: each on its own, in turn with a "
        "memory (LSTM, GRU), or each with all others (transformer).",
    )


def step_units_field() -> int:
    """The features that it gives to each."""
    return number(
        32,
        low=8,
        high=128,
        step=8,
        title="Encoder units",
        advanced=True,
        help="How many features the encoder gives to every step.",
    )


def check_step_heads(params: Any) -> None:
    """Raise SpecError unless the heads of a Transformer divide its features."""
    if params.encoder == TRANSFORMER:
        check_heads(params.heads, params.units, "encoder units")


class StepsParameters(Parameters):
    """What reads the steps of a task before the attention."""

    encoder: StepEncoder = step_encoder_field("dense")
    units: int = step_units_field()
    depth: int = depth_field(OF_STEPS)
    heads: int = heads_field(OF_STEPS)
    positions: Positions = positions_field(OF_STEPS)
    pooling: Pooling = pooling_field(OF_STEPS)

    @model_validator(mode="after")
    def _heads_divide(self) -> StepsParameters:
        check_step_heads(self)
        return self


class PlantedStepsParameters(BackboneParameters, LabelParameters):
    """Sequences of random symbols, two of which are marked and decide the class."""

    steps: int = number(
        20, low=4, high=100, title="Steps", help="How long each sequence is; two steps matter."
    )
    classes: int = class_field(4, 10)
    encoder: StepEncoder = step_encoder_field("dense")
    units: int = step_units_field()
    depth: int = depth_field(OF_STEPS)
    heads: int = heads_field(OF_STEPS)
    positions: Positions = positions_field(OF_STEPS)
    pooling: Pooling = pooling_field(OF_STEPS)
    samples: int = number(
        4_000,
        low=500,
        high=20_000,
        step=500,
        title="Samples",
        advanced=True,
        help="How many sequences are drawn; a fifth of them is kept for validation.",
    )
    test_samples: int = test_samples_field()

    @model_validator(mode="after")
    def _heads_divide(self) -> PlantedStepsParameters:
        check_step_heads(self)
        return self


def planted_steps(params: PlantedStepsParameters) -> tuple[int, int]:
    """The two marked steps: at a quarter and three quarters, the same for every seed."""
    return params.steps // 4, 3 * params.steps // 4


ON_STEPS = (
    TaskEntry(
        name="planted-steps",
        title="Planted steps",
        slot="steps",
        params=PlantedStepsParameters,
        data="attnlab.tasks.steps:planted_steps",
        example="attnlab.tasks.steps:planted_steps_example",
        backbone="attnlab.backbones.steps:step_network",
        slot_sizes=lambda params: (params.units,),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(
            drawn_samples(params), params.steps * (params.classes + 1)
        ),
        truth_axis="step",
        truth=planted_steps,
        truth_words="the planted steps",
        arms=("none", "attention-pool"),
        summary="Random symbols; two marked steps decide the class. Does attention find them?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 3e-3},
    ),
)
