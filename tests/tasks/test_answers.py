"""What a network answers is said in the words of the right answer."""

import numpy as np
import pytest

from attnlab import catalog
from attnlab.spec import TaskSpec
from attnlab.tasks import make
from attnlab.tasks.answers import Said, shown
from attnlab.tasks.data import arrays_in


@pytest.mark.parametrize("task", [entry.name for entry in catalog.tasks()])
def test_the_right_answer_has_the_words_of_the_label(task):
    spec = TaskSpec.model_validate(task)
    data, samples = make(spec, 0), shown(spec, 0, 3)
    targets = arrays_in(data.validation.y)[0]
    assert len(samples.examples) == 3
    for number, right in enumerate(samples.examples):
        target = targets[number]
        if np.ndim(target):
            answer = Said(tokens=tuple(target.tolist()))
        elif np.issubdtype(target.dtype, np.integer):
            answer = Said(label=int(target))
        else:
            answer = Said(value=float(target))
        answered = samples.answered(number, answer)
        assert answered.label == right.label
        if right.kind == "pair":
            assert tuple(answered.values[1]) == tuple(right.values[1])
    assert samples.data.train is samples.data.validation  # no more is held than is shown


def test_another_answer_has_other_words():
    spec = TaskSpec.model_validate("keyword-text")
    samples = shown(spec, 0, 2)
    assert samples.words(Said(label=1)) == "anger"
    writing = shown(TaskSpec.model_validate("reverse:length=3"), 0, 1)
    assert writing.words(Said(tokens=(2, 3, 1, 5))) == "AB"
    assert writing.words(Said(tokens=(1,))) == ""
