"""Single examples: a gallery with what was answered, and one of them in its own medium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from attnlab import charts
from attnlab.analysis.attention import axes_of, heads_first
from attnlab.analysis.samples import SampleAttention, sample_attention
from attnlab.charts.axis_titles import slot_order
from attnlab.inspection.attended import MOST_SHOWN, RunAttention
from attnlab.spec import SpecError, TaskSpec
from attnlab.tasks.examples import Example
from attnlab.ui import example_html, pixels
from attnlab.ui.attended_answers import answer_line, those_shown
from attnlab.ui.attended_heads import head_layers, head_view
from attnlab.ui.attended_where import kept_of
from attnlab.ui.choices import chosen_pill, chosen_segment
from attnlab.ui.inspected_choice import Chosen
from attnlab.ui.plain_text import plain
from attnlab.ui.samples import samples_of
from attnlab.wording import counted

FILTER, PAGE_OF, PICKED = "inspected.filter", "inspected.gallery", "inspected.example"
SEED, OPACITY, DECODED = "inspected.example-seed", "inspected.opacity", "inspected.decoded"
AT_ONCE = 6
ALL, ERRORS, DIFFERENT = "All", "Errors", "Different answers"

Found = Mapping[str, RunAttention]


def single(chosen: Chosen) -> None:
    """The gallery of the arms' examples, and the one that is looked at more closely."""
    st.markdown("## Example by example")
    seeds = [
        seed
        for seed in sorted(set.intersection(*map(set, chosen.seeds.values())))
        if all(kept_of(chosen, arm, seed) is not None for arm in chosen.arms)
    ]
    if not seeds:
        st.caption("Once the test examples were looked at, single ones stand here, too.")
        return
    seed = seeds[0]
    if len(seeds) > 1:
        seed = chosen_pill("Examples of seed", seeds, SEED, str)
    found = {arm: own for arm in chosen.arms if (own := kept_of(chosen, arm, seed)) is not None}
    task = chosen.study.task_of(chosen.arms[0])
    try:
        examples = samples_of(task, seed, MOST_SHOWN)
    except (SpecError, OSError) as error:
        st.caption(f"There is nothing to show: {plain(error)}.")
        return
    filters = [ALL]
    if any(each.errors.any() for each in found.values()):
        filters.append(ERRORS)
    if len(found) > 1 and not any(each.is_number for each in found.values()):
        filters.append(DIFFERENT)
    wanted = chosen_segment("Examples", filters, FILTER, show_label=False)
    numbers = those_shown(wanted, list(found.values()), len(examples))
    if not numbers:
        st.caption("No shown example is one of these.")
        return
    picked = _gallery(chosen, found, examples, numbers)
    _closer(chosen, found, task, examples, picked)


