"""Weights of made-up arms, and what a panel of them shows."""

import json

import numpy as np
import pandas as pd

from attnlab import Study
from attnlab.charts import attention_domains, attention_panel

STUDY = Study(
    task={"name": "planted-features", "features": 4, "planted": 1},
    arms=["none", "dense", "feature-gate", "bottleneck-dense"],
)
IMAGES = Study(task={"name": "digits"}, arms=["none", "cbam", "cbam-spatial"])


def trace(arm, seed, weights, axis="feature", kind="distribution", epoch=1, shape=None):
    rows = pd.DataFrame({"index": range(len(weights))})
    about = {"study": "s", "arm": arm, "seed": seed, "epoch": epoch, "axis": axis, "kind": kind}
    weight = np.asarray(weights, dtype=np.float32)
    return rows.assign(**about, weight=weight, shape=json.dumps(shape or [len(weights)]))


DENSE = pd.concat(
    [trace("dense", 0, [0.1, 0.7, 0.1, 0.1]), trace("dense", 1, [0.3, 0.3, 0.2, 0.2])]
)
GATE = trace("feature-gate", 0, [0.2, 0.9, 0.4, 0.1], kind="gate")


def panel(traces, study=STUDY, **options):
    return json.loads(
        attention_panel(traces, study, attention_domains(traces), **options).to_json()
    )


def layer(spec, mark, place=0):
    found = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark][place]
    data = found.get("data") or spec["data"]  # a single layer's data moves to the top
    return {**found, "rows": spec["datasets"][data["name"]]}


HEADS = Study(task=STUDY.task, arms=["none", "dense", "multi-head-dense"])


def heads(weights, seed=0):
    own = HEADS.arms[2].label
    shape = list(np.shape(weights))
    return trace(own, seed, np.ravel(weights), "head,feature", shape=shape)
