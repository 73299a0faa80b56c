"""The comparisons of a claim as a table, on the page and to take away."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from attnlab.claims import claim_numbers
from attnlab.claims.outcome import CheckOutcome
from attnlab.ui.html import TABLE_STYLE, table_classes

_HEADINGS = ("Measured by", "Arm", "Against", "Difference", "p", "Pairs", "Shows")


def comparisons_table(checks: Sequence[CheckOutcome]) -> str:
    """A row per comparison, as HTML: its difference with the interval and p that its word rests
    on."""
    rows = [
        (
            check.metric.title,
            arm.label,
            arm.against,
            claim_numbers.difference(arm, check.metric),
            claim_numbers.p_alone(arm),
            str(arm.n),
            arm.word,
        )
        for check in checks
        for arm in check.arms
    ]
    head = "".join(f"<th>{heading}</th>" for heading in _HEADINGS)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'{TABLE_STYLE}<div class="{table_classes(len(rows))}"><table data-testid="comparisons">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def comparisons_frame(
    checks: Sequence[CheckOutcome], again: Sequence[CheckOutcome] = ()
) -> pd.DataFrame:
    """The same at full resolution, in the metric's own unit; `again` on fresh seeds."""
    return pd.DataFrame(
        [
            {
                "seeds": seeds,
                "metric": check.check.metric,
                "arm": arm.label,
                "against": arm.against,
                "pairs": arm.n,
                "difference": arm.difference,
                "low": arm.low,
                "high": arm.high,
                "p": arm.p,
                "shows": arm.word,
            }
            for seeds, of in (("first", checks), ("fresh", again))
            for check in of
            for arm in check.arms
        ]
    )
