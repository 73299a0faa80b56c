"""How a study gets on: progress with time left, what went wrong, resuming it, its headline."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from attnlab import workers
from attnlab.jobs import JobManager
from attnlab.jobs.timing import duration_text
from attnlab.results.headline import headline
from attnlab.spec import SpecError, titles_of
from attnlab.store import ACTIVE, RESUMABLE, Status, Store, StudyRow, Wanted
from attnlab.ui import judgements, pictures
from attnlab.ui.plain_text import plain, plain_but_bold, plain_lines
from attnlab.ui.sections import in_own_container, live
from attnlab.ui.study_summary import title

BAR, SAID = "study-bar", "study-said"

_SAYING = f"""<style>
.st-key-{SAID} {{position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap}}
@media (prefers-reduced-motion: no-preference) {{
.st-key-{BAR} [role=progressbar] {{animation: lab-busy 1.6s ease-in-out infinite alternate}}
@keyframes lab-busy {{from {{opacity: 1}} to {{opacity: 0.55}}}}
}}
</style><script>
{{const said = document.querySelector(".st-key-{SAID}");
said?.setAttribute("role", "status");
said?.setAttribute("aria-live", "polite");}}
</script>"""


def status_and_headline(manager: JobManager, row: StudyRow) -> Callable[[], None]:
    """Progress with time left, and a place for what came out.

    Call what this gives to put the headline there, after the pictures: what it rests on takes a
    fresh server a second to import.
    """
    status(manager, row)
    if row.status in ACTIVE:
        return lambda: None
    if not workers.are_ready():
        live(_loading, active=True)
    with st.container(key="headline"):
        st.html("<style>.st-key-headline {min-height: 1.5rem}</style>")
        place = st.container()

    def put() -> None:
        sentence = pictures.made_once(
            manager.store,
            row,
            "headline",
            lambda: headline(judgements.by_accuracy(manager.store, row), says="directions"),
        )
        place.markdown(plain_but_bold(sentence))

    return put


def status(manager: JobManager, row: StudyRow) -> None:
    """How far the study is, and what went wrong."""
    fault = manager.faults.get(row.id)
    if fault:
        st.error(plain(fault), icon=":material/error:")
    finished = row.counts[Status.FINISHED]
    chose = f", and {row.tuned} that chose learning rates," if row.tuned else ""
    so_far = f"{finished} of {row.runs} runs finished"
    if row.study.awaits_tuning:
        so_far = f"{row.tuned} of {row.tuning_planned} runs that choose learning rates finished"
    match row.status:
        case Status.RUNNING:
            with st.container(key=BAR):
                st.progress(row.share, text=plain(row.activity) or "Starting")
            _where(manager, row)
        case Status.QUEUED:
            text = "Getting the example ready" if row.example else _waiting(manager.store)
            st.progress(row.share, text=plain(text))
        case Status.FINISHED:
            text = f"Finished: {row.runs} runs{chose} in {duration_text(row.seconds)} of training"
            st.caption(f":material/check_circle: {plain(text)}")
        case Status.FAILED:
            st.error(plain_lines(_failures(manager, row)), icon=":material/error:")
        case Status.STOPPED:
            st.info(plain(f"Stopped: {so_far}, and kept."), icon=":material/stop_circle:")
        case Status.INTERRUPTED:
            text = f"Interrupted, the process that trained it has ended: {so_far}, and kept."
            st.warning(plain(text), icon=":material/power_off:")


def say(row: StudyRow) -> None:
    """Tell a screen reader how far the study is, every tenth of it: the bar changes too often to be
    read aloud. For the end of a page, as what is not seen takes a line's space there, too."""
    with st.container(key=SAID):
        st.html(f"<span>{escape(said(row))}</span>{_SAYING}", unsafe_allow_javascript=True)


def said(row: StudyRow) -> str:
    """How far a study is, in tenths, or how it ended."""
    if row.status == Status.RUNNING:
        return f"Training, {10 * int(10 * row.share)} % done"
    return {
        Status.QUEUED: "Waiting to train",
        Status.FINISHED: f"Training finished, {row.runs} runs",
        Status.FAILED: "Training ended, runs have failed",
        Status.STOPPED: "Training stopped",
        Status.INTERRUPTED: "Training interrupted",
    }[row.status]


def _where(manager: JobManager, row: StudyRow) -> None:
    """Which cluster a study of this server trains on; nothing where it trains on this machine."""
    if row.owner != manager.owner:
        return
    try:
        cluster = workers.chosen_cluster()
    except SpecError:
        return  # the training ends with this fault, which is shown above
    if cluster is not None:
        st.caption(f":material/lan: Trains on {plain(cluster)}")


def _waiting(store: Store) -> str:
    """What a queued study waits for; a paused one keeps its place."""
    running = store.studies(Wanted(statuses=[Status.RUNNING]))
    first = next((row for row in running if row.paused), None)
    if first is None:
        return "Waiting for its turn"
    return f"Waiting for “{title(first)}”, which is paused: go on with it, or stop it"


def _loading() -> None:
    if workers.are_ready():
        st.toast("TensorFlow is ready.", icon=":material/check_circle:")
        st.rerun(scope="app")
    st.caption(":material/hourglass_top: TensorFlow is loading; you can set things up already.")


def _failures(manager: JobManager, row: StudyRow) -> str:
    runs = manager.store.runs(row.id)
    failed = runs[runs["status"] == Status.FAILED]
    titles = titles_of(row.study)
    lines = [
        f"- {titles[arm]}, seed {seed}: {error}"
        for arm, seed, error in failed[["arm", "seed", "error"]].head(5).to_numpy()
    ]
    more = [f"- and {len(failed) - 5} more"] if len(failed) > 5 else []
    head = f"{len(failed)} of {row.runs} runs failed; the others are kept."
    return "\n".join([head, "", *lines, *more])


@in_own_container
def resume_button(manager: JobManager, row: StudyRow) -> None:
    """Offer to train what is missing of a study that ended early."""
    theirs = manager.store.may_change(row)
    if row.status in RESUMABLE and theirs and resume_pressed(manager, row, "Resume"):
        st.rerun()


def resume_pressed(manager: JobManager, row: StudyRow, label: str) -> bool:
    """A button that trains what is missing of a study, on data that have changed once that was
    said; whether it was pressed, and could."""
    changed = row.id in manager.changed_data
    if not st.button(
        f"{label} with the data as they are now" if changed else label,
        icon=":material/resume:",
        help="Train the runs that are missing; finished ones are kept.",
    ):
        return False
    try:
        manager.resume(row.id, changed_data=changed)
    except SpecError as error:
        st.error(plain(error), icon=":material/error:")
        return False
    return True
