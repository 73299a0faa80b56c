"""What the pages are made of; the only place in attnlab that imports streamlit.

Each page imports its own part; the parts of the others, `PAGES`, follow once a page is painted.
"""

from attnlab.imports import PANDAS_LATER, bring_those_there

PAGES = tuple(
    f"attnlab.ui.{name}"
    for name in (
        "playground",
        "network",
        "samples",
        "data",
        "claims",
        "ablation",
        "inspecting",
        "judge",
        "modules",
        "own_modules",
        "runs",
    )
)

bring_those_there(PANDAS_LATER)
