"""Streamlit beyond its public names; tested with 1.67."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.pages_manager import PagesManager

__all__ = ["BackMsg", "Container", "ForwardMsg", "leave_pages_folder", "takes_pages_folder"]

Container = DeltaGenerator
"""What `st.container`, `st.empty` and the like give: it has no public name, only its methods do.

`BackMsg` and `ForwardMsg` are what browser and server tell each other. No public way shows what a
change asked for, and when it was answered.
"""

# --- parts of a page, as CSS ---
# Streamlit gives names of one's own (`st-key-…`) to what has a key. These parts have none.

MAIN = "[data-testid=stMain]"
"""What scrolls: everything beside the sidebar."""

MAIN_BLOCK = "[data-testid=stMainBlockContainer]"
"""What is drawn in it, with the space above."""

SIDEBAR = "[data-testid=stSidebar]"
EXPAND_SIDEBAR = "[data-testid=stExpandSidebarButton]"
"""The button that brings a folded sidebar back."""

COLUMN = "[data-testid=stColumn]"
RADIO_CAPTION = "[data-testid=stRadioCaption] [data-testid=stCaptionContainer]"
"""The words below an option of `st.radio`."""

CHART = "[data-testid=stVegaLiteChart]"
BUTTON = "[data-testid=stButton]"
SLIDER = "[data-testid=stSlider]"


# --- which script is a page's ---


def takes_pages_folder() -> bool:
    """Whether the server runs the files in `pages` as pages of their own, without the app.

    It does so until a script has called `st.navigation`. A page cannot ask for that publicly, nor
    change it: the app that would call `st.navigation` is not run.
    """
    return bool(PagesManager.uses_pages_directory)


def leave_pages_folder() -> None:
    """Have the server run the app for every page from the next run on; see `takes_pages_folder`."""
    PagesManager.uses_pages_directory = False
