"""Streamlit beyond its public names; tested with 1.67."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.pages_manager import PagesManager

__all__ = ["BackMsg", "Container", "ForwardMsg", "stop_using_pages_folder", "uses_pages_folder"]

Container = DeltaGenerator
"""What `st.container`, `st.empty` and the like return: its class has no public name.

`BackMsg` and `ForwardMsg` are the messages between browser and server. There is no public way to
see what a change requested and when it was answered.
"""

# --- parts of a page, as CSS ---
# Streamlit gives an element with a key a class of that name (`st-key-…`). These parts have no key.

MAIN = "[data-testid=stMain]"
"""The part that scrolls: everything beside the sidebar."""

MAIN_BLOCK = "[data-testid=stMainBlockContainer]"
"""The content of the main part, with the space above."""

SIDEBAR = "[data-testid=stSidebar]"
EXPAND_SIDEBAR = "[data-testid=stExpandSidebarButton]"
"""The button that opens a folded sidebar."""

COLUMN = "[data-testid=stColumn]"
RADIO_CAPTION = "[data-testid=stRadioCaption] [data-testid=stCaptionContainer]"
"""The words below an option of `st.radio`."""

CAPTION = "[data-testid=stCaptionContainer]"
"""Small print."""

CHART = "[data-testid=stVegaLiteChart]"
BUTTON = "[data-testid=stButton]"
POPOVER_ARROW = "[data-testid=stPopoverButton] div[aria-hidden=true]"
"""The arrow at the end of a button that opens a popover."""

SLIDER = "[data-testid=stSlider]"
SLIDER_VALUE = "[data-testid=stSliderThumbValue]"
PILL = "[data-variant=pills]"
"""An option of `st.pills`."""

CHOSEN = "[data-selected=true]"
"""What is chosen of `st.pills` and `st.segmented_control`."""


# --- which script runs for a page ---


def uses_pages_folder() -> bool:
    """Whether the server runs the files in `pages` as pages of their own, without the app.

    It does so until a script has called `st.navigation`. A page can neither query nor change that
    publicly: the app that would call `st.navigation` does not run.
    """
    return bool(PagesManager.uses_pages_directory)


def stop_using_pages_folder() -> None:
    """Have the server run the app for every page from the next run on; see `uses_pages_folder`."""
    PagesManager.uses_pages_directory = False
