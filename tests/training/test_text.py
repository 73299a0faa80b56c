"""What attention finds in texts: the planted words, and never padding."""

import numpy as np
import pytest

from attnlab.tasks import make
from attnlab.training import EpochEnd, RunEnd

TASK = {"name": "keyword-text", "samples": 2000}


@pytest.mark.parametrize("arm", ["han", "hard"])
def test_planted_words_light_up_and_padding_gets_exactly_nothing(plan, events, arm):
    study = plan(arm, TASK, seeds=1)
    happened = events(study)
    last = [event for event in happened if isinstance(event, EpochEnd)][-1]
    [values] = [trace.measures for trace in last.traces]
    assert values["mass"] > 5 * values["chance"]
    assert values["hit"] > 0.9
    [end] = [event for event in happened if isinstance(event, RunEnd)]
    weights = end.traces[0].weights
    data = make(study.task, 0)
    padding = ~data.valid[: len(weights)]
    assert padding.any()
    assert (weights[padding] == 0).all()
    planted = np.where(data.truth[: len(weights)], weights, 0).sum(axis=1)
    assert planted.mean() > 5 * values["chance"]
