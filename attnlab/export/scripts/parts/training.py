"""Training a compiled model on one seed, with plain `model.fit`."""

from __future__ import annotations

from collections.abc import Callable

import keras

from attnlab.tasks.data import Split, TaskData
from attnlab.training.group import batch_order
from attnlab.training.initial_weights import drawn_weights
from attnlab.training.machine_limits import EVALUATION_BATCH

Row = dict[str, float]
"""What an epoch gave, by name."""


def begin(model: keras.Model, seed: int, module_stream: int = 0) -> None:
    """Give every weight the start that this seed draws for it; others stay as they were built."""
    drawn = drawn_weights(model, seed, module_stream)
    for variable in model.variables:
        if id(variable) in drawn:
            variable.assign(drawn[id(variable)])


def evaluate(model: keras.Model, split: Split) -> Row:
    """Loss and accuracy on a split, then what else the model measures."""
    seen = model.evaluate(
        split.x, split.y, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True
    )
    return {"loss": seen.pop("loss"), "accuracy": seen.pop("accuracy"), **seen}


def one_epoch(
    model: keras.Model,
    data: TaskData,
    seed: int,
    epoch: int,
    batch_size: int,
    look: Callable[[keras.Model, Split], Row],
) -> Row:
    """Train for an epoch, in the order that the seed has for it, validate, and print a line."""
    order = batch_order(seed, epoch, len(data.train))
    x, y = keras.tree.map_structure(lambda array: array[order], (data.train.x, data.train.y))
    trained = model.fit(x, y, batch_size=batch_size, shuffle=False, verbose=0).history
    row = {name: trained[name][0] for name in ("loss", "accuracy") if name in trained}
    row |= {f"val_{name}": value for name, value in look(model, data.validation).items()}
    print(f"epoch {epoch}:", row_text(row), flush=True)
    return row


def train(
    model: keras.Model,
    data: TaskData,
    seed: int,
    *,
    epochs: int,
    batch_size: int,
    look: Callable[[keras.Model, Split], Row] = evaluate,
) -> list[Row]:
    """Train for all epochs; returns what each of them gave."""
    return [one_epoch(model, data, seed, epoch, batch_size, look) for epoch in range(1, epochs + 1)]


def train_patiently(
    model: keras.Model,
    data: TaskData,
    seed: int,
    *,
    epochs: int,
    batch_size: int,
    patience: int,
    look: Callable[[keras.Model, Split], Row] = evaluate,
) -> list[Row]:
    """Train until so many epochs brought no better validation loss; keeps the best weights."""
    rows: list[Row] = []
    best, weights = 0, model.get_weights()
    for epoch in range(1, epochs + 1):
        rows.append(one_epoch(model, data, seed, epoch, batch_size, look))
        if not best or rows[-1]["val_loss"] < rows[best - 1]["val_loss"]:
            best, weights = epoch, model.get_weights()
        if epoch - best >= patience:
            break
    model.set_weights(weights)
    print(f"the weights of epoch {best} are kept")
    return rows


def row_text(row: Row) -> str:
    """The numbers of a row as they are printed."""
    return ", ".join(f"{name} {value:.6g}" for name, value in row.items())
