"""The networks whose epochs are measured: some of the catalogue, two others of sizes that matter.

A small self-attention network and a recurrent one are not in the catalogue; the engine gets them,
and their data, by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attnlab import Study
from attnlab.spec import ModuleSpec, TaskSpec
from attnlab.tasks.streams import generator

if TYPE_CHECKING:
    import keras

    from attnlab.backbones import Network
    from attnlab.tasks import TaskData

CLASSES = 5
SEQUENCES, HELD_OUT = 2_000, 500
PLANTED = {"name": "planted-features", "features": 32, "classes": CLASSES}


@dataclass(frozen=True, eq=False)
class Case:
    """A network to measure: its name, task and arm, and what stands in for the catalogue's."""

    name: str
    task: Any
    arm: str
    network: Callable[[TaskSpec, ModuleSpec], Network] | None = None
    shape: tuple[int, int] | None = None

    def study(self, *, seeds: int, epochs: int) -> Study:
        """A plan of this case alone."""
        return Study(task=self.task, arms=[self.arm], seeds=seeds, epochs=epochs)

    def build(self, task: TaskSpec, module: ModuleSpec) -> Network:
        """The network."""
        from attnlab.backbones import build

        return (self.network or build)(task, module)

    def draw(self, task: TaskSpec, seed: int) -> TaskData:
        """The data of a seed."""
        from attnlab.tasks import make

        return sequences(self.shape, seed) if self.shape else make(task, seed)


def sequences(shape: tuple[int, int], seed: int) -> TaskData:
    """Standard normal steps and features, one of them overwritten by the class."""
    from attnlab.tasks.data import split_by_share

    random, count = generator(seed, "benchmark", "sequences"), SEQUENCES + 2 * HELD_OUT
    x = random.standard_normal((count, *shape), dtype="float32")
    y = random.integers(0, CLASSES, count)
    x[:, 3, 1] = y
    return split_by_share(x, y, CLASSES, validation=HELD_OUT, test=HELD_OUT)


def self_attention(task: TaskSpec, module: ModuleSpec) -> Network:
    """(B, 16, 64) → self-attention with four heads, residual, layer norm → pooling → dense."""
    from keras import Input, layers

    inputs = Input((16, 64))
    attended = layers.MultiHeadAttention(4, key_dim=16, name="attended")(inputs, inputs)
    x = layers.LayerNormalization(name="norm")(layers.Add(name="residual")([inputs, attended]))
    x = layers.GlobalAveragePooling1D(name="average")(x)  # (B, 64)
    x = layers.Dense(64, activation="relu", name="hidden")(x)
    return _network(inputs, layers.Dense(CLASSES, name="logits")(x))


def recurrent(task: TaskSpec, module: ModuleSpec) -> Network:
    """(B, 20, 16) → LSTM with 32 units → dense."""
    from keras import Input, layers

    inputs = Input((20, 16))
    x = layers.LSTM(32, name="lstm")(inputs)  # (B, 32)
    return _network(inputs, layers.Dense(CLASSES, name="logits")(x))


def _network(inputs: keras.KerasTensor, logits: keras.KerasTensor) -> Network:
    import keras

    from attnlab.backbones import Network

    return Network(keras.Model(inputs, logits, name="network"), None, ())


DENSE = Case("planted features, dense", PLANTED, "dense")
DIGITS = Case("digits CNN", "digits", "none")
DIGITS_SE = Case("digits CNN, se", "digits", "se:ratio=4")
ATTENTION = Case("self-attention", PLANTED, "none", self_attention, (16, 64))
RECURRENT = Case("LSTM", PLANTED, "none", recurrent, (20, 16))
CASES = (DENSE, DIGITS, DIGITS_SE, ATTENTION, RECURRENT)
"""All that are compared epoch by epoch."""

QUICK_CASES = (DENSE,)
