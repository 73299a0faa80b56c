"""What the pages are made of; the only place in attnlab that imports streamlit."""

from attnlab.imports import PANDAS_LATER, bring_those_there

# All pages, so that a second page opened while the first is being drawn imports nothing.
from attnlab.ui import ablation, claims, modules, network, playground, runs, samples  # noqa: F401

bring_those_there(PANDAS_LATER)
