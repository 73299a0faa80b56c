"""What a study recorded while it trained: the rows behind charts over epochs."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from attnlab.spec import Study

MEASURE_COLUMNS = ("arm", "seed", "epoch", "axis", "kind", "name", "value")


def _no_measures() -> pd.DataFrame:
    return pd.DataFrame(columns=list(MEASURE_COLUMNS))


@dataclass(frozen=True)
class StudyHistory:
    """A study and its rows over the epochs, as the store gives them.

    - curves: a row per arm, seed and epoch: arm, seed, epoch, val_loss, and a column for each
      metric that was followed, `"val_" + name` and `name` on the training data. It may be empty, or
      still growing
    - measures: a row per arm, seed, epoch, axis and measure of attention, with its value; empty
      where only the curves are asked for
    """

    study: Study
    curves: pd.DataFrame
    measures: pd.DataFrame = field(default_factory=_no_measures)
