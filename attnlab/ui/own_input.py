"""An input of one's own (a text, features, a row, an image), and what every arm makes of it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from attnlab import charts, imports
from attnlab.analysis.samples import sample_attention
from attnlab.inspection.asking import ArmAnswer, answers_of
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.loading import WEIGHTS
from attnlab.jobs import JobManager
from attnlab.jobs.own_data import check_as_trained
from attnlab.jobs.records import answers_of as recorded_answers
from attnlab.spec import SpecError, Study
from attnlab.store import ACTIVE, Status, Store, StoreError, StudyRow
from attnlab.tasks.answers import Said
from attnlab.tasks.asking.drawing import ink_of
from attnlab.tasks.asking.features import ranges
from attnlab.tasks.asking.given import Asked, Given, GivenError, asked
from attnlab.tasks.examples import Example
from attnlab.ui import arm_cards, example_html, own_row, own_series, own_widgets, pictures, server
from attnlab.ui.arm_cards import Card
from attnlab.ui.choices import chosen_segment
from attnlab.ui.plain_text import plain
from attnlab.ui.shown_samples import samples_of
from attnlab.ui.turning import turned_to
from attnlab.wording import as_sentence
from attnlab.workers import WorkersError

TEXT, SEED, START, UPLOADED = (
    f"own-input.{name}" for name in ("text", "seed", "start", "uploaded")
)
LIVE = "250ms"
"""A text is answered when nobody has typed for so long."""

HEADINGS = {
    "text": "Type your own",
    "features": "Move the features",
    "drawing": "Draw your own",
    "row": "Set your own row",
    "picture": "Upload your own image",
    "series": "Change the series",
}
OWN_PAIRS = "attnlab.tasks.asking.pairs:asked_pair"
LONGEST = 2_000
MOST_MB = 20
CHECKED_SECONDS = 10
"""For so long a folder is taken to hold what it held when it was last looked at."""

PAD_WIDTH, TEXT_WIDTH = 230, 340
"""Pixels of the pad, and of what stands beside it, or below it where there is no room."""
IMAGES = ["png", "jpg", "jpeg", "gif", "bmp", "webp"]
PICTURES = [*IMAGES, "tif", "tiff", "ppm", "pgm", "pbm"]


def own_input(manager: JobManager, row: StudyRow) -> None:
    """Ask the networks of a finished study; nothing where the task cannot be asked."""
    if row.status in ACTIVE or not row.study.task.entry.asks:
        return
    server.part(_own_input, manager.store, row)


def _own_input(store: Store, row: StudyRow) -> None:
    seeds = pictures.made_once(store, row, "seeds that can be asked", lambda: _seeds(store, row))
    if not seeds:
        return
    study = row.study
    asks = study.task.entry.asks
    st.markdown(f"## {HEADINGS[asks]}")
    seed = chosen_segment("Network of seed", list(seeds), SEED) if len(seeds) <= 12 else seeds[0]
    if gone := _data_problem(store, row):
        st.warning(plain(gone), icon=":material/folder_off:")
        return
    try:
        given = _given(study, seed)
        if given is None:
            return
        _show_answers(store, row, seed, seeds[seed], given)
    except GivenError as error:
        st.warning(plain(as_sentence(str(error))), icon=":material/edit:")
    except (InspectionError, SpecError, StoreError, WorkersError, OSError) as error:
        st.error(plain(as_sentence(str(error))), icon=":material/error:")


def _seeds(store: Store, row: StudyRow) -> dict[int, list[str]]:
    """The arms with a trained network, by seed."""
    runs = store.runs(row.id)
    finished = runs[runs["status"] == Status.FINISHED]
    found: dict[int, list[str]] = {}
    for label in (arm.label for arm in row.study.arms):
        for seed in sorted(finished.loc[finished["arm"] == label, "seed"].tolist()):
            if store.artifact(row.id, label, seed, WEIGHTS) is not None:
                found.setdefault(seed, []).append(label)
    return dict(sorted(found.items()))


def _data_problem(store: Store, row: StudyRow) -> str:
    """Why the study's own data cannot be used as its networks know them; empty where they can."""
    if not row.study.task.entry.fingerprint:
        return ""
    tasks = dict.fromkeys(row.study.task_of(arm) for arm in row.study.arms)
    stamps = tuple(_stamp(getattr(task.params, task.entry.path, "")) for task in tasks)
    accepted = store.data_changed_at(row.id)
    return _checked((str(store.home), row.id, row.part, *accepted, *stamps), store, row)


def _stamp(path: str) -> tuple[object, ...]:
    """Another one once what lies there may be another: of anything but a file, all the time."""
    now = int(time.monotonic() / CHECKED_SECONDS)
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return "nothing", now
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else ("folder", now)


@st.cache_resource(max_entries=64, show_spinner=False)
def _checked(key: object, _store: Store, _row: StudyRow) -> str:
    try:
        check_as_trained(_store, _row)
    except (SpecError, StoreError, OSError) as error:
        return (
            "The networks cannot be asked, as that takes the data that they were trained on. "
            f"{as_sentence(str(error))}"
        )
    return ""


def _given(study: Study, seed: int) -> Given | None:
    """What somebody gives, None before they do."""
    match study.task.entry.asks:
        case "text":
            return _text(study, seed)
        case "features":
            return _features(study, seed)
        case "row":
            return own_row.row_given(study, seed)
        case "series":
            return own_series.series_given(study, seed)
        case "picture":
            return _picture(study)
    return _drawing()


