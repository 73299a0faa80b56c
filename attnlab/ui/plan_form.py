"""The form that plans a study: what to compare, how often, and what decides."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab import charts
from attnlab.results.wording import winning
from attnlab.spec import (
    ALSO_ON,
    REGISTRY,
    Judging,
    SpecError,
    Study,
    TaskEntry,
    TaskSpec,
    Training,
    is_possible,
    metric_of,
    metrics_as_read,
    titles_of,
    usual_score,
)
from attnlab.ui import (
    alike,
    forms,
    own_tasks,
    plan_arms,
    plan_contrasts,
    plan_margin,
    plan_seeds,
    plan_tasks,
    plan_tuning,
)
from attnlab.ui.plain_text import plain
from attnlab.ui.plan_arms import KEY
from attnlab.wording import as_sentence

MOST_FIRST_SEED = 1_000_000
FIRST_SEED = f"{KEY}.first_seed"
FIRST_TASK, FIRST_CLASSES = "planted-features", 50
"""With fewer classes every arm is right about everything, and there is nothing to find out."""


def form() -> Study | None:
    """Draw the form; return the study planned, or None after saying what is wrong with it."""
    try:
        return _plan()
    except SpecError as error:
        st.warning(plain(as_sentence(str(error))), icon=":material/edit:")
        return None


def remember_task(task: TaskSpec) -> None:
    """Make the form show this task the next time it is drawn."""
    st.session_state[f"{KEY}.task"] = task.name
    forms.remember(task.params, f"{KEY}.{task.name}")


def _plan() -> Study:
    entry = _task()
    if entry.name == FIRST_TASK:
        st.session_state.setdefault(f"{KEY}.{FIRST_TASK}.classes", FIRST_CLASSES)
    task = forms.parameters(entry.params, f"{KEY}.{entry.name}", fold="More about the task")
    spec = TaskSpec.model_validate({"name": entry.name, **task})
    st.markdown("## What is compared")
    arms: dict[str, Any] = plan_arms.arms(entry, spec)
    others = plan_tasks.also_on(entry, spec, arms)
    below_arms = st.container()  # the arms are known once all of the plan is
    st.markdown("## How often, and what decides")
    seeds, asked = plan_seeds.seeds(spec)
    first = _first_seed()
    judging = _judging(spec, seeds, may_grow=not asked) | asked
    if others and judging["score"] == usual_score(spec, metric_of(spec, judging["metric"])):
        del judging["score"]  # each task has its own usual one
    key = f"{KEY}.{entry.name}.training"
    if f"{key}.epochs" not in st.session_state:
        forms.remember(Training.model_validate(entry.training), key)
    with st.expander("Training", key=f"{key}.all"):
        training = forms.parameters(Training, key)
    chosen = seeds if first is None else [*range(first, first + seeds)]
    plan = {"task": spec, **arms, "seeds": chosen, "judging": judging, "training": training}
    moved = {ALSO_ON: others, "training": _changed(entry, training)} if others else {}
    plan["tuning"] = plan_tuning.tuning({**plan, **moved}, training["learning_rate"])
    with below_arms:
        plan["reference"] = _reference(Study(**plan))
        alike.note(Study(**plan))
        plan["contrasts"] = plan_contrasts.contrasts(Study(**plan))
    plan["prediction"] = _prediction(Study(**plan))
    return Study(**{**plan, **moved})


def _changed(entry: TaskEntry, training: dict[str, Any]) -> dict[str, Any]:
    """The epochs, and what else of the training is not the task's own good value: that holds on
    every task, and the rest is each task's own."""
    usual = dict(Training.model_validate(entry.training))
    return {
        name: value for name, value in training.items() if name == "epochs" or value != usual[name]
    }


def _task() -> TaskEntry:
    own_tasks.forget_what_is_gone(st.session_state, f"{KEY}.task")
    name = st.selectbox(
        "Task",
        own_tasks.names(),
        format_func=lambda name: plain(REGISTRY.task(name).title),
        key=f"{KEY}.task",
        help=own_tasks.HELP,
        persist_state="session",
    )
    entry = REGISTRY.task(name)
    st.caption(plain(entry.summary))
    own_tasks.below(entry)
    return entry


