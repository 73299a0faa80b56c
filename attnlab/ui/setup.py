"""The set-up form of the playground: task, arms, training. Its widgets make a Study."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from attnlab import catalog
from attnlab.spec import (
    REGISTRY,
    Arm,
    ModuleEntry,
    SpecError,
    Study,
    TaskEntry,
    Training,
    first_on,
)
from attnlab.ui import alike, forms, links, samples
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence, in_sentence, listed, spaced, unusual_settings

MOST_ARMS = 4
"""The reference and up to three others: more than that is a study for the command line."""

MOST_SEEDS = 20
TASK = "setup.task"
SEEDS = "setup.seeds"
CUT = "setup.cut"
USUAL_SEEDS = 10


def remember(study: Study) -> None:
    """Make the form show this study the next time it is drawn; of several tasks its own."""
    st.session_state[CUT] = _what_does_not_fit(study)
    study = study.parts[0]
    task = study.task
    st.session_state[TASK] = task.name
    st.session_state[SEEDS] = min(len(study.seeds), MOST_SEEDS)
    forms.remember(task.params, _task_key(task.entry))
    forms.remember(study.training, _training_key(task.entry))
    arms = links.reference_first(study)[:MOST_ARMS]
    st.session_state[_count_key(task.entry)] = len(arms)
    for position, arm in enumerate(arms):
        _remember_arm(task.entry, position, arm)


def _what_does_not_fit(study: Study) -> str:
    """Say which of a study's settings the form cannot show, so that nothing is cut in silence."""
    left_out = []
    if study.has_several_tasks:
        others = listed(in_sentence(task.title) for task in study.tasks[1:])
        left_out.append(f"its arms on {others}")
        study = study.parts[0]
    if study.seeds != tuple(range(min(len(study.seeds), MOST_SEEDS))):
        left_out.append(f"its seeds {', '.join(map(str, study.seeds[:4]))} …")
    if len(study.arms) > MOST_ARMS:
        left_out.append(f"all of its {len(study.arms)} arms")
    if study.tuning:
        left_out.append("its choice of learning rates")
    if any(arm.label != arm.short for arm in study.arms):
        left_out.append("the names of its arms")
    unused = unusual_settings(  # an arm of its own may use them
        dict(study.training), Training(), except_for=study.training.in_use()
    )
    left_out += [f"its {spaced(name)} {value}" for name, value in unused.items()]
    return listed(left_out)


def form() -> Study | None:
    """Draw the form; return the study it describes, or None after saying what is wrong with it."""
    if st.session_state.get(CUT):
        more = plain(st.session_state[CUT])
        st.caption(
            f":material/info: The study shown has more than this form: {more}. "
            "Train it from the command line."
        )
    entry = REGISTRY.task(
        st.selectbox(
            "Task",
            [entry.name for entry in catalog.tasks()],
            format_func=lambda name: REGISTRY.task(name).title,
            key=TASK,
            help="What the networks learn.",
            persist_state="session",
        )
    )
    st.caption(entry.summary)
    looking = st.container()
    task = forms.parameters(entry.params, _task_key(entry), fold="More about the task")
    with looking:
        samples.what_the_network_sees(entry, task)
    st.subheader("Arms", help="The configurations under comparison; all see the same data.")
    arms = _arms(entry)
    below_arms = st.container()  # the arms are known once all of the plan is
    st.subheader("Training")
    st.session_state.setdefault(SEEDS, USUAL_SEEDS)
    seeds = st.slider(
        "Seeds",
        1,
        MOST_SEEDS,
        key=SEEDS,
        help="How often each arm is trained from another start; one seed proves nothing.",
        persist_state="session",
    )
    _prepare_training(entry)
    training = forms.parameters(Training, _training_key(entry), fold="More about the training")
    try:
        plan = Study(task={"name": entry.name, **task}, arms=arms, seeds=seeds, training=training)
        with below_arms:
            alike.note(plan)
        return plan.model_copy(update={"reference": plan.arms[0].label})
    except SpecError as error:
        st.warning(plain(as_sentence(str(error))), icon=":material/edit:")
        return None


