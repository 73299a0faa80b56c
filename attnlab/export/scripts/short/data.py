"""The data of a task in a few lines, as a tutorial would make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attnlab.catalog import planted_channels, planted_steps
from attnlab.export.files import ExportError
from attnlab.export.scripts.short import guided
from attnlab.export.scripts.short.labels import ending, with_rare
from attnlab.export.scripts.short.own_tables import number_lines, table_lines
from attnlab.export.scripts.short.own_texts import text_lines
from attnlab.export.scripts.short.refusing import refused
from attnlab.export.scripts.short.writing import dates_lines, reverse_lines
from attnlab.spec import TaskSpec
from attnlab.tasks.places import FRAGMENT_SIZE
from attnlab.tasks.streams import derive
from attnlab.tasks.vocabulary import KEYWORDS_EACH, PLAIN

SPLIT = """x_train, x_val, x_test = np.split(x, [{train}, {samples}])
y_train, y_val, y_test = np.split(y, [{train}, {samples}])
"""
PATTERNS = """
# A smooth pattern for each class, the same whatever SEED is.
patterns = np.random.default_rng({stream}).standard_normal(({classes}, {wide}, {wide}))
patterns = np.stack([gaussian_filter(each, {wide} / 8, mode="wrap") for each in patterns])
patterns -= patterns.min((1, 2), keepdims=True)
patterns *= 2 / patterns.max((1, 2), keepdims=True)
"""


def _drawn(lines: str, params: Any, **more: Any) -> str:
    """Samples that are drawn: as many as the task has, and those for the test."""
    held_out = params.samples // 5
    count = params.samples + max(held_out, params.test_samples)
    given = {**params.model_dump(), "train": params.samples - held_out, "held_out": held_out}
    given["last"] = params.classes - 1
    text = with_rare(lines, params.imbalance) + SPLIT
    return text.format(count=count, **{**given, **more})


def _features(params: Any) -> str:
    return _drawn(
        """
y = rng.integers(0, {classes}, {count})
x = rng.standard_normal(({count}, {features}), dtype="float32")
x[:, {planted}] = y  # this feature tells the class, all others are noise
""",
        params,
    )


def _table(params: Any) -> str:
    loader = f"load_{params.dataset.replace('-', '_')}"
    return f"""
x, y = {loader}(return_X_y=True)
{_FIFTHS}
x = (x - x[: cuts[0]].mean(axis=0)) / x[: cuts[0]].std(axis=0)  # by the training samples alone
{_PARTS}"""


def _diabetes(params: Any) -> str:
    return f"""
