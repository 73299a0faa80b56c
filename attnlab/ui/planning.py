"""Planning a study: the form at the left, and at the right what would be trained."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from attnlab import charts
from attnlab.analysis.rounding import figures_text
from attnlab.command import command
from attnlab.imports import importing
from attnlab.jobs import JobManager
from attnlab.jobs.estimate import Estimate
from attnlab.jobs.timing import duration_text
from attnlab.results.earlier import seen_before
from attnlab.spec import SpecError, Study
from attnlab.ui import html, links, plan_form, plan_power, server
from attnlab.ui.plain_text import plain
from attnlab.wording import capitalised, counted, seeds_text
from attnlab.workers import chosen_cluster, memory_line

TRIAL_SECONDS = 0.7
"""How often a page looks whether the trial has ended."""

ESTIMATING = "plan.estimating"
"""Whether the page waits for an estimate of the time."""
NAME = "plan.name"


def section(manager: JobManager) -> None:
    """The form and the plan, drawn again alone when one of their widgets changes."""
    waiting = st.session_state.get(ESTIMATING)
    server.part(_planning, manager, every=TRIAL_SECONDS if waiting else None)


def _planning(manager: JobManager) -> None:
    left, right = st.columns([5, 7], gap="large")
    with left, server.shared_paths():
        study = plan_form.form()
    with right:
        if study is None:
            st.info("The plan appears here once it can be trained.", icon=":material/draft:")
            return
        _preview(manager, study)


def _preview(manager: JobManager, study: Study) -> None:
    st.markdown("## The plan")
    compared = len(study.parts[0].references)
    arms, runs = st.columns(2)
    arms.metric("Arms", len(study.arms), help="Configurations that are trained.", border=True)
    first = ", of the first of two stages" if study.judging.precision else ""
    chooses = f", and {study.tuning_runs} that choose learning rates" if study.tuning else ""
    about = f"Arms times seeds{first}{chooses}."
    runs.metric("Runs", study.runs + study.tuning_runs, help=about, border=True)
    _few_seeds(study, compared)
    plan_power.margin_note(manager, study.parts[0])
    of_max_t = st.empty()  # filled last: the first time it takes a second
    _which_seeds(manager, study)
    st.html(arms_table(study))
    _time(manager, study)
    _memory(study)
    name = st.text_input(
        "Name", key=NAME, max_chars=80, placeholder=_usual_name(study), help="To find it again."
    )
    if st.button(
        "Launch",
        type="primary",
        icon=":material/play_arrow:",
        help="Train every arm at every seed, in the background.",
        width="stretch",
    ):
        _launch(manager, study, name or _usual_name(study))
    with st.expander("The same without a browser", icon=":material/terminal:"):
        st.caption(f"Save this as plan.yaml, then: {command()} run plan.yaml")
        st.code(study.to_yaml(), language="yaml")
    with of_max_t:
        plan_power.max_t_note(study.parts[0])


def _which_seeds(manager: JobManager, study: Study) -> None:
    """Which seeds the study gets, and whether anybody has seen them."""
    store = manager.store
    if plan_form.first_seed() is None:
        fresh = study.at_seeds(store.first_unused_seed(study))
        st.caption(
            f":material/fiber_new: {capitalised(seeds_text(fresh.seeds))}{_to_choose(fresh)}: no "
            "study here has had them on "
            f"{'any of these tasks' if study.has_several_tasks else 'this task'}."
        )
    elif seen := store.seen_seeds(study):
        st.warning(
            f"{capitalised(seeds_text(study.seeds))}{_to_choose(study)}. "
            f"{plain(seen_before(seen))}",
            icon=":material/history:",
        )
    else:
        st.caption(
            f":material/fiber_new: {capitalised(seeds_text(study.seeds))}{_to_choose(study)}."
        )


def _to_choose(study: Study) -> str:
    """Which seeds choose learning rates, where any do."""
    if study.tuning is None:
        return ""
    return f", and {seeds_text(study.tuning.seeds)} to choose learning rates"


def _few_seeds(study: Study, compared: int) -> None:
    """Warn when no verdict is possible, however large a difference is."""
    if not compared and not study.contrasts:
        st.warning("There is nothing to compare: add an arm.", icon=":material/compare_arrows:")
        return
    if study.judging.precision:  # nothing is looked at before the second stage
        return
    families = {"comparison": compared, "contrast": len(study.parts[0].contrasts)}
    for noun, count in families.items():
        if count and (warning := _too_few(study, count, noun)):
            st.warning(warning, icon=":material/casino:")


def _too_few(study: Study, count: int, noun: str) -> str:
    """Why no verdict is possible in a family of so many comparisons; empty where one is."""
    with importing("attnlab.results.deciding", "attnlab.analysis.power"):
        from attnlab.analysis.power import fewest_seeds
        from attnlab.results.deciding import can_show, fewest_pairs, schedule_of, steps_of

    seeds, judging = len(study.seeds), study.judging
    most = judging.most_seeds or seeds
    needed = fewest_seeds(steps_of(count, judging.correction))
    if seeds < needed:
        return (
            f"{seeds} seeds cannot show anything with {counted(count, noun)}, however large the "
            "difference: the smallest p-value stays above 0.05 after the correction. It takes at "
            f"least {needed}."
        )
    schedule = schedule_of(count, seeds, most, (), study.seeds, judging.correction)
    if can_show(seeds, schedule):
        return ""
    first = fewest_pairs(schedule)
    takes = f"takes {first} seeds" if seeds < first < math.inf else "is too little for any verdict"
    of = f" of {counted(count, noun)}" if noun == "contrast" else ""
    return (
        f"The first look{of}, at {seeds} seeds, cannot show anything: what it may spend of the 5 % "
        f"when the study may grow to {most} {takes}. Let it grow less, or begin with more."
    )


def arms_table(study: Study) -> str:
    """The arms with what each is compared with, as HTML."""
    colours, names, against = charts.arm_colours(study), charts.arm_names(study), study.references
    other = {label: names[against[label]] for label in against}
    other |= dict.fromkeys(study.asked_controls, "its module, in a contrast")
    rows = "".join(
        f"<tr><td>{html.swatch(colours[arm.label])}{escape(names[arm.label])}</td>"
        f"<td>{escape(other.get(arm.label, 'reference'))}</td></tr>"
        for arm in study.arms
    )
    return (
        f'{html.TABLE_STYLE}<div class="lab-table lab-scroll"><table data-testid="plan">'
        f"<thead><tr><th>Arm</th><th>Compared with</th></tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


def _time(manager: JobManager, study: Study) -> None:
    """How long it takes, once the button for it was pressed."""
    trials, answer = manager.trials, manager.trials.answer(study)
    waiting = trials.is_running(study)
    if bool(st.session_state.get(ESTIMATING)) != waiting:
        st.session_state[ESTIMATING] = waiting
        st.rerun()  # from now on, or no longer, at short intervals
    if isinstance(answer, Estimate):
        st.markdown(
            f":material/schedule: {_time_text(answer)}{_of_what(study)}", help=_time_help(answer)
        )
    elif answer is not None:
        st.warning(f"No estimate: {plain(answer)}", icon=":material/error:")
    elif waiting:
        st.caption(":material/hourglass_top: Trying two epochs of some arms …")
    elif st.button(
        "Estimate the time",
        icon=":material/schedule:",
        help="Trains two epochs of some arms and reckons from there: some seconds.",
    ):
        trials.begin(study)
        st.session_state[ESTIMATING] = True
        st.rerun()


def _memory(study: Study) -> None:
    """What it takes of this machine's memory, or why that is not known; nothing on a cluster."""
    try:
        if chosen_cluster() is None:
            st.caption(f":material/memory: {plain(memory_line(study))}.")
    except SpecError as error:  # its data cannot be read, which Launch would say; or no address
        st.warning(plain(error), icon=":material/memory:")


