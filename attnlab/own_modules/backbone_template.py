"""The file that a new network begins with, and its test."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from attnlab.spec import Slot, SpecError, shown
from attnlab.spec.own_backbones import TRIED
from attnlab.wording import capitalised

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")

_BUILT: Mapping[Slot, tuple[str, str]] = {
    "image": (
        ", width=16, dropout=0.2",
        """    x = inputs  # (B, H, W, C), pixels in 0..1
    for filters in (width, 2 * width):  # width and dropout are sliders of every task on images
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        x = slot(x)  # a module may stand here: (B, H, W, filters) in and out
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
""",
    ),
    "features": (
        "",
        """    x = slot(inputs)  # a module may stand here: (B, D) in and out
    x = layers.Dense(32, activation="relu")(x)
    x = slot(x)  # and here: slots=1, slots=2 or slots=all says where it does
""",
    ),
    "steps": (
        ", units=32",
        """    x = layers.Dense(units, activation="relu")(inputs)  # (B, T, units)
    x = slot(x)  # a module may stand here
    if len(x.shape) == 3:  # one that sums the steps up leaves (B, units)
        x = layers.GlobalAveragePooling1D()(x)
""",
    ),
}
"""What the function takes besides, and its lines, by what stands in its slots."""

_FILE = Template('''"""A network of my own: $title.

Change it, save it, and compare modules in it:

    $command check $path
    $command run --task $task --backbone $path --arm none --arm $module
"""

from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="$slot")
def $function(inputs, outputs, slot$further):
    """$title. (This sentence is what people read of it.)"""
$lines    return layers.Dense(outputs)(x)  # logits: no softmax
''')

_TEST = Template('''"""$title keeps the promises of a network."""

from pathlib import Path

from attnlab.own_modules import check

FILE = Path(__file__).with_name("$file")


def test_it_keeps_its_promises():
    report = check(FILE)
    assert report.passed, str(report)
''')


def files_for(name: str, slot: Slot, folder: Path, command: str) -> dict[Path, str]:
    """The text of a network's file and of its test, by path. Raises SpecError for a name that none
    can have."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SpecError(
            f"a network's name is small letters, digits and dashes such as tiny-net, got "
            f"{shown(name)}"
        )
    words = re.split("[-_]", name)
    function = "_".join(words)
    path, test = folder / f"{function}.py", folder / f"test_{function}.py"
    further, lines = _BUILT[slot]
    values = {
        "title": capitalised(" ".join(words)),
        "command": command,
        "path": path,
        "file": path.name,
        "task": TRIED[slot].partition(":")[0],
        "module": {"image": "eca", "features": "dense", "steps": "attention-pool"}[slot],
        "slot": slot,
        "function": function,
        "further": further,
        "lines": lines,
    }
    return {path: _FILE.substitute(values), test: _TEST.substitute(values)}
