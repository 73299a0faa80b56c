"""Networks of tasks, and inputs for them."""

import functools

import numpy as np

from attnlab import TaskSpec
from attnlab.backbones import build
from attnlab.spec import ModuleSpec

TASKS = {
    "planted-features": "planted-features:features=12,classes=4",
    "tabular": "tabular:dataset=wine",
    "digits": "digits:width=8,blocks=3,head=16",
    "planted-channels": "planted-channels:channels=8,signal=1",
    "planted-location": "planted-location:size=10,glyph=4,width=8,blocks=3,channels=2",
    "cluttered-digits": "cluttered-digits:size=12,width=8",
    "image-folder": "image-folder:size=9,width=8",
    "planted-steps": "planted-steps:steps=6,units=16",
    "keyword-text": "keyword-text:length=6,units=16",
    "documents": "documents:sentences=3,words=4,units=16",
    "reverse": "reverse:length=5,units=16,letters=4",
    "dates": "dates:units=16",
    "guided": "guided:size=16,width=4",
}
WHERE = ("standard", "pre", "post", "identity")
NETWORKS = {
    **{f"residual, {where}": f"digits:backbone=residual,width=8,where={where}" for where in WHERE},
    "mobile": "digits:backbone=mobile,width=8,blocks=3",
    "residual, of a folder": "image-folder:backbone=residual,width=8,size=8,blocks=1",
    "mobile, with places": "planted-location:backbone=mobile,width=8",
    "keyword-text, LSTM": "keyword-text:length=6,units=16,encoder=lstm",
    "keyword-text, Transformer": "keyword-text:length=6,units=16,encoder=transformer,pooling=class",
    "vit": "digits:backbone=vit,width=8,pooling=class",
    "documents, GRU": "documents:sentences=3,words=4,units=16,encoder=gru",
}
TASKS |= NETWORKS


@functools.cache
def network(task, module="none"):
    """The network, built once for all tests: none minds what weights another one gave it."""
    module = ModuleSpec.model_validate(module)
    own = module.of or module
    if "ratio" in type(own.params).model_fields and own.params.ratio > 4:
        own = ModuleSpec.model_validate({"name": own.name, "ratio": 4})
        control = {"name": module.name, "of": own}
        module = ModuleSpec.model_validate(control) if module.of else own
    return build(TaskSpec.model_validate(TASKS.get(task, task)), module)


def weighs_nothing(module):
    return module == "none" or module.startswith("matched")


def inputs_of(net, samples=6):
    random = np.random.default_rng(0)
    given = [
        random.integers(0, 4, (samples, *each.shape[1:]))
        if each.dtype == "int32"
        else random.standard_normal((samples, *each.shape[1:]))
        for each in net.model.inputs
    ]
    return given if len(given) > 1 else given[0]