def _reference(plan: Study) -> str:
    """The label of the arm that the others are compared with; `plan` has the usual one.

    A choice is kept as long as the plan has that arm and the usual one stays the same: after
    another module or another way to build the arms, it would be a choice among other things.
    """
    names = charts.arm_names(plan)
    key = f"{KEY}.{plan.task.name}.reference.{plan.reference}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = plan.reference
    return st.selectbox(
        "Reference",
        list(names),
        format_func=names.__getitem__,
        key=key,
        help="The arm that the others are compared with. Where arms change the task or the "
        "training, the module of the reference is what counts: such an arm is compared with that "
        "module under the same change, if there is an arm of it, else with the reference.",
        persist_state="session",
    )


def first_seed() -> int | None:
    """The first seed that the form names; None where the next unused ones are to be taken."""
    return st.session_state.get(FIRST_SEED)


def _first_seed() -> int | None:
    return st.number_input(
        "First seed",
        min_value=0,
        max_value=MOST_FIRST_SEED,
        value=None,
        step=1,
        placeholder="the next unused",
        key=FIRST_SEED,
        help="By default the study gets seeds that no study here has had on this task, so that it "
        "can confirm something. Name one, such as 0, to repeat a study.",
        persist_state="session",
    )


def _judging(task: TaskSpec, seeds: int, *, may_grow: bool) -> dict[str, Any]:
    entry = task.entry
    key = f"{KEY}.{entry.name}.score"
    usual = usual_score(task, metric_of(task, task.main_metric))
    known = metrics_as_read(task, st.session_state.get(key, usual))
    metric = st.selectbox(
        "Judged by",
        list(known),
        format_func=lambda name: known[name].title,
        key=f"{KEY}.{entry.name}.metric",
        help="The one number that decides; it is fixed before the study starts.",
        persist_state="session",
    )
    st.caption(known[metric].help)
    margin = plan_margin.margin(known[metric])
    with st.expander("More about the verdict", key=f"{KEY}.judging"):
        fields = Judging.model_fields
        fresh = f"{task.fresh_samples:,} fresh" if task.fresh_samples else "test"
        rules = {
            "test": f"Last epoch, read on {fresh} samples",
            "final": "Last epoch, on validation samples; with early stopping the one kept",
            "mean": "Mean of the last epochs",
            "best": "Best on validation, read on test",
        }
        offered = [rule for rule in rules if is_possible(rule, known[metric])]
        if usual_score(task, known[metric]) == "final":
            offered.sort(key="final".__ne__)
        score = st.selectbox(
            forms.title(fields["score"]),
            offered,
            format_func=rules.__getitem__,
            key=key,
            help=fields["score"].description,
            persist_state="session",
        )
        judging: dict[str, Any] = {"metric": metric, "score": score}
        if score == "mean":
            judging["last"] = st.slider(
                forms.title(fields["last"]),
                2,
                20,
                value=5,
                key=f"{KEY}.last",
                help=fields["last"].description,
                persist_state="session",
            )
        most = 0
        if may_grow:
            most = judging["most_seeds"] = st.select_slider(
                forms.title(fields["most_seeds"]),
                [0, *(seeds + more for more in (5, 10, 20, 40))],
                format_func=lambda count: f"{count} seeds" if count else "one look",
                key=f"{KEY}.most.{seeds}",
                help=fields["most_seeds"].description,
                persist_state="session",
            )
        correction = plan_margin.correction(most)
    return {**judging, "margin": margin, "correction": correction}


def _prediction(plan: Study) -> dict[str, Any] | None:
    """What the person expects, if they like to say."""
    with st.expander("Predict first", key=f"{KEY}.predict", icon=":material/psychology:"):
        st.caption(
            "Write down what you expect; the page reveals with the verdict how close it was. It "
            "is part of the plan: whoever gets the plan or the capsule can read it."
        )
        labels, words = [arm.label for arm in plan.arms], winning(plan.metric)
        titles = titles_of(plan)
        wins = "wins" if plan.metric.is_performance else words.won.replace("came", "comes")
        winner = st.selectbox(
            f"Which arm {wins}?",
            ["", *labels],
            format_func=lambda label: titles[label] if label else "I make no prediction",
            key=f"{KEY}.winner",
            help=f"The reference stands for: none of them is {words.better}.",
        )
        if not winner:
            return None
        metric = plan.metric
        margin = st.number_input(
            "By how much, in percentage points?" if metric.share else "By how much?",
            min_value=0.0,
            value=0.0,
            key=f"{KEY}.margin",
            help="The difference to the reference that you expect.",
        )
    return {"winner": winner, "margin": margin / 100 if metric.share else margin}
