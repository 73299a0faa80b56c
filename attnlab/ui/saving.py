"""A figure to take away: the picture for paper and slides, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

import altair as alt
import pandas as pd
import streamlit as st

from attnlab import export
from attnlab.ui import pictures

FORMATS = {"png": "image/png", "svg": "image/svg+xml"}


Chart = TypeVar("Chart", bound=pictures.Spec | alt.TopLevelMixin, covariant=True)


class Figure(NamedTuple, Generic[Chart]):
    """A figure: its name, what makes it, and what gives the rows behind it."""

    name: str
    chart: Callable[[], Chart]
    data: Callable[[], pd.DataFrame]


AnyFigure = Figure[pictures.Spec] | Figure[alt.TopLevelMixin]


def save_button(figure: AnyFigure, file_name: str, key: str) -> None:
    """A button that opens onto the figure's formats; what it saves is made when one is pressed."""
    fold = st.popover(
        "Save this figure",
        icon=":material/image:",
        type="tertiary",
        key=f"{key}.save",
        on_change="rerun",  # closed, it is one element to draw instead of five
    )
    if not fold.open:
        return
    name = f"{file_name}-{figure.name.replace(' ', '-')}"
    with fold:
        for format, mime in FORMATS.items():
            st.download_button(
                format.upper(),
                partial(_image, figure, format),
                file_name=f"{name}.{format}",
                mime=mime,
                key=f"{key}.{format}",
                on_click="ignore",
                help="On white, whatever the theme here is.",
            )
        st.download_button(
            "Its data (CSV)",
            lambda: export.figure_data_csv(figure.data()),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"{key}.csv",
            on_click="ignore",
            help="The numbers behind it, at full resolution.",
        )


def _image(figure: AnyFigure, format: str) -> bytes:
    return export.figure(figure.chart(), format)
