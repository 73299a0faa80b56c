"""Signing in, where the server has it: Streamlit's own OpenID Connect, set up in its secrets.

It is on where secrets.toml has an [auth] section. One that is not complete lets nobody in.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from attnlab.store import Person
from attnlab.ui.plain_text import plain
from attnlab.wording import in_one_line, listed

CALLBACK = "/oauth2callback"
"""Where Streamlit takes up who comes back from the provider."""

ABOUT = "docs/trust.md"
LONGEST_SHOWN = 120
_KEEP_LINK = """<script>
sessionStorage.setItem("attnlab.link", location.pathname + location.search);
</script>"""
_OPEN_KEPT_LINK = """<script>
{
const kept = sessionStorage.getItem("attnlab.link");
sessionStorage.removeItem("attnlab.link");
if (kept && kept !== location.pathname + location.search) {
    const url = new URL(kept, location.origin);
    if (url.origin === location.origin) location.replace(url);
}
}
</script>"""
"""Who comes back from the provider is at the app's first page, whatever link they followed: the
browser's tab keeps that link meanwhile."""

_OF_APP = ("redirect_uri", "cookie_secret")
_OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_DEFAULT = "default"


class IncompleteSignInError(Exception):
    """For sign-in that is set up in part; the message says what is expected."""


def person() -> Person | None:
    """Who looks at the page; None where the server asks nobody.

    Who has not signed in is asked to, and the page ends here.
    """
    try:
        section = _section()
        if section is None:
            return None
        providers = _providers(section)
        who = _signed_in() if st.user.get("is_logged_in") else None
    except IncompleteSignInError as error:
        st.error(plain(error), icon=":material/lock:")
        st.stop()
    if who is None:
        _ask(providers)
        st.stop()
    _who(who)
    return who


def _section() -> Mapping[str, Any] | None:
    """What Streamlit's secrets say of signing in; None if nothing."""
    try:
        return st.secrets.get("auth")
    except FileNotFoundError as error:  # also for a file that is there and is no TOML
        for path in st.get_option("secrets.files"):
            if Path(path).exists():
                raise IncompleteSignInError(
                    f"{path} cannot be read, so that nobody knows whether to sign in: expected TOML"
                ) from error
        return None


def _providers(section: Any) -> list[str]:
    """The names of those by whom people can sign in, as `st.login` takes them."""
    if not isinstance(section, Mapping):
        raise IncompleteSignInError(_expected("auth is no section"))
    named = {name: each for name, each in section.items() if isinstance(each, Mapping)}
    named.pop("client_kwargs", None)
    if not named or any(key in section for key in _OF_PROVIDER):
        named[_DEFAULT] = {**section, **named.get(_DEFAULT, {})}
    missing = [key for key in _OF_APP if not section.get(key)]
    for name, each in named.items():
        of = "" if name == _DEFAULT else f"{name}."
        missing += [f"{of}{key}" for key in _OF_PROVIDER if not each.get(key)]
    if missing:
        raise IncompleteSignInError(_expected(f"[auth] has no {listed(missing)}"))
    if not str(section["redirect_uri"]).endswith(CALLBACK):
        raise IncompleteSignInError(_expected(f"redirect_uri does not end with {CALLBACK}"))
    if importlib.util.find_spec("authlib") is None or importlib.util.find_spec("httpx") is None:
        raise IncompleteSignInError(
            "Signing in is set up in Streamlit's secrets.toml, but takes Authlib, which is not "
            'installed: pip install "streamlit[auth]", and start the app again'
        )
    return list(named)


def _expected(what: str) -> str:
    return (
        f"Signing in is set up in part, so that nobody can: in Streamlit's secrets.toml, {what}. "
        f"{ABOUT} has a complete example."
    )


def _signed_in() -> Person:
    """The person, as the provider told of them."""
    issuer, subject = st.user.get("iss"), st.user.get("sub")
    if not (isinstance(issuer, str) and issuer and isinstance(subject, str) and subject):
        raise IncompleteSignInError(
            "The provider of the sign-in did not say who you are: expected its name (iss) and "
            "yours (sub) in the ID token."
        )
    told = [st.user.get(name) for name in ("email", "preferred_username", "name")]
    shown = next((in_one_line(each, LONGEST_SHOWN) for each in told if isinstance(each, str)), "")
    return Person(issuer, subject, shown or in_one_line(subject, LONGEST_SHOWN))


def _ask(providers: list[str]) -> None:
    st.html(_KEEP_LINK, unsafe_allow_javascript=True)
    st.markdown("# Sign in to attnlab")
    st.caption(
        "Studies here belong to who made them. Everybody who signs in sees all of them; a study is "
        "changed and deleted by its maker alone."
    )
    for name in providers:
        by = "" if name == _DEFAULT else f" with {plain(name)}"
        if st.button(
            f"Sign in{by}", type="primary", icon=":material/login:", key=f"sign_in.{name}"
        ):
            st.login(None if name == _DEFAULT else name)


def _who(who: Person) -> None:
    """Who is signed in, at the top of the page: most pages have no sidebar."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.html(_OPEN_KEPT_LINK, unsafe_allow_javascript=True, width="content")
        st.caption(f"Signed in as {plain(who.shown)}", width="content")
        if st.button("Sign out", type="tertiary", icon=":material/logout:", key="sign_out"):
            st.logout()
            st.stop()
