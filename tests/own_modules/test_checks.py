"""A module for each promise that it does not keep, refused with its own message."""

import re
from pathlib import Path

import pytest

from attnlab.own_modules.template import files_for

from .conftest import GATE, POOL, spoiled

SPOILED = {
    "shape": (GATE, [("outputs = inputs * ops.cast(scores, self.compute_dtype)",
                      "outputs = (inputs * scores)[:, :-1]")],
              r"gives outputs of shape \(B, 15\) for inputs that ask for \(B, 16\)"),
    "no scores": (GATE, [("return (outputs, scores) if return_attention_scores else outputs",
                          "return outputs")],
                  "must return a pair of outputs and scores, it returns a tensor of shape"),
    "always scores": (GATE, [(" if return_attention_scores else outputs", "")],
                      "returns scores although return_attention_scores is False"),
    "shape of scores": (GATE, [("return (outputs, scores) if",
                                "return (outputs, scores[:, :1]) if")],
                        r"returns scores of shape \(3, 1\).*\(batch, feature\) is \(3, 16\)"),
    "wrong axis": (POOL, [("ops.softmax(logits, axis=-1)", "ops.softmax(logits, axis=0)")],
                   "but to one over the batch: softmax over the wrong axis"),
    "no distribution": (GATE, [('kind="gate"', 'kind="distribution"')],
                        "declares a distribution over each feature, and its weights sum to"),
    "gate": (GATE, [("(1 + ops.tanh(self.sharpness * self.score(inputs))) / 2",
                     "ops.tanh(self.sharpness * self.score(inputs))")],
             "declares a gate, which lies between 0 and 1, and gives weights from -"),
    "gradient": (GATE, [("self.score(inputs)))", "ops.stop_gradient(self.score(inputs))))")],
                 r"no gradient reaches: score/kernel \(none at all\) and score/bias"),
    "count": (GATE, [('count="D**2 + D"', 'count="D**2"')],
              r"has 272 weights at D=16, sharpness=1.0, and count='D\*\*2' says 256"),
    "start": (POOL, [("self.score.build(input_shape)",
                      "self.score.build(input_shape)\n        self.add_weight(\n"
                      "            shape=(), initializer='ones', trainable=False, name='idle')\n"
                      "        self.scale = self.add_weight(\n"
                      "            shape=(), initializer='ones', name='scale')"),
                     ("ops.softmax(logits", "ops.softmax(self.scale * logits"),
                     ('count="D + 1"', 'count="D + 3"')],
              "layer 'attention' must keep the initialiser of its weight 'scale' as scale_initial"),
    "lost when saved": (GATE, [('{**super().get_config(), "sharpness": self.sharpness}',
                                "super().get_config()")],
                        "loses sharpness when it is saved"),
    "bounds": (GATE, [("self.sharpness = sharpness",
                       "self.sharpness = sharpness\n        assert sharpness < 9")],
               "fails: mine.py, line 22: AssertionError"),
    "other when made again": (GATE, [("self.sharpness = sharpness",
                                      "self.sharpness = sharpness * 2"),
                                     ('"sharpness": self.sharpness}',
                                      '"sharpness": self.sharpness / 2 or 1}'),
                                     ("self.sharpness * self.score",
                                      "(self.sharpness + self.drawn) * self.score"),
                                     ("super().__init__(**kwargs)",
                                      "super().__init__(**kwargs)\n        "
                                      "self.drawn = next(NUMBERS)"),
                                     ("import keras\n", "import itertools\nimport keras\n"),
                                     ("@module", "NUMBERS = itertools.count()\n\n\n@module")],
                              "gives other outputs once it is made again"),
    "takes no mask": (POOL, [("mask=None, ", ""),
                             ("        if mask is not None:\n"
                              "            logits = ops.where(mask, logits, -1e9)\n", "")],
                      r"takes no mask: write call\(self, inputs, mask=None"),
    "mask": (POOL, [("ops.where(mask, logits, -1e9)", "logits")],
             "gives other outputs when what stands in padded steps changes"),
    "float16": (GATE, [("inputs * ops.cast(scores, self.compute_dtype)",
                        "inputs * ops.cast(scores, self.compute_dtype) "
                        "* ops.sum(inputs * inputs) * 1e-9")],
                "not finite in float16"),
    "dtype": (GATE, [("inputs * ops.cast(scores, self.compute_dtype)",
                      "ops.cast(inputs, 'float32') * scores")],
              "gives outputs in float32 where the network computes in float16"),
    "name": (GATE, [('name="tanh-gate"', 'name="Tanh Gate"')],
             "name must be small letters, digits and dashes such as tanh-gate, got 'Tanh Gate'"),
    "arithmetic": (GATE, [('count="D**2 + D"', 'count="D**2 + E"')],
                   "cannot be used as declared: unknown name 'E'"),
}  # fmt: skip


BEGUN = next(iter(files_for("my-match", "alignment", Path(), "attnlab").values()))


@pytest.mark.parametrize("text", [GATE, POOL, BEGUN], ids=["gate", "pool", "begun alignment"])
def test_a_module_that_keeps_its_promises_is_taken(report, text):
    found = report(text)
    assert found.passed, str(found)
    (module,) = found.modules
    assert {each.outcome for each in module.findings} == {"passed"}
    assert module.notes == []


@pytest.mark.parametrize("promise", SPOILED)
def test_a_promise_that_is_not_kept_is_named(report, promise):
    text, changes, message = SPOILED[promise]
    found = report(spoiled(text, *changes))
    (module,) = found.modules
    assert not found.passed
    assert [each.outcome for each in module.findings][:-1] == ["passed"] * (
        len(module.findings) - 1
    )
    (refusal,) = module.refusals
    assert re.search(message, refusal), refusal
    assert refusal in str(found)
    assert found.brought == ()


def test_one_that_cannot_be_stacked_is_taken_and_trained_seed_by_seed(report):
    by_python = "tf.ensure_shape(tf.py_function(lambda x: x, [inputs], inputs.dtype), inputs.shape)"
    found = report(
        spoiled(
            GATE,
            ("import keras\n", "import keras\nimport tensorflow as tf\n"),
            ("scores = (1 +", f"inputs = {by_python}\n        scores = (1 +"),
        )
    )
    assert found.passed, str(found)
    (module,), (own,) = found.modules, found.brought
    assert module.notes[0].startswith("its seeds are trained one by one, which takes longer (")
    assert not own.entry.stacks
