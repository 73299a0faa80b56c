"""What a run's texts are worth, as its last event tells it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attnlab.spec import TESTED, VALIDATED
from attnlab.tasks.text_measures import text_measures
from attnlab.tasks.texts import TaskTexts


def of_texts(texts: TaskTexts, answers: Mapping[str, np.ndarray]) -> dict[str, float]:
    """`RunEnd.at_end` from the tokens (N, T) written for each split, by what goes before the names
    of its measures."""
    right = {VALIDATED: texts.validation, TESTED: texts.test}
    return {
        f"{prefix}{name}": value
        for prefix, tokens in answers.items()
        for name, value in text_measures(list(texts.of_answers(tokens)), right[prefix]).items()
    }