def _of_what(study: Study) -> str:
    """That the time is for the first of two stages, and what the second may add."""
    if not study.judging.precision:
        return ""
    most = study.judging.cap / len(study.seeds)
    return f" for the first stage; both take at most {figures_text(most)} times that"


def _time_text(answer: Estimate) -> str:
    low, high = duration_text(answer.low), duration_text(answer.high)
    return f"About **{duration_text(answer.seconds)}**" + (
        f" ({low} to {high})" if low != high else ""
    )


def _time_help(answer: Estimate) -> str:
    return (
        f"From two epochs of {answer.tried} of {answer.arms} arms, tried here just now. Anything "
        "else that runs on this machine makes it longer."
    )


def _usual_name(study: Study) -> str:
    """The modules under study on the task; those with something in the slot come first."""
    titles = {
        arm.module.entry.title: arm.module.entry.fills
        for arm in study.arms
        if arm.label in study.references or arm.module.entry.fills
    }
    modules = sorted(titles, key=lambda title: not titles[title])
    first = next(iter(modules), study.task.entry.title)
    more = f" and {len(modules) - 1} more" if len(modules) > 1 else ""
    others = len(study.tasks) - 1
    where = f" and {counted(others, 'more task')}" if others else ""
    return f"{first}{more} on {study.task.entry.title.lower()}{where}"


def _launch(manager: JobManager, study: Study, name: str) -> None:
    try:
        fresh = plan_form.first_seed() is None
        study_id = manager.submit(study, name=name, fresh_seeds=fresh)
    except SpecError as error:  # it does not fit into memory
        st.error(plain(error), icon=":material/memory:")
        return
    manager.trials.stop()
    st.session_state.pop(ESTIMATING, None)
    st.query_params.clear()
    st.query_params[links.STUDY] = study_id
    st.rerun()
