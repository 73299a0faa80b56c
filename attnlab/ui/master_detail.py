"""A list of entries to read, and next to it the chosen one in full."""

from __future__ import annotations

import streamlit as st

from attnlab.compat.streamlit import COLUMN


def style(key: str) -> None:
    """Let the container of this key be a list that stays next to what is read.

    In a narrow window it stands above, and is low. A long formula can be scrolled.
    """
    st.html(f"""<style>
.katex-display {{overflow-x: auto; overflow-y: hidden}}
.st-key-{key} {{max-height: 15rem; overflow-y: auto; padding: 4px; scroll-margin-top: 4rem}}
@media (min-width: 768px) {{
.st-key-{key} {{max-height: calc(100vh - 6rem)}}
{COLUMN}:has(.st-key-{key}) {{position: sticky; top: 4rem; align-self: start}}
}}
</style>""")


def into_view(key: str) -> None:
    """Scroll to what is chosen in the list of this key, after a link was followed.

    In the list, and in a narrow window right below. The page grows while it is drawn, so this is
    done several times, until it is touched.
    """
    with st.container(key=f"{key}-into-view"):  # as long as it stays, it runs only once
        st.html(_into_view(key), unsafe_allow_javascript=True)


def _into_view(key: str) -> str:
    return f"""<script>
const stop = new AbortController();
for (const kind of ["wheel", "pointerdown", "keydown"])
  window.addEventListener(kind, () => stop.abort(), {{signal: stop.signal}});
for (const wait of [50, 300, 800, 1500]) setTimeout(() => {{
  const list = document.querySelector(".st-key-{key}");
  const chosen = list?.querySelector("label:has(input:checked)");
  if (!chosen || stop.signal.aborted) return;
  const above = chosen.getBoundingClientRect().top - list.getBoundingClientRect().top;
  list.scrollTop += above - list.clientHeight / 3;
  if (window.innerWidth < 768) list.scrollIntoView();
  else chosen.scrollIntoView({{block: "nearest"}});
}}, wait);
</script>"""
