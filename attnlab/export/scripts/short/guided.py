"""The task whose gate is taught where to look: its data and its losses, in a few lines."""

from __future__ import annotations

from typing import Any

from attnlab.catalog import gate_size

MODEL = "GuidedModel"
"""The class of a model with two answers: what is where, and where to look."""

GATE = "ops.sigmoid(model.predict(x_test[:200], verbose=0)[1])"
"""The expression for how open the gate is for 200 test samples."""

LINES = """
digits = load_digits()
scans, labels = digits.images / 16, digits.target
# No split shows a scan that another one has.
parts = np.split(rng.permutation(len(scans)), [len(scans) * 4 // 6, len(scans) * 5 // 6])
of = np.repeat([0, 1, 2], [{train}, {held_out}, {count} - {train} - {held_out}])
y = rng.integers(0, {classes}, {count})
x = np.zeros(({count}, {size}, {size}, 1), "float32")
inside = np.zeros(({count}, {size}, {size}), "float32")
for canvas, square, label, split in zip(x[..., 0], inside, y, of, strict=True):
    pool = parts[split]
    for piece in scans[rng.choice(pool, {clutter})]:
        row, column, top, left = rng.integers(0, [4, 4, {loose}, {loose}])
        canvas[top : top + 5, left : left + 5] = piece[row : row + 5, column : column + 5]
    top, left = rng.integers(0, {size} - 7, 2)
    canvas[top : top + 8, left : left + 8] = scans[rng.choice(pool[labels[pool] == label])]
    square[top : top + 8, left : left + 8] = 1
# Where the gate should be open: the cells of 4 x 4 pixels that the digit covers most.
covered = inside.reshape({count}, {gate}, 4, {gate}, 4).mean(axis=(2, 4))
masks = (covered >= covered.max(axis=(1, 2), keepdims=True) / 2).astype("float32")
"""

PAIRED = """masks = np.split(masks, [len(y_train), len(y_train) + len(y_val)])
y_train, y_val, y_test = zip((y_train, y_val, y_test), masks, strict=True)
"""
"""What comes last: the targets are classes and masks."""

TAUGHT = '''class {model}(keras.Model):
    """Answers at every place, which count where the gate is open; the gate is taught, too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.right = keras.metrics.SparseCategoricalAccuracy(name="accuracy")

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        (labels, masks), (what, where) = y, y_pred
        gate = ops.sigmoid(where)[..., None] + 1e-7
        shares = gate / ops.sum(gate, axis=(1, 2), keepdims=True)
        self.right.update_state(labels, ops.sum(shares * ops.softmax(what), axis=(1, 2)))
        fine = -ops.log_softmax(what) * ops.one_hot(labels, {classes})[:, None, None]
        each = ops.binary_crossentropy(masks, where, from_logits=True)
        size = ops.sum(masks, axis=(1, 2), keepdims=True)  # the digit counts as all around it
        coarse = each * (masks / size + (1 - masks) / ({cells} - size)) / 2
        of_places = ops.sum(shares * fine, axis=-1) + {guidance} * coarse
        return ops.mean(ops.sum(of_places, axis=(1, 2)))'''


def more(params: Any) -> dict[str, int]:
    """What the lines of the data ask for besides the task's parameters."""
    return {"gate": gate_size(params), "loose": params.size - 4}


def model_class(params: Any) -> str:
    """The class of the model, which is taught by two losses."""
    cells = gate_size(params) ** 2
    return TAUGHT.format(model=MODEL, classes=params.classes, guidance=params.guidance, cells=cells)
