"""The file that a new module between queries and values begins with, and its test."""

from __future__ import annotations

from string import Template

MODULE = Template(r'''"""A module of my own: $title.

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
    fits="alignment",  # takes what writes and what was read: [queries (B, Q, D), values (B, T, E)]
    weighs="step",  # a weight for each step of the values ...
    leading=("query",),  # ... of each query, (B, Q, T) ...
    kind="distribution",  # ... which sum to one (softmax)
    output="Q, E",  # the values, weighed and summed up for each query
    count="D*E",  # how many weights it has, from the sizes and the parameters: checked
    parameters={  # a slider each; the keywords of the constructor
        "sharpness": number(
            1.0, low=0.1, high=10.0, step=0.1, help="How much the best match stands out."
        ),
    },
    formula=(  # LaTeX, an equation a line
        r"a_{qt} = \mathrm{softmax}_t(k\, q_q^\top W v_t)",
        r"y_q = \sum_t a_{qt}\, v_t",
    ),
    # papers=[("Author et al.: Title", 2024, "https://arxiv.org/abs/...")],
    # deviations="What differs from the paper.",
    task="reverse",  # where "Try it" shows it
)
class $class_name(keras.layers.Layer):
    """Compares each query with each value by a matrix. (This sentence stands on its card.)"""

    def __init__(self, *, sharpness=1.0, **kwargs):  # every parameter a keyword with a default
        super().__init__(**kwargs)  # name, dtype: as every Keras layer takes them
        self.sharpness = sharpness

    def build(self, input_shape):
        # Here, not in the constructor: the sizes are known now. Weights are float32 always.
        queries, values = input_shape
        self.match = keras.layers.Dense(
            queries[-1], use_bias=False, dtype=self.variable_dtype, name="match"
        )
        self.match.build((None, values[-1]))

    def call(self, inputs, mask=None, return_attention_scores=False):
        queries, values = (ops.cast(each, self.variable_dtype) for each in inputs)
        logits = self.sharpness * ops.einsum("bqd,btd->bqt", queries, self.match(values))
        of_values = None if mask is None else mask[1]  # of the queries nothing is masked
        if of_values is not None:  # a step that is padding weighs nothing
            logits = ops.where(of_values[:, None], logits, -1e9)
        scores = ops.softmax(logits, axis=-1)  # (B, Q, T)
        outputs = ops.cast(ops.matmul(scores, values), self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self):  # so that it can be saved: every parameter
        return {**super().get_config(), "sharpness": self.sharpness}
''')

TEST = Template('''"""$title keeps its promises, and computes what its definition says."""

from pathlib import Path

import numpy as np

from attnlab.own_modules import check, layer

FILE = Path(__file__).with_name("$file")


def test_it_keeps_the_promises_of_a_module():
    report = check(FILE)
    assert report.passed, str(report)


def test_it_computes_its_definition():
    match = layer(FILE, "$class_name")(sharpness=2.0)
    random = np.random.default_rng(0)
    queries, values = (random.normal(size=(3, n, 6)).astype("float32") for n in (2, 4))
    outputs, scores = match([queries, values], return_attention_scores=True)
    (matrix,) = (np.asarray(each) for each in match.get_weights())
    powers = np.exp(2.0 * np.einsum("bqd,btd->bqt", queries, values @ matrix))
    expected = powers / powers.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    np.testing.assert_allclose(outputs, expected @ values, atol=1e-5)
''')