def _gallery(chosen: Chosen, found: Found, examples: Sequence[Example], numbers: list[int]) -> int:
    """A page of small pictures with a button each; gives the number of the one that is picked."""
    pages = -(-len(numbers) // AT_ONCE)
    page = st.session_state.get(PAGE_OF, 0) % pages
    shown = numbers[page * AT_ONCE : (page + 1) * AT_ONCE]
    picked = st.session_state.get(PICKED)
    if picked not in numbers:
        picked = shown[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, step in (("Previous", -1), ("Next", 1)):
            st.button(
                label,
                key=f"{PAGE_OF}{step:+d}",
                on_click=_put,
                args=(PAGE_OF, (page + step) % pages),
                disabled=pages == 1,
            )
        st.caption(
            f"{len(numbers)} of {counted(len(examples), 'validation example')}", width="content"
        )
    for first in range(0, len(shown), 3):
        for column, number in zip(st.columns(3), shown[first : first + 3], strict=False):
            with column, st.container(border=True):
                st.html(_card(chosen, found, examples, number))
                st.button(
                    f"Look at {number + 1}",
                    key=f"{PICKED}.{number}",
                    on_click=_put,
                    args=(PICKED, number),
                    type="primary" if number == picked else "secondary",
                )
    return picked


def _put(key: str, value: int) -> None:
    st.session_state[key] = value


def _card(chosen: Chosen, found: Found, examples: Sequence[Example], number: int) -> str:
    example = examples[number]
    lines = "".join(
        f"{chosen.heading(arm) if len(found) > 1 else ''}{answer_line(own, examples, number)}"
        for arm, own in found.items()
    )
    return (
        f"{example_html.small_picture(example)}"
        f"{example_html.answer(example.label, '')}{example_html.wrapped(lines)}"
    )


def _closer(
    chosen: Chosen, found: Found, task: TaskSpec, examples: Sequence[Example], number: int
) -> None:
    example, entry = examples[number], task.entry
    st.markdown(f"**Example {number + 1}**")
    truth = entry.truth_words if example.truth is not None else ""
    st.html(example_html.answer(example.label, truth))
    cover, upto = pixels.MOST_COVER, None
    if example.kind in ("image", "channels") and _weighs(found, "place"):
        cover = st.slider("Opacity of attention, %", 0, 100, 60, key=OPACITY) / 100
    if example.kind == "pair":
        length = len(example.values[1])
        if length > 1:
            upto = st.slider(
                "Decoded so far",
                1,
                length,
                length,
                key=f"{DECODED}.{number}",
                help="Each step looks at what is read, given the right letters or words before it.",
            )
    seen = {arm: _attention(own, number) for arm, own in found.items()}
    tops = _shared_tops(example, seen)
    for column, arm in zip(st.columns(len(seen)), seen, strict=True):
        with column:
            if len(seen) > 1:
                st.html(chosen.heading(arm))
            st.html(example_html.wrapped(answer_line(found[arm], examples, number)))
            _places(chosen, arm, task, example, seen[arm], tops, cover, upto)
            _class_activation(chosen, arm, found[arm], example, number, cover)
    for arm, own in found.items():
        _heads(chosen, arm, own, task, example, number, len(found) > 1)


def _weighs(found: Found, weighed: str) -> bool:
    return any(axes_of(axis).weighed == weighed for own in found.values() for axis in own.kinds)


def _attention(found: RunAttention, number: int) -> list[SampleAttention]:
    """The attention of one example, as far as it was kept."""
    traces = {
        axis: kept.astype(float)
        for axis in found.kinds
        if number < len(kept := found.arrays[f"{axis}/each"])
    }
    seen = sample_attention(traces, found.kinds, number)
    return sorted(seen, key=lambda each: slot_order(each.place))


def _shared_tops(
    example: Example, seen: Mapping[str, Sequence[SampleAttention]]
) -> dict[tuple[str, str], float]:
    """By place and kind, the weight with the strongest shade in the pictures of all arms."""
    tops: dict[tuple[str, str], float] = {}
    for own in seen.values():
        for place, kind in {(each.place, each.kind) for each in own}:
            heads = [each for each in own if (each.place, each.kind) == (place, kind)]
            top = example_html.strongest(example, heads)
            tops[place, kind] = max(top, tops.get((place, kind), 0.0))
    return tops


def _places(
    chosen: Chosen,
    arm: str,
    task: TaskSpec,
    example: Example,
    seen: Sequence[SampleAttention],
    tops: Mapping[tuple[str, str], float],
    cover: float,
    upto: int | None,
) -> None:
    """A picture for each place that one arm's attention stands at, block by block."""
    colour = chosen.colours()[arm]
    by_place: dict[str, list[SampleAttention]] = {}
    for each in seen:
        by_place.setdefault(each.place, []).append(each)
    if not by_place:
        st.caption(
            "Its attention was not kept: that of so many positions would take too much room."
        )
    above = example_html.sentence_weights(example, by_place)
    if above is not None:
        by_place.pop(above.place)
    for place, heads in by_place.items():
        if len(by_place) > 1:
            st.markdown(f"**{plain(charts.place_title(place, task))}**")
        top = tops[place, heads[0].kind]
        if upto is not None:
            _decoded(example, heads, colour, top, upto)
        else:
            st.html(example_html.seen_picture(example, heads, colour, above, top, cover))
        for note in example_html.notes(example, heads, above):
            st.caption(plain(note))
        st.html(example_html.legend(example, heads, colour, top))


def _decoded(
    example: Example, heads: Sequence[SampleAttention], colour: str, top: float, upto: int
) -> None:
    """An alignment as far as it is decoded: what is read, shaded by the newest step, and the grid
    with the rows so far."""
    read, written = example.values
    for head in heads:
        weights = np.atleast_2d(head.weights)
        step = np.zeros(len(read))
        now = weights[upto - 1][: len(read)]
        step[: len(now)] = now
        st.html(example_html.step_picture(list(read), step, colour, top, list(written), upto))
        truth = None if example.truth is None else example.truth[:upto]
        part = replace(example, values=(read, written[:upto]), truth=truth)
        rows = head._replace(weights=weights[:upto])
        st.html(example_html.seen_picture(part, [rows], colour, None, top))


def _class_activation(
    chosen: Chosen, arm: str, found: RunAttention, example: Example, number: int, cover: float
) -> None:
    """Grad-CAM beside spatial attention: which places the answer rests on."""
    for axis in found.kinds:
        maps = found.arrays.get(f"{axis}/Grad-CAM")
        if maps is None or number >= len(maps):
            continue
        own = maps[number].astype(float)
        seen = SampleAttention(axes_of(axis).weighed, 0, "distribution", own)
        where = f" of {axes_of(axis).slot}" if axes_of(axis).slot else ""
        st.markdown(plain(f"Grad-CAM{where}: where the map that attention weighs speaks for it"))
        top = float(own.max()) or 1.0
        colour = chosen.colours()[arm]
        st.html(example_html.seen_picture(example, [seen], colour, None, top, cover))


def _heads(
    chosen: Chosen,
    arm: str,
    found: RunAttention,
    task: TaskSpec,
    example: Example,
    number: int,
    is_named: bool,
) -> None:
    """The head view of self-attention, where steps look at each other."""
    if example.kind not in ("words", "series", "sentences"):
        return
    stacked = {}
    for axis in found.kinds:
        kept = found.arrays[f"{axis}/each"]
        name, weights = heads_first(axis, kept[min(number, len(kept) - 1)].astype(float))
        leading = axes_of(name).leading
        if number < len(kept) and "query" in leading and weights.shape[-1] == weights.shape[-2]:
            stacked[axis] = weights
    words = step_words(example)
    fitting = {axis: own for axis, own in stacked.items() if own.shape[-1] >= len(words)}
    if not fitting or not words:
        return
    st.markdown("**Head by head: who looks at whom**")
    if is_named:
        st.html(chosen.heading(arm))
    count = len(words)
    cut = {axis: own[..., :count, :count] for axis, own in fitting.items()}
    truth = None if example.truth is None or example.truth.ndim > 1 else example.truth
    layers = head_layers(cut, lambda axis: charts.place_title(axis, task))
    head_view(words, layers, truth, key=f"inspected.heads.{chosen.arms.index(arm)}")


def step_words(example: Example) -> list[str]:
    """What the steps of an example are called: its words, the first of its sentences, numbers."""
    if example.kind == "words":
        words = [str(word) for word in example.values]
        while words and not words[-1]:
            words.pop()
        return words
    return [str(place) for place in range(len(example.values))]
