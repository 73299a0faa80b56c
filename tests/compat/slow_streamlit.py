"""Streamlit as on a machine that is far too busy: what a page says is sent every few seconds.

python -m tests.compat.slow_streamlit run streamlit_app.py
"""

from streamlit.runtime import runtime
from streamlit.web import cli

SECONDS = 2.0

if __name__ == "__main__":
    runtime.MESSAGE_FLUSH_INTERVAL_SECS = SECONDS
    cli.main(prog_name="streamlit")
