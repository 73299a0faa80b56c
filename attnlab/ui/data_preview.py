"""What data are, before anything trains: counts, examples, columns, and what may mislead."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.analysis.rounding import level_text
from attnlab.catalog.task_entries.folder import ImageFolderParameters, image_listing
from attnlab.catalog.task_entries.own_table import table_path
from attnlab.data.images import Listing
from attnlab.data.inspection import InspectedColumn, Inspection
from attnlab.data.tables.table import Table, read_table
from attnlab.imports import importing
from attnlab.spec import TaskSpec, load
from attnlab.tasks.folder import rendering
from attnlab.ui import html, pictures, pixels
from attnlab.wording import as_sentence, counted

MOST_ROWS = 8
MOST_CLASSES, EACH = 8, 5
"""Of so many classes so many images are shown."""

_THUMB = 64

_GALLERY = """<style>
.lab-gallery {display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 6px 14px;
  align-items: center}
.lab-gallery b {font-weight: 600; overflow-wrap: anywhere; max-width: 14rem}
.lab-gallery div {display: flex; flex-wrap: wrap; gap: 6px}
.lab-gallery span {position: relative; display: block; width: 64px; height: 64px}
.lab-gallery img {width: 64px; height: 64px; border-radius: 4px; image-rendering: auto;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent)}
.lab-gallery img.m {position: absolute; inset: 0; border-color: transparent}
</style>"""


def show(task: TaskSpec) -> Inspection:
    """Draw the preview of a task's data and return it; raises SpecError for data that cannot be
    used."""
    preview = PREVIEWS[task.name]
    inspection = _inspected(task.model_dump_json(), preview.stamp(task.params), task)
    _summary(inspection)
    _warnings(inspection)
    _counts(inspection)
    preview.draw(task, inspection)
    if inspection.left_out:
        with st.expander(f"Left out ({len(inspection.left_out)})", icon=":material/block:"):
            for each in inspection.left_out:
                st.text(f"{each.what}: {each.reason}")
    return inspection


@st.cache_resource(max_entries=8, show_spinner="Looking at the data")
def _inspected(plan: str, stamp: object, _task: TaskSpec) -> Inspection:
    """What the data of a task hold, looked at anew when these settings or the files change."""
    inspection: Inspection = load(_task.entry.inspect)(_task.params)
    return inspection


def _summary(found: Inspection) -> None:
    with st.container(horizontal=True, gap="large"):
        st.metric(f"{found.called[1].capitalize()} in use", f"{found.samples:,}", width="content")
        if found.classes:
            st.metric("Classes", f"{len(found.classes):,}", width="content")
        if found.chance is not None:
            st.metric(
                "Chance",
                level_text([found.chance]),
                help="The validation accuracy of always giving the commonest answer.",
                width="content",
            )
    notes = [f"{name} {value}" for name, value in found.read_as.items()]
    if found.label:
        guessed = f" (taken {found.label_guessed})" if found.label_guessed else ""
        notes.append(f"label “{found.label}”{guessed}")
    if notes:
        st.caption(f"Read as: {', '.join(notes)}.".replace("$", r"\$"))
    if found.kind == "regression":
        st.info(
            "The label is a quantity with many values: choose a column of classes to train on it.",
            icon=":material/straighten:",
        )


def _warnings(found: Inspection) -> None:
    for warning in found.warnings:
        st.warning(as_sentence(warning), icon=":material/warning:")


def _counts(found: Inspection) -> None:
    if not found.classes:
        return
    st.markdown("##### How many of each class")
    pictures.show(st, charts.class_counts_spec(found.splits), key="data.counts")
    if found.drawn_anew:
        st.caption("Each seed divides them anew, in these proportions.")


def _table(task: TaskSpec, found: Inspection) -> None:
    _rows(_table_of(task.params), found)
    _columns(found.columns)


def _table_of(params: Any) -> Table:
    return read_table(table_path(params), params.sheet)


def _rows(table: Table, found: Inspection) -> None:
    st.markdown("##### The first rows")
    names = list(table.columns)
    if found.label in names:  # first, where it is seen
        names = [found.label, *(name for name in names if name != found.label)]
    frame = pd.DataFrame({name: table.first_values(name, MOST_ROWS) for name in names})
    st.dataframe(frame, hide_index=True, width="stretch")


def _columns(columns: Sequence[InspectedColumn]) -> None:
    st.markdown("##### What is done with each column")
    rows = "".join(
        f"<tr><td>{escape(each.name)}</td><td>{escape(each.kind)}</td>"
        f"<td>{each.missing or '–'}</td><td class='lab-words'>{escape(each.treatment)}</td>"
        f"<td>{len(each.inputs) or '–'}</td></tr>"
        for each in columns
    )
    head = "<tr><th>Column</th><th>Kind</th><th>Missing</th><th>Treatment</th><th>Inputs</th></tr>"
    style = (
        "<style>.lab-table td.lab-words {text-align: left; white-space: normal; min-width: 14rem}"
        ".lab-table th:nth-child(4) {text-align: left}</style>"
    )
    scroll = "lab-table lab-scroll" if len(columns) > html.MOST_ROWS else "lab-table"
    st.html(
        f"{html.TABLE_STYLE}{style}<div class='{scroll}'><table><thead>{head}</thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _images(task: TaskSpec, _: Inspection) -> None:
    params = task.params
    assert isinstance(params, ImageFolderParameters)
    found = image_listing(params)
    st.markdown("##### As the networks see them")
    classes = found.classes[:MOST_CLASSES]
    names = tuple(
        name
        for label in range(len(classes))
        for name in [each for each, of in found.splits["train"] if of == label][:EACH]
    )
    labels = dict(found.splits["train"])
    sources, notes = _decoded(found, names, params)
    outlines = _outlines(found, names, params)
    pictures_of: dict[str, list[str]] = {name: [] for name in classes}
    for name, source in zip(names, sources, strict=True):
        title = escape(name, quote=True)
        pictures_of[found.classes[labels[name]]].append(
            f'<span title="{title}"><img src="{source}" alt="{title}">'
            f"{outlines.get(name, '')}</span>"
        )
    rows = "".join(
        f"<b>{escape(name)}</b><div>{''.join(images)}</div>" for name, images in pictures_of.items()
    )
    st.html(f'{_GALLERY}<div class="lab-gallery">{rows}</div>')
    if outlines:
        st.caption("Outlined is what a mask marks: where attention should be.")
    for note in notes:
        st.caption(f":material/info: Among these: {note}.".replace("$", r"\$"))
    more = len(found.classes) - len(classes)
    if more > 0:
        st.caption(f"And {counted(more, 'class', 'classes')} more.")


def _decoded(
    found: Listing, names: tuple[str, ...], params: ImageFolderParameters
) -> tuple[list[str], list[str]]:
    """The images as data URLs, of the size that the networks get, and what was done to them."""
    with importing("PIL.Image", "attnlab.data.images.pixels"):
        from PIL import Image

        from attnlab.data.images.pixels import decoded

    shown_as = decoded(found, names, rendering(params))
    sources = []
    for image in shown_as.pixels:
        file = io.BytesIO()
        shown = Image.fromarray(image if params.colour else image[..., 0])
        if params.size < _THUMB:
            shown = shown.resize((_THUMB, _THUMB), Image.Resampling.NEAREST)
        shown.save(file, "PNG")
        sources.append(f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}")
    return sources, [str(note) for note in shown_as.notes]


def _outlines(
    found: Listing, names: tuple[str, ...], params: ImageFolderParameters
) -> dict[str, str]:
    """A picture that lies over each image with a mask, as HTML: the outline of what it marks."""
    if not found.masks:
        return {}
    with importing("attnlab.data.images.mask_pixels"):
        from attnlab.data.images.mask_pixels import marked

    found_masks = marked(found, names, rendering(params)).pixels
    sources = {
        name: pixels.png(pixels.outline(mask, charts.TRUTH))
        for name, mask in zip(names, found_masks, strict=True)
        if mask.any()
    }
    glow = f"filter: drop-shadow(0 0 0.7px {charts.TRUTH})"  # a line of a pixel is hardly seen
    return {
        name: f'<img class="m" style="{glow}" src="{source}" alt="its mask">'
        for name, source in sources.items()
    }


class Preview(NamedTuple):
    """How data of a kind are shown: `stamp` takes the parameters and changes as the data do, `draw`
    shows examples."""

    stamp: Callable[[Any], object]
    draw: Callable[[TaskSpec, Inspection], None]


PREVIEWS = {
    "image-folder": Preview(lambda params: image_listing(params).stamp, _images),
    "own-table": Preview(lambda params: _table_of(params).stamp, _table),
}
"""By the task's name."""
