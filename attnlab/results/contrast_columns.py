"""The columns of tables of contrasts: of results as `contrasts.as_family` gives them."""

from __future__ import annotations

from attnlab.analysis.rounding import difference_text, points_text
from attnlab.results.columns import EFFECT_SIZE, PAIRS_WON, VERDICT, headed, p_cell
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.questions import is_planned, question
from attnlab.results.table import Cell, Column, Heading
from attnlab.spec import AGAINST


def _contrast(result: StudyResult, arm: ArmResult) -> Cell:
    label = arm.label.removesuffix(f"{AGAINST}{arm.against}")
    return Cell(arm.title, (question(result.study, label, arm.against),))


def difference_of_two(result: StudyResult, arm: ArmResult) -> str:
    """The difference of a contrast with its interval, without a unit."""
    text = points_text if result.metric.share else difference_text
    difference = arm.difference
    return text(difference.mean, difference.low, difference.high)


def _is_planned(result: StudyResult) -> bool:
    return all(is_planned(result.study, *label.split(AGAINST)) for label in result.by_label)


def _difference_heading(result: StudyResult) -> Heading:
    unit = "percentage points" if result.metric.share else result.metric.unit
    return Heading("Difference", ", ".join(filter(None, [unit, "95 % interval"])))


CONTRAST = Column("contrast", headed("Contrast", "and what it asks"), _contrast, is_text=True)
DIFFERENCE = Column(
    "difference of two",
    _difference_heading,
    lambda result, arm: Cell(difference_of_two(result, arm)),
)
P = Column(
    "p of contrasts",
    lambda result: Heading(
        "p", "corrected for all contrasts" if len(result.study.contrasts) > 1 else ""
    ),
    p_cell,
)
P_ALONE = Column(
    "p alone",
    lambda result: Heading("p", "" if _is_planned(result) else "of this comparison alone"),
    p_cell,
)
"""Of two arms that were looked at: corrected where that was planned."""

PLANNED = (CONTRAST, DIFFERENCE, P, EFFECT_SIZE, PAIRS_WON, VERDICT)
LOOKED_AT = (CONTRAST, DIFFERENCE, P_ALONE, EFFECT_SIZE, PAIRS_WON, VERDICT)
