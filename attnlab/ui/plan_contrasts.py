"""The part of the planning form that holds arms against each other, beside the reference."""

from __future__ import annotations

import itertools
from typing import Any

import streamlit as st

from attnlab.results.questions import OTHERS, asked, contrast_title, is_planned
from attnlab.spec import Study
from attnlab.ui.plain_text import plain
from attnlab.ui.plan_arms import KEY

MOST_NAMED = 3
"""More contrasts of one question than these are counted."""

MOST_FURTHER = 10
"""Contrasts are corrected for their number: many show little."""


def contrasts(plan: Study) -> list[dict[str, str]] | None:
    """Say what the controls are asked, and offer further contrasts.

    `plan` has those of its controls. Return all that are planned, or None for just these.
    """
    own = [each.model_dump() for each in plan.contrasts]
    for question, names in _by_question(plan).items():
        more = len(names) - MOST_NAMED
        named = "; ".join(names[:MOST_NAMED]) + (f"; {more} more" if more > 0 else "")
        st.caption(f"**{plain(question)}** {plain(named)}")
    further = _further(plan)
    return [*own, *further] if further else None


def _by_question(plan: Study) -> dict[str, list[str]]:
    return {
        question: [contrast_title(plan, each.arm, each.against) for each in group]
        for question, group in asked(plan).items()
        if question != OTHERS
    }


def _further(plan: Study) -> list[dict[str, str]]:
    """The contrasts that were added, of arms that the plan does not compare yet."""
    labels = [arm.label for arm in plan.arms]
    pairs = {
        f"{second} − {first}": (second, first)
        for first, second in itertools.combinations(labels, 2)
        if not is_planned(plan, first, second)
    }
    if not pairs:
        return []
    key = f"{KEY}.{plan.task.name}.contrasts"
    st.session_state[key] = [each for each in st.session_state.get(key, ()) if each in pairs]
    chosen: list[Any] = st.multiselect(
        "Further contrasts",
        list(pairs),
        format_func=lambda text: contrast_title(plan, *pairs[text]),
        key=key,
        placeholder="Arm against arm",
        max_selections=MOST_FURTHER,
        help="Hold an arm against another one than its reference. Contrasts are a family of "
        "their own: they make no other verdict stricter, and are corrected for their number.",
        persist_state="session",
    )
    return [dict(zip(("arm", "against"), pairs[text], strict=True)) for text in chosen]
