"""Texts of one's own: an unknown token is never right, and BLEU is measured at the end of a run."""

import numpy as np
import tensorflow as tf

from attnlab import TaskSpec
from attnlab.data.pairs.vocabulary import END, UNKNOWN
from attnlab.tasks import make
from attnlab.tasks.text_measures import text_measures
from attnlab.training import RunEnd
from attnlab.training.translation import Translation
from tests.data.tables.tables import written


def test_an_unknown_token_is_never_right():
    targets = tf.constant([[3, 4, END, 0], [3, UNKNOWN, END, 0]])
    logits = [tf.one_hot(targets, 6)]
    objective = Translation(6)
    np.testing.assert_allclose(objective.right(targets, logits), [1, 2 / 3])
    np.testing.assert_array_equal(objective.extra_values(targets, logits, targets), [[1], [0]])


def test_a_run_ends_with_what_its_texts_are_worth(tmp_path, plan, events):
    lines = "".join(f"word {number}\tmot {number}\n" for number in range(30))
    path = written(tmp_path / "p.tsv", lines)
    task = {"name": "own-pairs", "data": str(path), "units": 16, "embedding": 8}
    study = plan("none", task, seeds=2, epochs=1)
    ends = [each for each in events(study, together=2) if isinstance(each, RunEnd)]
    assert len(ends) == 2
    for end in ends:
        texts = make(TaskSpec.model_validate(task), end.seed).texts
        wrote = list(texts.of_answers(end.predictions))
        measured = text_measures(wrote, texts.test)
        assert {name: end.at_end[f"test_{name}"] for name in measured} == measured
        assert end.at_end.keys() == {"val_bleu", "val_chrf", "test_bleu", "test_chrf"}
        assert end.confusion is None
