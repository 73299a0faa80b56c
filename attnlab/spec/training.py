"""How every run of a study is trained."""

from __future__ import annotations

from typing import Literal

from attnlab.spec.parameters import Parameters, choice, number


class Training(Parameters):
    """How every run of a study is trained; an arm may change all of it but the epochs."""

    epochs: int = number(
        20,
        low=1,
        high=1000,
        title="Epochs",
        choices=(1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000),
        help="How often each run sees the whole training set.",
    )
    batch_size: int = number(
        64,
        low=1,
        high=8192,
        title="Batch size",
        choices=(8, 16, 32, 64, 128, 256, 512),
        help="How many samples go into one update of the weights.",
    )
    learning_rate: float = number(
        1e-3,
        low=1e-8,
        high=10,
        title="Learning rate",
        choices=(1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2),
        help="How far one update moves the weights.",
    )
    optimizer: Literal["adam", "adamw", "sgd", "rmsprop"] = choice(
        "adam",
        title="Optimiser",
        advanced=True,
        help="How gradients become updates of the weights.",
    )
    momentum: float = number(
        0.9,
        low=0.0,
        high=0.999,
        title="Momentum",
        step=0.01,
        advanced=True,
        only_if=("optimizer", "sgd"),
        help="How much of the last update goes into the next.",
    )
    weight_decay: float = number(
        0.004,
        low=0.0,
        high=1.0,
        title="Weight decay",
        choices=(0.0, 0.0001, 0.001, 0.004, 0.01, 0.1),
        advanced=True,
        only_if=("optimizer", "adamw"),
        help="How strongly each update also shrinks the weights.",
    )
    schedule: Literal["constant", "cosine", "step"] = choice(
        "constant",
        title="Learning-rate schedule",
        advanced=True,
        help="Keep the learning rate, let it fall to zero along a cosine, or lower it in steps.",
    )
    step_epochs: int = number(
        10,
        low=1,
        high=1000,
        title="Epochs a step",
        choices=(1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000),
        advanced=True,
        only_if=("schedule", "step"),
        help="After how many epochs the learning rate is lowered.",
    )
    step_factor: float = number(
        0.5,
        low=0.01,
        high=1.0,
        step=0.01,
        title="Step factor",
        advanced=True,
        only_if=("schedule", "step"),
        help="What the learning rate is multiplied by at each step.",
    )
    module_stream: int = number(
        0,
        low=0,
        high=1000,
        title="Module's random stream",
        advanced=True,
        help="Which random numbers the module starts from; an arm with another stream differs from "
        "its twin by chance alone.",
    )
    patience: int = number(
        0,
        low=0,
        high=1000,
        title="Patience",
        choices=(0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100),
        advanced=True,
        help="Stop a seed after this many epochs without a better validation loss and keep its "
        "best weights; 0 trains every epoch.",
    )
