"""A few samples as every arm sees them at one epoch, with its answer beside the right one."""

from __future__ import annotations

from typing import Literal

import numpy as np
import streamlit as st

from attnlab import charts
from attnlab.analysis.attention import is_truth_per_sample
from attnlab.analysis.samples import sample_attention
from attnlab.spec import SpecError, Study, TaskSpec
from attnlab.store import ACTIVE, SampleAnswer, ShownSamples, Store, StudyRow
from attnlab.tasks.answers import FewSamples, Said
from attnlab.tasks.examples import Example
from attnlab.ui import arm_cards, example_html, own_tasks, pictures
from attnlab.ui.arm_cards import Card
from attnlab.ui.choices import chosen_segment
from attnlab.ui.plain_text import plain
from attnlab.ui.turning import turned_to

SEED, NUMBER = "shown-samples.seed", "shown-samples.number"
MOST = 6
"""So many samples are shown at most: an epoch keeps no more."""

PICTURED = ("features", "channels", "image")
"""Kinds of samples that are drawn themselves, too: what attention weighs may be something else."""

Recorded = dict[tuple[str, int], ShownSamples]


def shows_first(study: Study) -> bool:
    """Whether single samples tell more than means over positions: each has a truth of its own, its
    positions are those of a text, or of a picture of something."""
    entry = study.task.entry
    is_picture = entry.slot == "image" and not study.task.truth
    return is_truth_per_sample(study) or not entry.same_positions or is_picture


def has_means(study: Study) -> bool:
    """Whether there is a mean over samples that says something: of texts there is none."""
    return study.task.entry.same_positions


def what_means_are(study: Study) -> str:
    """What is to be known of the mean over samples."""
    where = "the truth is at another place in every sample" if study.task.truth_axis else ""
    return "The mean over many samples" + (
        f", of which {where}: read single samples first." if where else "."
    )


def are_recorded(store: Store, row: StudyRow) -> bool:
    """Whether any run of the study has kept answers to samples."""
    return bool(_recorded(store, row, "last"))


def beside_each_other(
    store: Store, row: StudyRow, epoch: int | Literal["last"], arms: list[str] | None
) -> None:
    """One sample as every arm of the study, or those named, sees it at this epoch."""
    recorded = _recorded(store, row, epoch)
    study = row.study
    labels = [arm.label for arm in study.arms if arms is None or arm.label in arms]
    seeds = sorted({seed for arm, seed in recorded if arm in labels})
    if not seeds:
        st.caption(
            "The first epoch will show samples."
            if row.status in ACTIVE
            else "This study was trained before samples were kept for each epoch."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = chosen_segment("Seed", seeds, SEED) if len(seeds) <= 12 else _from_list(seeds)
        count = min(len(each.answers) for each in recorded.values())
        number = turned_to(NUMBER, count, "Sample ", " of the validation split")
    try:
        cards = [_card(study, label, seed, number, recorded.get((label, seed))) for label in labels]
        first = _samples(study.task_of(labels[0]), seed).examples[number]
    except (SpecError, OSError) as error:
        st.caption(f"There is nothing to show: {plain(error)}.")
        return
    truth = study.task_of(labels[0]).entry.truth_words if first.truth is not None else ""
    st.html(example_html.answer(first.label, truth))
    if first.kind in PICTURED or not any(card.seen for card in cards):
        st.html(example_html.picture(first))
    st.html(arm_cards.cards(cards))


def _from_list(seeds: list[int]) -> int:
    seed = st.selectbox("Seed", seeds, key=f"{SEED}.list", width=160)
    return seeds[0] if seed is None else seed


def _card(study: Study, arm: str, seed: int, number: int, run: ShownSamples | None) -> Card:
    task = study.task_of(arm)
    samples = _samples(task, seed)
    right = samples.examples[number]
    name, colour = charts.arm_names(study)[arm], charts.arm_colours(study)[arm]
    if run is None or number >= len(run.answers):
        return Card(name, colour, task, right, note="This seed has no such epoch yet.")
    answer = run.answers[number]
    answered = samples.answered(number, _plain(answer))
    weights = {axis: each for axis, each in run.weights.items() if number < len(each)}
    return Card(
        name,
        colour,
        task,
        drawn(right, answered),
        says=answered.label or "nothing",
        right=None if answer.value is not None else answered.label == right.label,
        share=answer.share if np.isfinite(answer.share) else None,
        seen=sample_attention(weights, run.kinds, number),
        note="" if weights or not _has_attention(study, arm) else "Too large to keep each epoch.",
    )


def drawn(right: Example, answered: Example) -> Example:
    """What is drawn under an answer: the sample, and of a text what was written for it."""
    return answered if right.kind == "pair" else right


def _has_attention(study: Study, arm: str) -> bool:
    return study.arm(arm).module.entry.fills


def _plain(answer: SampleAnswer) -> Said:
    return Said(answer.label, answer.tokens, answer.value)


def _recorded(store: Store, row: StudyRow, epoch: int | Literal["last"]) -> Recorded:
    found: Recorded = pictures.made_once(
        store, row, ("samples", epoch), lambda: store.shown_samples(row.id, epoch)
    )
    return found


def _samples(task: TaskSpec, seed: int) -> FewSamples:
    return samples_of(task.model_dump_json(), task, seed)


@st.cache_resource(max_entries=24, show_spinner="Making the samples")
def samples_of(key: str, _task: TaskSpec, seed: int) -> FewSamples:
    """The samples of a task at a seed, which `key` names."""
    made: FewSamples = own_tasks.made("attnlab.tasks.answers:shown", _task, seed, MOST)
    return made