x, y = load_diabetes(return_X_y=True, scaled=False)
{_FIFTHS}
# Inputs and targets in standard deviations from the mean of the training samples.
x = (x - x[: cuts[0]].mean(axis=0)) / x[: cuts[0]].std(axis=0)
y = (y - y[: cuts[0]].mean()) / y[: cuts[0]].std()
{_PARTS}"""


_FIFTHS = """order = rng.permutation(len(x))
x, y = x[order], y[order]
cuts = [len(x) - 2 * (len(x) // 5), len(x) - len(x) // 5]  # a fifth each to validate and to test"""
_PARTS = """x_train, x_val, x_test = np.split(x, cuts)
y_train, y_val, y_test = np.split(y, cuts)
"""


def _digits(params: Any) -> str:
    return f"""
images, y = load_digits(return_X_y=True)
x = images[y < {params.classes}].reshape(-1, 8, 8, 1) / 16  # 0..1
y = y[y < {params.classes}]
{_FIFTHS}
{_PARTS}"""


def _channels(params: Any) -> str:
    shown = list(planted_channels(params))
    stream = derive(0, "planted-channels", "patterns", params.size)
    return _drawn(
        PATTERNS
        + """y = rng.integers(0, {classes}, {count})
x = {noise} * rng.standard_normal(({count}, {size}, {size}, {channels}), dtype="float32")
for channel in {shown}:  # these show the class, all others are noise
    x[..., channel] += patterns[y]
""",
        params,
        stream=stream,
        wide=params.size,
        shown=shown,
    )


def _location(params: Any) -> str:
    stream = derive(0, "planted-channels", "patterns", params.glyph)
    return _drawn(
        PATTERNS
        + """y = rng.integers(0, {classes}, {count})
x = {noise} * rng.standard_normal(({count}, {size}, {size}, {channels}), dtype="float32")
corners = rng.integers(0, {size} - {glyph} + 1, ({count}, 2))
for image, label, (row, column) in zip(x, y, corners, strict=True):  # anywhere, but only once
    image[row : row + {glyph}, column : column + {glyph}] += patterns[label][..., None]
""",
        params,
        stream=stream,
        wide=params.glyph,
    )


def _cluttered(params: Any) -> str:
    return _drawn(
        """
scans, labels = load_digits(return_X_y=True)
scans = scans.reshape(-1, 8, 8) / 16
# No split shows a scan that another one has: 60 % are for training, 20 % each for the others.
parts = np.split(rng.permutation(len(scans)), [len(scans) * 3 // 5, len(scans) * 4 // 5])
of = np.repeat([0, 1, 2], [{train}, {held_out}, {count} - {train} - {held_out}])
y = rng.integers(0, {classes}, {count})
x = np.zeros(({count}, {size}, {size}, 1), "float32")


def lay(canvas, piece):
    row, column = rng.integers(0, {size} - len(piece) + 1, 2)
    place = canvas[row : row + len(piece), column : column + len(piece), 0]
    np.maximum(place, piece, out=place)  # where things overlap, the brighter one is seen


pools = [[part[labels[part] == label] for label in range({classes})] for part in parts]
for canvas, label, split in zip(x, y, of, strict=True):
    for scan in scans[rng.choice(parts[split], {fragments})]:
        row, column = rng.integers(0, {loose}, 2)
        lay(canvas, scan[row : row + {piece}, column : column + {piece}])
    lay(canvas, scans[rng.choice(pools[split][label])])
""",
        params,
        piece=FRAGMENT_SIZE,
        loose=8 - FRAGMENT_SIZE + 1,
    )


def _steps(params: Any) -> str:
    first, second = planted_steps(params)
    return _drawn(
        """
y = rng.integers(0, {classes}, {count})
symbols = rng.integers(0, {classes}, ({count}, {steps}))
# Two marked symbols add up to the class; either alone says nothing about it.
symbols[:, {second}] = (y - symbols[:, {first}]) % {classes}
x = np.zeros(({count}, {steps}, {classes} + 1), "float32")
np.put_along_axis(x, symbols[..., None], 1, axis=-1)  # one-hot
x[:, [{first}, {second}], -1] = 1  # the marks
""",
        params,
        first=first,
        second=second,
    )


def _keywords(params: Any) -> str:
    return _drawn(
        """
# Words are numbers: plain ones from 1, then {each} keywords of each class; 0 is padding.
y = rng.integers(0, {classes}, {count})
x = rng.integers(1, {first}, ({count}, {length}))
lengths = rng.integers({shortest}, {length} + 1, {count})
for text, label, length in zip(x, y, lengths, strict=True):
    places = rng.choice(length, {keywords}, replace=False)
    text[places] = {first} + label * {each} + rng.integers(0, {each}, {keywords})
    text[length:] = 0
""",
        params,
        each=KEYWORDS_EACH,
        first=1 + len(PLAIN),
        shortest=-(-params.length // 2),
    )


def _documents(params: Any) -> str:
    return _drawn(
        """
# Words are numbers: plain ones from 1, then {each} keywords of each class; 0 is padding.
y = rng.integers(0, {classes}, {count})
x = rng.integers(1, {first}, ({count}, {sentences}, {words}))
for document, label in zip(x, y, strict=True):
    document[rng.integers({few}, {sentences} + 1) :] = 0
    for sentence in document:
        sentence[rng.integers({short}, {words} + 1) :] = 0
    row, column = rng.choice(np.argwhere(document > 0))  # one word carries the class
    document[row, column] = {first} + label * {each} + rng.integers(0, {each})
""",
        params,
        each=KEYWORDS_EACH,
        first=1 + len(PLAIN),
        few=-(-params.sentences // 2),
        short=-(-params.words // 2),
    )


def _guided(params: Any) -> str:
    return _drawn(guided.LINES, params, **guided.more(params))


DATA: Mapping[str, Callable[[Any], str]] = {
    "attnlab.tasks.features:planted_features": _features,
    "attnlab.tasks.features:tabular": _table,
    "attnlab.tasks.features:diabetes": _diabetes,
    "attnlab.tasks.images:digits": _digits,
    "attnlab.tasks.images:planted_channels": _channels,
    "attnlab.tasks.places:planted_location": _location,
    "attnlab.tasks.places:cluttered_digits": _cluttered,
    "attnlab.tasks.steps:planted_steps": _steps,
    "attnlab.tasks.text:keyword_text": _keywords,
    "attnlab.tasks.text:documents": _documents,
    "attnlab.tasks.guided:guided": _guided,
    "attnlab.tasks.reverse:reverse": reverse_lines,
    "attnlab.tasks.dates:dates": dates_lines,
}
"""What writes the data of a task in a few lines, by the function that makes them here."""

OWN: Mapping[str, Callable[[Any, int], str]] = {
    "attnlab.tasks.own_table:own_table": table_lines,
    "attnlab.tasks.own_number:own_number": number_lines,
    "attnlab.tasks.own_text:own_text": text_lines,
}
"""The same of own files, whose lines are tried with the seed of the script."""

LAST = {"attnlab.tasks.guided:guided": guided.PAIRED}
"""What comes behind all else."""


def data_lines(task: TaskSpec, seed: int) -> str:
    """The code that makes x_train, y_train, x_val, y_val, x_test and y_test, with `rng` where
    anything is drawn.

    Raises ExportError for a task whose data take more.
    """
    if task.own is not None:
        raise ExportError(
            f"no short script can be written: {task.name} is a task of your own, whose code stands "
            "in the exact script"
        )
    params: Any = task.params
    if task.entry.data in OWN:
        text = OWN[task.entry.data](params, seed)
    elif task.entry.data in DATA:
        text = DATA[task.entry.data](params)
    else:
        raise refused(f"the data of {task.name} take more than a few lines")
    text += ending(params, drawn="samples" in type(params).model_fields)
    text += LAST.get(task.entry.data, "")
    return text.strip("\n")
