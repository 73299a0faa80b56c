"""The app: start it with `attnlab app` or `python -m attnlab app`."""

import streamlit as st

st.set_page_config(page_title="attnlab", page_icon="🔬", layout="wide")

st.navigation(
    [
        st.Page("pages/playground.py", title="Playground", icon=":material/science:", default=True),
        st.Page("pages/data.py", title="Data", icon=":material/database:"),
        st.Page("pages/claims.py", title="Claims", icon=":material/fact_check:"),
        st.Page("pages/ablation.py", title="Ablation", icon=":material/balance:"),
        st.Page("pages/judge.py", title="Judge", icon=":material/gavel:"),
        st.Page("pages/modules.py", title="Modules", icon=":material/category:"),
        st.Page("pages/runs.py", title="Runs", icon=":material/list:"),
    ],
    position="top",
).run()
