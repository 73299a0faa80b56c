"""What the pages are made of; the only place in attnlab that imports streamlit."""

# All pages, so that whoever opens a second one while the first is being drawn imports nothing.
from attnlab.ui import ablation, claims, modules, playground, runs  # noqa: F401
