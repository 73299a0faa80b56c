"""What guessing would score, as a dotted line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from attnlab.charts.palette import NOTE_SIZE, REFERENCE
from attnlab.charts.scale import Scale


def chance_level(
    scale: Scale, domain: Sequence[float], settings: dict[str, Any]
) -> list[alt.Chart]:
    """A line across at the chance level, with its name; nothing where the axis does not reach it.

    `domain` is what the axis of scores shows and `settings` how its channel is drawn.
    """
    if scale.chance is None or not domain[0] <= scale.factor * scale.chance <= domain[1]:
        return []
    row = pd.DataFrame({"score": [scale.factor * scale.chance], "words": ["chance"]})
    base = alt.Chart(row).encode(y=alt.Y("score:Q", **settings))
    return [
        base.mark_rule(strokeDash=[2, 3], strokeWidth=1.2, color=REFERENCE),
        base.mark_text(align="left", dy=9, fontSize=NOTE_SIZE, color=REFERENCE).encode(
            x=alt.value(6), text="words:N"
        ),
    ]