def _arms(task: TaskEntry) -> list[dict[str, Any]]:
    _prepare_arms(task)
    count = st.session_state[_count_key(task)]
    arms = []
    for position in range(count):
        with st.container(border=True, key=f"{task.name}-arm-{position}"):
            arms.append(_arm(task, position, last=position == count - 1))
    if count < MOST_ARMS:
        st.button(
            "Add an arm",
            icon=":material/add:",
            on_click=_add_arm,
            args=(task,),
            help="Compare one more module with the reference.",
        )
    return arms


def _arm(task: TaskEntry, position: int, last: bool) -> dict[str, Any]:
    fitting = [entry for entry in catalog.modules() if task.slot in entry.fits]
    head = st.container(horizontal=True, vertical_alignment="bottom")
    name = head.selectbox(
        "Reference" if position == 0 else f"Arm {position}",
        [entry.name for entry in fitting],
        format_func=lambda name: REGISTRY.module(name).title,
        key=_module_key(task, position),
        help="Every other arm is compared with this one."
        if position == 0
        else "The attention module in the network's slots.",
        persist_state="session",
    )
    if last and position > 1:
        head.button(
            "",
            icon=":material/close:",
            key=f"{_module_key(task, position)}.remove",
            on_click=_remove_arm,
            args=(task,),
            type="tertiary",
            help="Remove this arm.",
        )
    entry = REGISTRY.module(name)
    first = partial(first_on, task)
    forms.begin(first(entry), _params_key(task, position, entry))
    params = forms.parameters(
        entry.params,
        _params_key(task, position, entry),
        fold="More about the module",
        modules=forms.controlled(entry, fitting),
        first=first,
    )
    return {"module": name, **params, "set": _kept_changes(task, position)}


def _kept_changes(task: TaskEntry, position: int) -> dict[str, Any]:
    """Say what this arm changes for itself: a form can keep that and drop it, not edit it."""
    key = _changes_key(task, position)
    changes = st.session_state.get(key, {})
    if changes:
        settings = ", ".join(f"{spaced(name)} {value}" for name, value in changes.items())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/tune: For this arm alone: {plain(settings)}", width="content")
            st.button(
                "",
                icon=":material/close:",
                key=f"{key}.drop",
                on_click=st.session_state.pop,
                args=(key, None),
                type="tertiary",
                help="Train this arm with the task and training of the others.",
            )
    return changes


def _prepare_arms(task: TaskEntry) -> None:
    """Begin with the task's own comparison where the person has chosen nothing yet."""
    if _count_key(task) not in st.session_state:
        arms = [Arm.model_validate(text) for text in task.arms]
        st.session_state[_count_key(task)] = len(arms)
        for position, arm in enumerate(arms):
            _remember_arm(task, position, arm)


def _prepare_training(task: TaskEntry) -> None:
    key = _training_key(task)
    if f"{key}.epochs" not in st.session_state:
        forms.remember(Training.model_validate(task.training), key)


def _remember_arm(task: TaskEntry, position: int, arm: Arm) -> None:
    st.session_state[_module_key(task, position)] = arm.module.name
    forms.remember(arm.module.params, _params_key(task, position, arm.module.entry))
    st.session_state[_changes_key(task, position)] = dict(arm.changes)


def _add_arm(task: TaskEntry) -> None:
    """Add the first fitting module that is not compared yet."""
    count = st.session_state[_count_key(task)]
    used = {st.session_state.get(_module_key(task, position)) for position in range(count)}
    fitting = [entry.name for entry in catalog.modules() if task.slot in entry.fits]
    fresh = next((name for name in fitting if name not in used), fitting[-1])
    st.session_state[_module_key(task, count)] = fresh
    st.session_state.pop(_changes_key(task, count), None)
    st.session_state[_count_key(task)] = count + 1


def _remove_arm(task: TaskEntry) -> None:
    st.session_state[_count_key(task)] -= 1


def _task_key(task: TaskEntry) -> str:
    return f"setup.{task.name}"


def _count_key(task: TaskEntry) -> str:
    return f"setup.{task.name}.arms"


def _module_key(task: TaskEntry, position: int) -> str:
    return f"setup.{task.name}.arm{position}"


def _params_key(task: TaskEntry, position: int, module: ModuleEntry) -> str:
    return f"{_module_key(task, position)}.{module.name}"


def _changes_key(task: TaskEntry, position: int) -> str:
    return f"{_module_key(task, position)}.changes"


def _training_key(task: TaskEntry) -> str:
    return f"setup.{task.name}.training"
