"""Keys for programs: a line a key, a dialog that makes one and shows it once, and a button that revokes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import streamlit as st

from core.domain.actor import Actor
from core.domain.api_keys import (
    DEFAULT_PER_MINUTE,
    MOST_PER_MINUTE,
    SCOPE_IN_WORDS,
    ApiKey,
    KeyLimits,
    Scope,
    sorted_scopes,
)
from core.workflows.accounts import api_keys
from pages.components import formatting
from pages.components.secret_dialog import SecretDialog, act_as_administrator

DIALOG = SecretDialog("new-key", "key")
INTRODUCTION = (
    "A key lets a program ask for decisions without anybody's sign-in: see “From a program” in the guide. Give each "
    "program its own, with no more than it needs."
)


def render_keys() -> None:
    """Every key, the newest first, and a button to add one."""
    keys = api_keys.all_keys()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(INTRODUCTION)
        st.button("Add a key", icon=":material/key:", type="primary", key="add-key", on_click=DIALOG.open)
    for key in reversed(keys):
        _render_line(key)
    if DIALOG.is_open:
        render_add_key()


@st.dialog("Add a key", icon=":material/key:", on_dismiss=DIALOG.close)
def render_add_key() -> None:
    if DIALOG.show_secret():
        return
    with st.form("add-a-key", border=False):
        name = st.text_input("Program", max_chars=60, key="new-key-name", autocomplete="off")
        scopes = st.multiselect(
            "May", list(Scope), default=[Scope.SCORE], format_func=SCOPE_IN_WORDS.__getitem__, key="new-key-scopes"
        )
        expires = st.date_input("Last day (UTC)", value=None, key="new-key-expires", help="Empty: until it is revoked.")
        per_minute = st.number_input(
            "Requests a minute", 1, MOST_PER_MINUTE, DEFAULT_PER_MINUTE, key="new-key-per-minute"
        )
        networks = st.text_input(
            "Only from these networks", key="new-key-networks", help="Such as 10.0.0.0/8, with commas. Empty: any."
        )
        sources = st.text_input(
            "Only for these sources", key="new-key-sources", help="Schools or devices, with commas. Empty: all."
        )
        if st.form_submit_button("Add", type="primary", width="stretch"):
            ends_at = datetime.combine(expires, time.max) if isinstance(expires, date) else None
            _add(name, scopes, KeyLimits(int(per_minute), ends_at, _listed(networks), _listed(sources)))


def _add(name: str, scopes: list[Scope], limits: KeyLimits) -> None:
    DIALOG.make(lambda actor: api_keys.create(name, scopes, limits, actor=actor)[1])


def _revoke(name: str) -> None:
    def revoke(actor: Actor) -> str:
        api_keys.revoke(name, actor=actor)
        return f"{name} opens nothing any more"

    act_as_administrator(revoke)


def _render_line(key: ApiKey) -> None:
    with (
        st.container(border=True),
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
    ):
        with st.container():
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.markdown(f"**{formatting.plain(key.name)}**", width="content")
                if key.revoked_at is not None:
                    st.badge("Revoked", color="red")
                elif not key.is_in_force(datetime.now(UTC).replace(tzinfo=None)):
                    st.badge("Expired", color="orange")
            st.caption(formatting.plain(_described(key)))
        if key.revoked_at is None:
            st.button(
                "Revoke",
                icon=":material/key_off:",
                key=f"revoke-{key.id}",
                help="At once and for good: the program is answered 401 from now on.",
                on_click=_revoke,
                args=(key.name,),
            )


def _described(key: ApiKey) -> str:
    parts = [", ".join(SCOPE_IN_WORDS[scope] for scope in sorted_scopes(key.scopes))]
    parts.append(f"last used {key.used_at:%d %B %Y}" if key.used_at else "never used")
    parts.append(f"until {key.limits.expires_at:%d %B %Y}" if key.limits.expires_at else "without an end")
    parts.append(f"{key.limits.per_minute} requests a minute")
    if key.limits.networks:
        parts.append(f"from {', '.join(key.limits.networks)}")
    if key.limits.sources:
        parts.append(f"for {', '.join(key.limits.sources)}")
    return " · ".join(parts)


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())
