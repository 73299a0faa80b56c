"""The part of the plan form that says how often: a number of seeds, or a precision."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from attnlab.spec import Judging, TaskSpec, metric_of
from attnlab.spec.judging import FIRST_STAGE, USUAL_CAP
from attnlab.ui.plain_text import plain
from attnlab.ui.plan_arms import KEY

MOST_SEEDS = 50
USUAL_SEEDS = 10
MOST_CAP = 1000
NUMBER, PRECISION = "A number of seeds", "A precision"


class PlannedSeeds(NamedTuple):
    """How many seeds are trained, in the first of two stages where a precision is asked; `judging`
    has what then joins what the study is judged by."""

    number: int
    judging: dict[str, Any]


def seeds(task: TaskSpec) -> PlannedSeeds:
    """How often each arm is trained."""
    chosen = st.segmented_control(
        "Ask for",
        [NUMBER, PRECISION],
        default=NUMBER,
        required=True,
        key=f"{KEY}.asks",
        help="A number of seeds, or how narrow the intervals are to be: then the first ten seeds "
        "tell how many it takes, and the others are trained by themselves.",
        persist_state="session",
    )
    return _precision(task) if chosen == PRECISION else PlannedSeeds(_number(), {})


def _number() -> int:
    st.session_state.setdefault(f"{KEY}.seeds", USUAL_SEEDS)
    return st.slider(
        "Seeds",
        2,
        MOST_SEEDS,
        key=f"{KEY}.seeds",
        help="How often each arm is trained, each time from another start and with other data; "
        "all arms see the same.",
        persist_state="session",
    )


def _precision(task: TaskSpec) -> PlannedSeeds:
    chosen = st.session_state.get(f"{KEY}.{task.name}.metric", task.main_metric)
    metric = metric_of(task, chosen)
    factor = 100.0 if metric.share else 1.0
    unit = "percentage points" if metric.share else metric.unit or "the metric's own units"
    left, right = st.columns(2)
    half = left.number_input(
        f"± how much, in {plain(unit)}?",
        min_value=0.001,
        value=1.0 if metric.share else 0.1,
        key=f"{KEY}.{task.name}.precision.{metric.name}",
        help=Judging.model_fields["precision"].description,
        persist_state="session",
    )
    cap = right.number_input(
        "At most so many seeds",
        min_value=FIRST_STAGE,
        max_value=MOST_CAP,
        value=USUAL_CAP,
        key=f"{KEY}.cap",
        help="Where it takes more, the study stops there, and says how far its intervals reach.",
        persist_state="session",
    )
    st.caption(
        f"{FIRST_STAGE} seeds first, of which no verdict is given; then as many more as that takes."
    )
    return PlannedSeeds(FIRST_STAGE, {"precision": half / factor, "most_seeds": int(cap)})
