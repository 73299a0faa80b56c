"""The app: start it with `attnlab app` or `python -m attnlab app`."""

import streamlit as st

# Whole, before a page asks for a part of it: two visitors may be the first ones at once, and who
# imports `attnlab.imports` finds it although another thread is still importing attnlab.
import attnlab  # noqa: F401

# Before the navigation: else the browser asks another host for the icon of the page.
st.set_page_config(page_title="attnlab", page_icon="🔬", layout="wide")

FIRST = "pages/playground.py"


def to_first_page() -> None:
    """The first page has the address "/" alone: its own name in an address leads to it as well."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    st.switch_page(FIRST, query_params=query)


page = st.navigation(
    [
        st.Page(
            FIRST, title="Playground", icon=":material/science:", url_path="first", default=True
        ),
        st.Page("pages/data.py", title="Data", icon=":material/database:"),
        st.Page("pages/claims.py", title="Claims", icon=":material/fact_check:"),
        st.Page("pages/ablation.py", title="Ablation", icon=":material/balance:"),
        st.Page("pages/attention.py", title="Attention", icon=":material/troubleshoot:"),
        st.Page("pages/judge.py", title="Judge", icon=":material/gavel:"),
        st.Page("pages/modules.py", title="Modules", icon=":material/category:"),
        st.Page("pages/runs.py", title="Runs", icon=":material/list:"),
        st.Page(to_first_page, title="Playground", url_path="playground", visibility="hidden"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · attnlab")
page.run()
