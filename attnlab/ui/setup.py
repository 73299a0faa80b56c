"""The set-up form of the playground: task, arms, training. Its widgets make a Study."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from attnlab.spec import REGISTRY, SpecError, Study, TaskEntry, Training
from attnlab.ui import alike, forms, links, own_tasks, samples, setup_arms
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence, in_sentence, listed, spaced, unusual_settings

MOST_SEEDS = 20
TASK = "setup.task"
SEEDS = "setup.seeds"
CUT = "setup.cut"
USUAL_SEEDS = 10
BEGUN = "setup.begun"
"""Where the session notes how many seeds the form began with for the task that is chosen."""


def remember(study: Study) -> None:
    """Make the form show this study the next time it is drawn; of several tasks its own."""
    st.session_state[CUT] = _what_does_not_fit(study)
    study = study.parts[0]
    task = study.task
    st.session_state[TASK] = task.name
    st.session_state[SEEDS] = min(len(study.seeds), MOST_SEEDS)
    forms.remember(task.params, _task_key(task.entry))
    forms.remember(study.training, _training_key(task.entry))
    setup_arms.remember(task.entry, links.reference_first(study)[: setup_arms.MOST_ARMS])


def _what_does_not_fit(study: Study) -> str:
    """Say which of a study's settings the form cannot show, so that nothing is cut in silence."""
    left_out = []
    if study.task.own is not None and study.task.name not in REGISTRY.tasks:
        left_out.append(f"its task, whose file {study.task.own.source.path} is not there")
    if study.has_several_tasks:
        others = listed(in_sentence(task.title) for task in study.tasks[1:])
        left_out.append(f"its arms on {others}")
        study = study.parts[0]
    if study.seeds != tuple(range(min(len(study.seeds), MOST_SEEDS))):
        left_out.append(f"its seeds {', '.join(map(str, study.seeds[:4]))} …")
    if len(study.arms) > setup_arms.MOST_ARMS:
        left_out.append(f"all of its {len(study.arms)} arms")
    if study.tuning:
        left_out.append("its choice of learning rates")
    unused = unusual_settings(  # an arm of its own may use them
        dict(study.training), Training(), except_for=study.training.in_use()
    )
    left_out += [f"its {spaced(name)} {value}" for name, value in unused.items()]
    return listed(left_out)


@dataclass(frozen=True)
class SetUp:
    """What the form describes: a study, or what is wrong with it."""

    study: Study | None
    problem: str = ""


def form() -> SetUp:
    """Draw the form; return the study it describes, or why it describes none."""
    if st.session_state.get(CUT):
        more = plain(st.session_state[CUT])
        st.caption(
            f":material/info: The study shown has more than this form: {more}. "
            "Train it from the command line."
        )
    own_tasks.forget_what_is_gone(st.session_state, TASK)
    entry = REGISTRY.task(
        st.selectbox(
            "Task",
            own_tasks.names(),
            format_func=lambda name: plain(REGISTRY.task(name).title),
            key=TASK,
            help=own_tasks.HELP,
            persist_state="session",
        )
    )
    st.caption(plain(entry.summary))
    own_tasks.below(entry)
    looking = st.container()
    task = forms.parameters(entry.params, _task_key(entry), fold="More about the task")
    with looking:
        samples.what_the_network_sees(entry, task)
    st.header("Arms", help="The configurations under comparison; all see the same data.")
    arms = setup_arms.draw(entry, task)
    below_arms = st.container()  # the arms are known once all of the plan is
    st.header("Training")
    _begin_seeds(entry)
    seeds = st.slider(
        "Seeds",
        1,
        MOST_SEEDS,
        key=SEEDS,
        help="How often each arm is trained from another start; one seed proves nothing.",
        persist_state="session",
    )
    if seeds == entry.seeds < USUAL_SEEDS:
        st.caption("Few, so that the first epoch is soon over: verdicts take more seeds.")
    _prepare_training(entry)
    training = forms.parameters(Training, _training_key(entry), fold="More about the training")
    try:
        plan = Study(task={"name": entry.name, **task}, arms=arms, seeds=seeds, training=training)
        with below_arms:
            alike.note(plan)
        return SetUp(plan.model_copy(update={"reference": plan.arms[0].label}))
    except SpecError as error:
        return SetUp(None, as_sentence(str(error)))


def _begin_seeds(task: TaskEntry) -> None:
    """As many seeds as the task begins with, unless others were chosen."""
    state = st.session_state
    if state.get(SEEDS, state.get(BEGUN)) == state.get(BEGUN):
        state[SEEDS] = task.seeds
    state[BEGUN] = task.seeds


def _prepare_training(task: TaskEntry) -> None:
    key = _training_key(task)
    if f"{key}.epochs" not in st.session_state:
        forms.remember(Training.model_validate(task.training), key)


def _task_key(task: TaskEntry) -> str:
    return f"setup.{task.name}"


def _training_key(task: TaskEntry) -> str:
    return f"setup.{task.name}.training"
