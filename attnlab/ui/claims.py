"""The sections of the Claims page: which claims, their list, and one in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from attnlab.claims import BY_NAME, CLAIMS, Claim
from attnlab.claims.outcome import WORDS, Standing
from attnlab.claims.shipped import PATH, Shipped, shipped
from attnlab.compat.streamlit import RADIO_CAPTION
from attnlab.jobs import JobManager
from attnlab.ui import claim_card, html, master_detail
from attnlab.ui.claim_badges import EARLIER, NOT_RUN, marked
from attnlab.ui.plain_text import plain
from attnlab.wording import capitalised

CLAIM = "claim"
"""The query parameter of a link to one claim."""

KEY = "claims.claim"
ADDRESS = "claims.address"
LINKED = "claims.linked"
"""Where the session notes which claim a link names, until another one is chosen."""

LIST = "claims-list"

_STYLE = f"""<style>
.st-key-{LIST} {RADIO_CAPTION} {{opacity: 1}}
</style>"""
"""The words below the claims say most of it, so they are not paler than their colours."""


class Known(NamedTuple):
    """A claim with what is shipped of it (None if nothing): what became of it, and its word."""

    claim: Claim
    word: str
    entry: Shipped | None
    standing: Standing | None


def heading() -> None:
    """What this page is for."""
    st.html(html.NO_SIDEBAR)
    _follow_the_address()
    st.markdown("# Claims")
    st.caption(
        "What people say of attention, from papers and from tables made with a single seed; what "
        "becomes of it in small networks with many; and a button to see for yourself."
    )


def filters() -> list[Known]:
    """Which claims are shown: by what they are about, and by what became of them."""
    every = standings()
    with st.container(horizontal=True):
        groups = st.pills(
            "About",
            list(dict.fromkeys(each.claim.group for each in every)),
            selection_mode="multi",
            key="claims.group",
            help="What the claims are about; none chosen shows all.",
            persist_state="session",
            wrap=True,
        )
        outcomes = st.pills(
            "Verdict here",
            [word for word in (*WORDS, EARLIER, NOT_RUN) if any(e.word == word for e in every)],
            selection_mode="multi",
            format_func=capitalised,
            key="claims.word",
            help="What became of the claims in the study that came with attnlab; none chosen shows "
            "all.",
            persist_state="session",
            wrap=True,
        )
    return [
        each
        for each in every
        if (not groups or each.claim.group in groups) and (not outcomes or each.word in outcomes)
    ]


def one_of(manager: JobManager, shown: Sequence[Known]) -> None:
    """The list of claims, and next to it the chosen one in full."""
    if not shown:
        st.info("No claim about this came out so.", icon=":material/filter_alt_off:")
        _write_the_address()
        return
    master_detail.style(LIST)
    st.html(_STYLE)
    left, right = st.columns([1, 2.4], gap="medium")
    with left, st.container(key=LIST):
        chosen = _chosen(shown)
    _write_the_address()
    with right:
        claim_card.card(manager, chosen.claim, chosen.entry, chosen.standing)
    if st.session_state.get(LINKED) == chosen.claim.name:
        master_detail.into_view(LIST)
    else:
        st.session_state.pop(LINKED, None)


def standings() -> list[Known]:
    """Every claim with its outcome in the study that is shipped with attnlab."""
    return _standings(PATH, PATH.stat().st_mtime if PATH.exists() else None)


# As a resource: what is kept is only ever read. Anew when the file has changed.
@st.cache_resource(max_entries=1, show_spinner=False)
def _standings(path: Path, changed: float | None) -> list[Known]:
    entries = shipped(path)
    return [_standing(claim, entries.get(claim.name)) for claim in CLAIMS]


def _standing(claim: Claim, entry: Shipped | None) -> Known:
    if entry is None:
        return Known(claim, NOT_RUN, None, None)
    if not entry.fits(claim):
        return Known(claim, EARLIER, entry, None)
    standing = entry.standing(claim)
    return Known(claim, standing.word, entry, standing)


def _chosen(shown: Sequence[Known]) -> Known:
    by_name = {each.claim.name: each for each in shown}
    if st.session_state.get(KEY) not in by_name:
        st.session_state[KEY] = shown[0].claim.name
    return by_name[
        st.radio(
            "Claim",
            list(by_name),
            format_func=lambda name: by_name[name].claim.title,
            captions=[marked(each.word) for each in shown],
            key=KEY,
            help="The claim that is shown in full; below each what became of it here.",
            persist_state="session",
        )
    ]


def _follow_the_address() -> None:
    """Take over the claim that a link names."""
    name = st.query_params.get(CLAIM)
    if not name or name == st.session_state.get(ADDRESS):
        return
    st.session_state[ADDRESS] = name
    if name not in BY_NAME:
        st.warning(
            f"This link names a claim that is not here: {plain(name)}.", icon=":material/link_off:"
        )
        return
    st.session_state[KEY] = st.session_state[LINKED] = name
    st.session_state["claims.group"] = st.session_state["claims.word"] = []


def _write_the_address() -> None:
    """Keep the address a link to what is shown."""
    name = st.session_state.get(KEY)
    if name and st.query_params.get(CLAIM) != name:
        st.query_params[CLAIM] = name
    st.session_state[ADDRESS] = name
