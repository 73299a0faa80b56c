"""The part of the plan form that gives every arm its own best learning rate."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab.spec import SpecError, Study, number_in
from attnlab.spec.tuning import USUAL_SEEDS, usual_rates
from attnlab.ui.plan_arms import KEY
from attnlab.wording import counted

TUNE = f"{KEY}.tune"
MOST_SEEDS = 5


def tuning(plan: dict[str, Any], rate: float) -> dict[str, Any] | None:
    """What is tried for each arm, with its cost in runs; None where the switch is off. `plan` is
    the rest of the plan, `rate` the learning rate on its task, which the usual rates are around."""
    chosen = st.toggle(
        "Give every arm its own best learning rate",
        key=TUNE,
        help="Each arm is first trained at a few learning rates, at seeds that are not judged, and "
        "takes the one that is best on validation: all arms with the same budget.",
        persist_state="session",
    )
    if not chosen:
        return None
    usual = ", ".join(f"{rate:g}" for rate in usual_rates(rate))
    left, right = st.columns([3, 2])
    rates = left.text_input(
        "Rates tried",
        placeholder=usual,
        key=f"{TUNE}.rates",
        help="Two or more, separated by commas; left empty, five around the learning rate of the "
        "training, and on every further task around that of its own.",
        persist_state="session",
    )
    seeds = right.slider(
        "Seeds for each",
        1,
        MOST_SEEDS,
        value=USUAL_SEEDS,
        key=f"{TUNE}.seeds",
        help="At how many seeds each arm is trained at each rate; their mean decides.",
        persist_state="session",
    )
    asked: dict[str, Any] = {"seeds": seeds}
    if rates.strip():
        asked["rates"] = [number_in(each.strip()) for each in rates.split(",") if each.strip()]
    try:
        _cost(Study(**plan, tuning=asked))
    except SpecError:
        _cost(None)
        raise
    return asked


def _cost(study: Study | None) -> None:
    why = "A rate that suits one arm may hold another one back."
    if study is None or study.tuning is None:
        st.caption(why)
        return
    arms, rates, seeds = len(study.arms), len(study.tuning.rates), len(study.tuning.seeds)
    st.caption(
        f"{why} Costs {counted(study.tuning_runs, 'run')} more: {counted(arms, 'arm')} × "
        f"{counted(rates, 'rate')} × {counted(seeds, 'seed')}."
    )