def _text(study: Study, seed: int) -> Given | None:
    example = samples_of(study.task.model_dump_json(), study.task, seed).examples[0]
    text = st.text_input(
        "The arms answer as you type",
        key=TEXT,
        max_chars=LONGEST,
        live=LIVE,
        placeholder=f"Such as: {_such_as(study, seed, example)}",
        persist_state="session",
    )
    return Given(text=text) if text and text.strip() else None


def _such_as(study: Study, seed: int, example: Example) -> str:
    """A sample as somebody would type it; of pairs of texts as somebody wrote it."""
    if study.task.entry.asked != OWN_PAIRS:
        return _as_typed(example)
    asking: Any = imports.module("attnlab.tasks.asking.pairs")
    return str(asking.sample_text(study.task.params, seed))


def _as_typed(example: Example) -> str:
    """A sample as somebody would type it."""
    if example.kind == "pair":
        return "".join(example.values[0])
    if example.kind == "sentences":
        return ". ".join(" ".join(filter(None, row)) for row in example.values if any(row))
    return " ".join(filter(None, example.values))


def _features(study: Study, seed: int) -> Given | None:
    samples = samples_of(study.task.model_dump_json(), study.task, seed).examples
    number = turned_to(START, len(samples), "Starting from sample ")
    example = samples[number]
    truth = np.zeros(len(example.values), bool) if example.truth is None else example.truth
    features = [
        own_widgets.Feature(
            example.names[place] if example.names else str(place),
            float(np.clip(value, low, high)),
            low,
            high,
            bool(truth[place]),
        )
        for place, (value, (low, high)) in enumerate(
            zip(example.values, ranges(samples), strict=True)
        )
    ]
    st.caption("Drag a slider, or move it by the arrow keys: the arms answer while you do.")
    token = f"{study.hash} {seed} {number}"
    values = own_widgets.moved(features, bool(example.names), token, "own-input-features")
    if not values:
        return None
    return Given(values=values)


def _drawing() -> Given | None:
    beside = st.container(horizontal=True, gap="medium")
    with beside.container(width=PAD_WIDTH):
        ink = own_widgets.drawn("own-input-pad")
    with beside.container(width=TEXT_WIDTH):
        st.caption(
            "Draw a digit with a finger or the mouse: the arms answer after each stroke. By "
            "keyboard: arrow keys move, with Shift they draw, Space makes a dot, Delete clears."
        )
        uploaded = st.file_uploader(
            "Or an image of a digit",
            type=IMAGES,
            key=UPLOADED,
            max_upload_size=MOST_MB,
        )
    if ink is not None and ink.any():
        return Given(ink=ink)
    return None if uploaded is None else ink_of(uploaded)


def _picture(study: Study) -> Given | None:
    uploaded = st.file_uploader(
        "An image: it is read as those of the set are, and the arms answer at once",
        type=PICTURES,
        key=f"{UPLOADED}.{study.hash}",
        max_upload_size=MOST_MB,
    )
    return None if uploaded is None else Given(picture=uploaded.getvalue())


def _show_answers(store: Store, row: StudyRow, seed: int, arms: list[str], given: Given) -> None:
    study = row.study
    read = {arm: asked(study.task_of(arm), seed, given) for arm in arms}
    with st.spinner("The networks answer; the first time they are loaded", show_time=False):
        answers = answers_of(store, row.id, seed, {arm: read[arm].inputs for arm in arms})
    first = read[arms[0]]
    if study.task.entry.asks == "features":
        first = replace(first, example=_like_the_sample(study, seed, first.example))
    if first.example.label:
        st.html(example_html.answer(first.example.label, ""))
    for note in first.notes:
        st.caption(plain(as_sentence(note)))
    if first.example.kind in ("image", "series"):
        st.html(example_html.picture(first.example))
    st.html(arm_cards.cards(_cards(study, seed, read, answers)))


def _like_the_sample(study: Study, seed: int, example: Example) -> Example:
    """Features with the names and the truth that those of a sample have."""
    sample = samples_of(study.task.model_dump_json(), study.task, seed).examples[0]
    return replace(example, names=sample.names, truth=sample.truth)


def _cards(
    study: Study, seed: int, read: Mapping[str, Asked], answers: Mapping[str, ArmAnswer]
) -> list[Card]:
    names, colours = charts.arm_names(study), charts.arm_colours(study)
    cards = []
    for arm, answer in answers.items():
        task, example = study.task_of(arm), read[arm].example
        samples = samples_of(task.model_dump_json(), task, seed)
        [said] = recorded_answers(answer.prediction[None])
        words = samples.answered(0, Said(said.label, said.tokens, said.value))
        is_known = bool(example.label) and said.value is None
        if study.task.entry.asks == "features":
            example = _like_the_sample(study, seed, example)
        if example.kind == "pair":
            truth = example.truth if words.label == example.label else None
            example = replace(example, values=(example.values[0], words.values[1]), truth=truth)
        cards.append(
            Card(
                names[arm],
                colours[arm],
                task,
                example,
                says=words.label or "nothing",
                right=words.label == example.label if is_known else None,
                share=float(said.share) if np.isfinite(said.share) else None,
                seen=sample_attention(answer.weights, answer.kinds, 0),
            )
        )
    return cards
