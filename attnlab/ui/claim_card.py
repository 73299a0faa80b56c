"""One claim in full: its source, its outcome here, what was run, and a run of the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape

import streamlit as st

from attnlab import charts
from attnlab.claims import Claim
from attnlab.claims.outcome import ClaimOutcome, outcome
from attnlab.claims.shipped import Shipped
from attnlab.command import command
from attnlab.jobs import JobManager
from attnlab.jobs.timing import duration_text
from attnlab.results.frames import verdicts_frame
from attnlab.results.model import StudyResult
from attnlab.spec import SpecError, Study, metric_of
from attnlab.store import ACTIVE, Status, StudyRow
from attnlab.ui import ablation, judgements, links, pictures, planning, saving, server
from attnlab.ui.claim_badges import MEANING, badge
from attnlab.ui.pictures import LIVE_SECONDS
from attnlab.ui.result_tables import verdicts_table
from attnlab.ui.study_summary import summary, when
from attnlab.wording import counted, seeds_text

_TERMS_HELP = (
    "An arm is one configuration under comparison. A seed is one repetition: the same data and "
    "the same start in every arm, others in the next."
)
_CHART_HELP = (
    "Each dot is the mean difference to what the arm is compared with, over the seeds that both "
    "have; the line is its 95 % interval, corrected for all arms. A difference counts as shown "
    "when an exact test says so (p below 0.05, corrected in the same way): then its line leaves "
    "out zero."
)


def card(
    manager: JobManager,
    claim: Claim,
    word: str,
    entry: Shipped | None,
    shipped: ClaimOutcome | None,
) -> None:
    """Everything about one claim; `word` is its outcome in the shipped study."""
    _head(claim)
    mine = _mine(manager, claim)
    finished = next((row for row in mine if row.status == Status.FINISHED), None)
    places = st.columns(2, gap="large") if finished else [st.container()]
    with places[0]:
        if finished:
            st.markdown("##### Shipped")
        _shipped(claim, word, entry, shipped)
    if finished:
        with places[1]:
            st.markdown("##### Yours")
            _yours(manager, claim, finished)
    st.caption(f":material/lightbulb: {claim.reading}")
    _what_is_run(claim)
    _run(manager, claim, entry, mine, finished)
    if entry:
        _numbers(claim, entry, shipped)
        _provenance(entry)


def _head(claim: Claim) -> None:
    st.markdown(f"#### {claim.title} :gray-badge[{claim.group}]")
    st.write(claim.claimed)
    if claim.paper:
        paper = claim.paper
        st.markdown(f":material/menu_book: [{paper.citation}]({paper.link}), {paper.year}")


def _shipped(claim: Claim, word: str, entry: Shipped | None, shipped: ClaimOutcome | None) -> None:
    """The shipped outcome, marked as such."""
    if entry is None:
        st.html(badge(word))
        st.caption("No numbers came with attnlab for this claim. Run it yourself to have some.")
        return
    st.html(badge(word))
    seeds = counted(entry.seeds, "seed")
    if shipped is None:
        st.warning(
            f"The numbers that came with attnlab ({seeds}, {entry.made}) were made with an "
            "earlier version of this claim and say nothing of it as it is now.",
            icon=":material/history:",
        )
        return
    st.caption(
        f":material/inventory_2: Precomputed: {seeds} of each arm, {entry.made}. Nothing was "
        "trained on this machine."
    )
    _checks(claim, shipped, entry.results(claim), "shipped")


def _yours(manager: JobManager, claim: Claim, row: StudyRow) -> None:
    """What the same study gave on this machine."""
    results = {
        metric: judgements.by_metric(manager.store, row, metric, is_planned=True)
        for metric in claim.metrics
    }
    mine = outcome(claim, results)
    st.html(badge(mine.word))
    st.caption(
        f":material/computer: Trained on this machine: {len(row.study.seeds)} seeds of each arm "
        f"({seeds_text(row.study.seeds)}), {when(row.finished_at):%Y-%m-%d}."
    )
    for condition in next(iter(results.values())).conditions:
        st.caption(f":material/history: {condition}")
    _checks(claim, mine, results, "yours")


def _checks(
    claim: Claim, claim_outcome: ClaimOutcome, results: Mapping[str, StudyResult], whose: str
) -> None:
    """The outcome in a sentence, then each check with its picture."""
    st.markdown(claim_outcome.sentence, help=f"{MEANING[claim_outcome.word]} {_CHART_HELP}")
    for place, check in enumerate(claim_outcome.checks):
        if len(claim_outcome.checks) > 1:
            st.html(badge(check.word, small=True) + f"<small> {escape(check.sentence)}</small>")
        result = results[check.check.metric]
        key = f"claims.{whose}.{claim.name}.{place}"
        pictures.show(st, pictures.with_tables(charts.forest_spec(result)), key=key)
        figure = saving.Figure(
            f"{check.check.metric} {whose}",
            partial(charts.forest_spec, result),
            partial(verdicts_frame, result),
        )
        saving.save_button(figure, f"attnlab-{claim.name}", key)


def _what_is_run(claim: Claim) -> None:
    plan = claim.plan()
    task, arms, seeds = plan.task.entry, len(plan.arms), len(plan.seeds)
    metrics = [metric_of(task, name) for name in claim.metrics]
    st.markdown(
        f"**What is run.** {task.title}: {task.summary} {arms} arms, each with {seeds} seeds: "
        f"{plan.runs} short trainings.",
        help=_TERMS_HELP,
    )
    for metric in metrics:
        st.markdown(f"- Measured by **{metric.title.lower()}**. {metric.help}")
    with st.expander("The plan", icon=":material/draft:", key=f"claims.{claim.name}.plan"):
        st.caption(summary(plan))
        st.html(planning.arms_table(plan))
        st.caption(f"To run it without a browser: {command()} run plan.yaml")
        st.code(plan.to_yaml(), language="yaml")


def _run(
    manager: JobManager,
    claim: Claim,
    entry: Shipped | None,
    mine: list[StudyRow],
    finished: StudyRow | None,
) -> None:
    """The button, or how the run on this machine stands."""
    active = next((row for row in mine if row.status in ACTIVE), None)
    if active:
        server.part(_progress, manager, active.id, every=LIVE_SECONDS)
        return
    if finished:
        _link(finished, "Open yours on the Ablation page")
        return
    plan = claim.plan()
    time = f" It took {_time(entry, plan)} where the numbers above were made." if entry else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Run it yourself",
            type="primary",
            icon=":material/play_arrow:",
            help=f"Trains {plan.runs} small networks in the background.{time}",
        ):
            try:
                manager.submit(plan, name=claim.title, fresh_seeds=True)
            except SpecError as error:  # it does not fit into memory
                st.error(str(error), icon=":material/memory:")
                return
            st.rerun()
        if mine:
            _link(mine[0], f"An earlier run of it {_ended(mine[0])}: look or resume there")


def _progress(manager: JobManager, study_id: str) -> None:
    row = manager.store.study(study_id)
    if row.status not in ACTIVE:
        st.rerun(scope="app")
    st.progress(row.share, text=f"Your run: {row.activity or 'waiting'}")
    _link(row, "Watch it on the Ablation page")


def _link(row: StudyRow, label: str) -> None:
    st.page_link(
        ablation.PAGE, label=label, icon=":material/balance:", query_params={links.STUDY: row.id}
    )


def _ended(row: StudyRow) -> str:
    return {
        Status.STOPPED: "was stopped",
        Status.INTERRUPTED: "was interrupted",
        Status.FAILED: "failed in part",
    }[row.status]


def _mine(manager: JobManager, claim: Claim) -> list[StudyRow]:
    """The studies of this plan that were started here, of as many seeds or more, newest first."""
    plan = claim.plan()
    rows = manager.store.studies_of(plan.question)
    return [row for row in rows if len(row.study.seeds) >= len(plan.seeds)]


def _time(entry: Shipped, plan: Study) -> str:
    return duration_text(entry.seconds * len(plan.seeds) / entry.seeds)


def _numbers(claim: Claim, entry: Shipped, shipped: ClaimOutcome | None) -> None:
    if shipped is None:
        return
    results = entry.results(claim)
    with st.expander(
        "All numbers", icon=":material/table_chart:", key=f"claims.{claim.name}.numbers"
    ):
        st.caption(
            "Precomputed, as they came with attnlab; each row with what its verdict rests on."
        )
        for name in claim.metrics:
            st.html(verdicts_table(results[name]))


def _provenance(entry: Shipped) -> None:
    with st.expander("Where these numbers come from", icon=":material/inventory_2:"):
        versions = ", ".join(f"{name} {version}" for name, version in entry.versions.items())
        seeds = counted(entry.seeds, "seed")
        st.markdown(
            f"Precomputed: {seeds} of each arm, trained on {entry.made} in "
            f"{duration_text(entry.seconds)}, with {versions}. They are in `data/claims.json`, "
            "with every seed's score; this makes them again:"
        )
        st.code(entry.command, language="bash")
