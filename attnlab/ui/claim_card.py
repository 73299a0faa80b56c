"""One claim in full, as a story: what was said, run and found, how sure that is; and a run of the
reader's."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from attnlab.charts.claimed import claimed_spec
from attnlab.claims import Claim
from attnlab.claims.outcome import Standing, outcome
from attnlab.claims.shipped import Shipped
from attnlab.claims.story import change_of_mind, how_sure
from attnlab.command import command
from attnlab.jobs import JobManager
from attnlab.jobs.timing import duration_text
from attnlab.spec import SpecError, Study, metrics_as_read
from attnlab.store import ACTIVE, Status, StudyRow, Wanted
from attnlab.ui import ablation, judgements, links, pictures, planning, saving, server
from attnlab.ui.claim_badges import EARLIER, MEANING, NOT_RUN, badge
from attnlab.ui.claim_tables import comparisons_frame, comparisons_table
from attnlab.ui.pictures import LIVE_SECONDS
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import summary, when
from attnlab.wording import counted, seeds_text

_TERMS_HELP = (
    "An arm is one configuration under comparison. A seed is one repetition: the same data and "
    "the same start in every arm, others in the next."
)
_CHART_HELP = (
    "Each mark is the mean difference to what the arm is compared with, over the seeds that both "
    "have; what the claim says is shaded. The line is the interval that agrees with the word: it "
    "lies in the shaded part exactly when the comparison is as claimed, and outside exactly when "
    "it is the other way. If all comparisons are as claimed, each was tested at 0.05; else they "
    "are corrected for all of the claim, after Holm. Its two ends can be of different levels: "
    "where the claim would fail, and where its opposite would."
)


def card(
    manager: JobManager, claim: Claim, entry: Shipped | None, standing: Standing | None
) -> None:
    """Everything about one claim: what was said, what was run, what came out, how sure that is, and
    what would change our mind. `standing` is what came of the shipped study, None without one."""
    mine = _mine(manager, claim)
    finished = next((row for row in mine if row.status == Status.FINISHED), None)
    _head(claim, entry, standing)
    _what_is_run(claim)
    st.markdown("### What came out")
    _shipped(claim, entry, standing)
    if finished:
        st.markdown("### What came out on this machine")
        _yours(manager, claim, finished)
    if standing:
        _told("How sure", how_sure(standing))
        _told("What would change our mind", change_of_mind(standing), claim.reading)
    else:
        st.caption(f":material/lightbulb: {claim.reading}")
    _run(manager, claim, entry, mine, finished)
    _plan(claim)
    if entry and standing:
        _numbers(claim, standing)
    if entry:
        _provenance(entry)


def _told(heading: str, *sentences: str) -> None:
    st.markdown(f"### {heading}")
    st.markdown(" ".join(filter(None, sentences)))


def _head(claim: Claim, entry: Shipped | None, standing: Standing | None) -> None:
    st.markdown(f"## {claim.title} :gray-badge[{claim.group}]")
    st.html(badge(standing.word if standing else EARLIER if entry else NOT_RUN))
    st.markdown("### What was said")
    st.markdown(claim.claimed)
    if claim.paper:
        paper = claim.paper
        st.markdown(f":material/menu_book: [{paper.citation}]({paper.link}), {paper.year}")


def _shipped(claim: Claim, entry: Shipped | None, standing: Standing | None) -> None:
    """What came of the shipped study, marked as such."""
    if entry is None:
        st.caption("No numbers came with attnlab for this claim. Run it yourself to have some.")
        return
    seeds = f"{counted(entry.seeds, 'seed')} of each arm"
    if standing is None:
        st.warning(
            f"The numbers that came with attnlab ({seeds}, {entry.made}) were made with an "
            "earlier version of this claim and say nothing of it as it is now.",
            icon=":material/history:",
        )
        return
    again = entry.replication if standing.again else None
    twice = f", and as many fresh ones ({again.made})" if again else ""
    st.caption(
        f":material/inventory_2: Precomputed: {seeds}, {entry.made}{twice}. Nothing was "
        "trained on this machine."
    )
    _outcome(claim, standing, "shipped")


def _yours(manager: JobManager, claim: Claim, row: StudyRow) -> None:
    """What the same study gave on this machine."""
    results = {
        metric: judgements.by_metric(manager.store, row, metric, is_planned=True)
        for metric in claim.metrics
    }
    mine = Standing(outcome(claim, results))
    st.html(badge(mine.word))
    st.caption(
        f":material/computer: Trained on this machine: {len(row.study.seeds)} seeds of each arm "
        f"({seeds_text(row.study.seeds)}), {when(row.finished_at):%Y-%m-%d}."
    )
    for condition in next(iter(results.values())).conditions:
        st.caption(f":material/history: {plain(condition)}")
    _outcome(claim, mine, "yours")


def _outcome(claim: Claim, standing: Standing, whose: str) -> None:
    """The outcome in a sentence, then each check with its picture."""
    first, again = standing.first, standing.again
    st.markdown(plain(first.sentence), help=f"{MEANING[standing.word]} {_CHART_HELP}")
    if again and again.sentence != first.sentence:
        st.markdown(f"On fresh seeds: {plain(again.finding)}")
    for place, check in enumerate(first.checks):
        if len(first.checks) > 1:
            small = badge(standing.word_of(place), small=True)
            st.html(small + f"<small> {escape(check.sentence)}</small>")
        repeated = again.checks[place] if again else None
        key = f"claims.{whose}.{claim.name}.{place}"
        pictures.show(st, pictures.with_tables(claimed_spec(check, repeated)), key=key)
        figure = saving.Figure(
            f"{check.check.metric} {whose}",
            partial(claimed_spec, check, repeated),
            partial(comparisons_frame, [check], [repeated] if repeated else []),
        )
        saving.save_button(figure, f"attnlab-{claim.name}", key)


def _what_is_run(claim: Claim) -> None:
    plan = claim.plan()
    task, arms, seeds = plan.task.entry, len(plan.arms), len(plan.seeds)
    st.markdown("### What we ran")
    st.markdown(
        f"{task.title}: {task.summary} {arms} arms, each with {seeds} seeds: {plan.runs} short "
        f"trainings. {claim.chosen}",
        help=_TERMS_HELP,
    )
    for name in claim.metrics:
        metric = metrics_as_read(plan.task, plan.judging.score)[name]
        st.markdown(f"- Measured by **{metric.title.lower()}**. {metric.help}")


def _plan(claim: Claim) -> None:
    plan = claim.plan()
    with st.expander("The plan", icon=":material/draft:", key=f"claims.{claim.name}.plan"):
        st.caption(plain(summary(plan)))
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
                st.error(plain(error), icon=":material/memory:")
                return
            st.rerun()
        if mine:
            _link(mine[0], f"An earlier run of it {_ended(mine[0])}: look or resume there")


def _progress(manager: JobManager, study_id: str) -> None:
    row = manager.store.study(study_id)
    if row.status not in ACTIVE:
        st.rerun(scope="app")
    st.progress(row.share, text=f"Your run: {plain(row.activity) or 'waiting'}")
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
    rows = manager.store.studies(Wanted(question=plan.question))
    return [row for row in rows if len(row.study.seeds) >= len(plan.seeds)]


def _time(entry: Shipped, plan: Study) -> str:
    return duration_text(entry.seconds * len(plan.seeds) / entry.seeds)


def _numbers(claim: Claim, standing: Standing) -> None:
    with st.expander(
        "All numbers", icon=":material/table_chart:", key=f"claims.{claim.name}.numbers"
    ):
        st.caption("Precomputed, as they came with attnlab, judged as comparisons of this claim.")
        st.html(comparisons_table(standing.first.checks))
        if standing.again:
            st.caption("The same on fresh seeds.")
            st.html(comparisons_table(standing.again.checks))


def _provenance(entry: Shipped) -> None:
    with st.expander("Where these numbers come from", icon=":material/inventory_2:"):
        for each in filter(None, (entry, entry.replication)):
            packages = ", ".join(f"{name} {version}" for name, version in each.versions.items())
            seeds = range(each.first_seed, each.first_seed + each.seeds)
            st.markdown(
                f"Precomputed: {counted(each.seeds, 'seed')} of each arm ({seeds_text(seeds)}), "
                f"trained on {each.made} in {duration_text(each.seconds)}, with {packages}. They "
                "are in `data/claims.json`, with every seed's score; this makes them again:"
            )
            st.code(each.command, language="bash")
