"""The file that a new module begins with, and its test."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from attnlab.own_modules import alignment_template
from attnlab.spec import Slot, SpecError, shown
from attnlab.wording import capitalised

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True)
class _Kind:
    """What differs between the templates of different inputs."""

    inputs: str
    shape: str
    weighs: str
    size: str
    squeeze: str
    spread: str
    task: str
    mask: str = ""
    masked: str = ""
    formula: str = ""


KINDS: Mapping[Slot, _Kind] = {
    "features": _Kind(
        inputs="features",
        shape="(B, D)",
        weighs="feature",
        size="D",
        squeeze="squeezed = inputs  # (B, D): nothing to sum up",
        spread="scores",
        task="planted-features",
        formula="x",
    ),
    "image": _Kind(
        inputs="an image",
        shape="(B, H, W, C)",
        weighs="channel",
        size="C",
        squeeze="squeezed = ops.mean(ops.cast(inputs, self.variable_dtype), axis=(1, 2))  # (B, C)",
        spread="scores[:, None, None, :]",
        task="planted-channels",
        formula=r"\mathrm{mean}_{ij}\,x_{ij}",
    ),
    "steps": _Kind(
        inputs="a sequence",
        shape="(B, T, D)",
        weighs="step",
        size="D",
        squeeze="squeezed = inputs  # (B, T, D): each step by itself",
        spread="scores[:, :, None]",
        task="planted-steps",
        mask="mask=None, ",
        masked="        if mask is not None:  # a step that is padding weighs nothing\n"
        "            scores = scores * ops.cast(mask, scores.dtype)\n",
        formula="x_t",
    ),
}

_MODULE = Template(r'''"""A module of my own: $title.

Change it, save it, and look: the Modules page of `$command app` reads it again.
Check it with:

    $command check $path
    python -m pytest $test
"""

import keras
from keras import ops

from attnlab.own_modules import module, number


@module(
    name="$name",  # what plans and the command line call it
    title="$title",
    fits="$slot",  # takes $inputs: $shape
    weighs="$weighs",  # a weight for each ...
    kind="gate",  # ... between 0 and 1; "distribution" if they sum to one (softmax)
    count="$count",  # how many weights it has, from the sizes and the parameters: checked
    parameters={  # a slider each; the keywords of the constructor
        "sharpness": number(
            1.0, low=0.1, high=10.0, step=0.1, help="How steeply the gate opens."
        ),
    },
    formula=(  # LaTeX, an equation a line
        r"s = \sigma(k\,(W\,$formula + b))",
        r"y = x \odot s",
    ),
    # papers=[("Author et al.: Title", 2024, "https://arxiv.org/abs/...")],
    # deviations="What differs from the paper.",
    task="$task",  # where "Try it" shows it
)
class $class_name(keras.layers.Layer):
    """Gates each $weighs by one dense layer. (This sentence stands on its card.)"""

    def __init__(self, *, sharpness=1.0, **kwargs):  # every parameter a keyword with a default
        super().__init__(**kwargs)  # name, dtype: as every Keras layer takes them
        self.sharpness = sharpness

    def build(self, input_shape):
        # Here, not in the constructor: the sizes are known now. Weights are float32 always.
        units = $units
        self.score = keras.layers.Dense(units, dtype=self.variable_dtype, name="score")
        self.score.build((None, input_shape[-1]))

    def call(self, inputs, ${mask}return_attention_scores=False):
        $squeeze
        scores = ops.sigmoid(self.sharpness * self.score(squeezed))$last
$masked        outputs = inputs * ops.cast($spread, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self):  # so that it can be saved: every parameter
        return {**super().get_config(), "sharpness": self.sharpness}
''')

_TEST = Template('''"""$title keeps its promises, and computes what its definition says."""

from pathlib import Path

import numpy as np

from attnlab.own_modules import check, layer

FILE = Path(__file__).with_name("$file")


def test_it_keeps_the_promises_of_a_module():
    report = check(FILE)
    assert report.passed, str(report)


def test_it_computes_its_definition():
    gate = layer(FILE, "$class_name")(sharpness=2.0)
    x = np.random.default_rng(0).normal(size=$sample).astype("float32")
    outputs, scores = gate(x, return_attention_scores=True)
    kernel, bias = (np.asarray(each) for each in gate.get_weights())
    z = $numpy
    expected = 1 / (1 + np.exp(-2.0 * (z @ kernel + bias)))$numpy_last
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    np.testing.assert_allclose(outputs, x * $numpy_spread, atol=1e-5)
''')


def files_for(name: str, slot: Slot, folder: Path, command: str) -> dict[Path, str]:
    """The text of a module's file and of its test, by path. Raises SpecError for a name that none
    can have."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SpecError(
            f"a module's name is small letters, digits and dashes such as tanh-gate, got "
            f"{shown(name)}"
        )
    words = re.split("[-_]", name)
    stem = "_".join(words)
    path, test = folder / f"{stem}.py", folder / f"test_{stem}.py"
    named = {
        "name": "-".join(words),
        "title": capitalised(" ".join(words)),
        "class_name": "".join(map(str.capitalize, words)),
        "command": command,
        "path": path,
        "test": test,
        "file": path.name,
    }
    if slot == "alignment":
        return {
            path: alignment_template.MODULE.substitute(named),
            test: alignment_template.TEST.substitute(named),
        }
    kind = KINDS[slot]
    by_step = slot == "steps"
    values = {
        **vars(kind),
        **named,
        "slot": slot,
        "count": "D + 1" if by_step else f"{kind.size}**2 + {kind.size}",
        "units": "1" if by_step else "input_shape[-1]",
        "last": "[..., 0]  # (B, T)" if by_step else "",
        "sample": {"features": "(3, 6)", "image": "(3, 4, 5, 6)", "steps": "(3, 4, 6)"}[slot],
        "numpy": "x.mean(axis=(1, 2))" if slot == "image" else "x",
        "numpy_last": "[..., 0]" if by_step else "",
        "numpy_spread": {
            "features": "expected",
            "image": "expected[:, None, None, :]",
            "steps": "expected[:, :, None]",
        }[slot],
    }
    return {path: _MODULE.substitute(values), test: _TEST.substitute(values)}
