"""Four first steps on the playground: each sets the form, trains, and says what to notice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from attnlab.jobs.manager import EXAMPLE
from attnlab.spec import Study
from attnlab.store import ACTIVE, Status, Store, StudyRow, Wanted

AWAY, _PRESSED = "first-steps.away", "first-steps.pressed"

WORDS = (
    "An **arm** is one network under comparison, the **reference** the one that the others are "
    "held against. A **seed** is one draw of data and starting weights, the same for every arm. "
    "**Planted** means that the task hides the answer in a known place: there attention should "
    "look."
)


@dataclass(frozen=True)
class FirstStep:
    """A set-up with its short title, and what to notice once it has been trained."""

    title: str
    study: Study
    notice: str


def _many_classes(*arms: str) -> Study:
    task = {"name": "planted-features", "features": 32, "classes": 50}
    return Study(task=task, arms=list(arms), seeds=10, epochs=20)


STEPS = (
    FirstStep(
        "Find the column",
        EXAMPLE,
        "One of 32 columns carries the class, the others are noise. Press **Replay**: attention "
        "begins evenly spread and settles on the planted column, marked ▼.",
    ),
    FirstStep(
        "More classes",
        _many_classes("none", "dense"),
        "With 50 classes attention still raises accuracy, and yet its peak is hardly ever at the "
        "planted column: compare *found the planted column* in the results below.",
    ),
    FirstStep(
        "One more layer",
        _many_classes("dense", "dense:depth=1,activation=sigmoid"),
        "A saturating extra layer brings the peak back to the planted column at every seed, and "
        "accuracy falls: where attention looks and how good the answers are, are two questions.",
    ),
    FirstStep(
        "Words light up",
        Study(task="keyword-text", arms=["none", "attention-pool"], seeds=6, epochs=15),
        "Attention lights up the word that decides, in nearly every text. The network without it "
        "answers as well: a picture that convinces is no proof of use.",
    ),
)


def taken() -> Study | None:
    """The set-up of the step that was just pressed; None if none was."""
    at = st.session_state.pop(_PRESSED, None)
    return None if at is None else STEPS[at].study


def trained(store: Store, study: Study) -> StudyRow | None:
    """The newest study of a set-up that has finished, else one that trains; None for none."""
    same = Wanted(spec_hash=study.hash)
    for statuses in ([Status.FINISHED], sorted(ACTIVE)):
        found = store.studies(replace(same, statuses=statuses), most=1)
        if found and not found[0].damage:
            return found[0]
    return None


def strip(store: Store, row: StudyRow | None) -> None:
    """Draw the steps, the one that is shown with what to notice, or the button that brings them
    back."""
    if st.session_state.get(AWAY):
        st.button(
            "First steps",
            icon=":material/school:",
            type="tertiary",
            on_click=_put_away,
            args=(False,),
        )
        return
    hashes = [step.study.hash for step in STEPS]
    now = hashes.index(row.spec_hash) if row is not None and row.spec_hash in hashes else None
    with st.container(border=True, key="first-steps"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for at in range(len(STEPS)):
                _button(store, at, now)
            st.space("stretch")
            st.button(
                "",
                icon=":material/close:",
                key="first-steps.close",
                type="tertiary",
                on_click=_put_away,
                args=(True,),
                help="Put the first steps away; a button brings them back.",
            )
        st.markdown(_text(now, row))


def _button(store: Store, at: int, now: int | None) -> None:
    found = trained(store, STEPS[at].study)
    is_done = found is not None and found.status == Status.FINISHED
    st.button(
        f"{at + 1}. {STEPS[at].title}",
        key=f"first-steps.{at}",
        icon=":material/check:" if is_done else None,
        type="primary" if now is not None and at == now + 1 else "secondary",
        disabled=at == now,
        help="Show it again." if is_done else "Set the form to this, and train it.",
        on_click=_press,
        args=(at,),
    )


def _press(at: int) -> None:
    st.session_state[_PRESSED] = at


def _text(now: int | None, row: StudyRow | None) -> str:
    if now is None or row is None:
        return "Four first steps: each trains within seconds and says what to notice."
    if row.status in ACTIVE:
        return f":material/hourglass_top: It trains. {WORDS}"
    if row.status != Status.FINISHED:
        return f":material/stop_circle: It did not get to its end: resume it below. {WORDS}"
    return f":material/lightbulb: {STEPS[now].notice}"


def _put_away(away: bool) -> None:
    st.session_state[AWAY] = away
