"""Keys for programs: a line a key, a dialog that makes one and shows it once, and a button that revokes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import streamlit as st

from core.domain.actor import Actor
from core.domain.api_keys import (
    DEFAULT_PER_MINUTE,
    MOST_PER_MINUTE,
    ApiKey,
    KeyLimits,
    Scope,
    sorted_scopes,
)
from core.translation import mark
from core.workflows.accounts import api_keys
from pages.components import formatting
from pages.components.secret_dialog import SecretDialog, act_as_administrator
from pages.components.words import say

DIALOG = SecretDialog("new-key", mark("Copy the key now. It cannot be shown again."))
INTRODUCTION = mark(
    "A key lets a program ask for decisions without anybody's sign-in: see “From a program” in the guide. Give each "
    "program its own, with no more than it needs."
)
SCOPES = {
    Scope.SCORE: mark("ask for decisions"),
    Scope.READ_DECISIONS: mark("read decisions of the past"),
    Scope.IMPORT: mark("import recordings"),
    Scope.METRICS: mark("read figures of the server"),
}


def render_keys() -> None:
    """Every key, the newest first, and a button to add one."""
    keys = api_keys.all_keys()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(say(INTRODUCTION))
        st.button(
            say("Add a key"),
            icon=":material/key:",
            type="primary",
            key="add-key",
            on_click=DIALOG.open,
            width="content",
        )
    for key in reversed(keys):
        _render_line(key)
    if DIALOG.is_open:
        st.dialog(say("Add a key"), icon=":material/key:", on_dismiss=DIALOG.close)(render_add_key)()


def render_add_key() -> None:
    if DIALOG.show_secret():
        return
    with st.form("add-a-key", border=False):
        name = st.text_input(say("Program"), max_chars=60, key="new-key-name", autocomplete="off")
        scopes = st.multiselect(
            say("It may"),
            list(Scope),
            default=[Scope.SCORE],
            format_func=lambda scope: say(SCOPES[scope]),
            key="new-key-scopes",
        )
        expires = st.date_input(
            say("Last day (UTC)"),
            value=None,
            format=formatting.day_format(),
            key="new-key-expires",
            help=say("Empty: until it is revoked."),
        )
        per_minute = st.number_input(
            say("Requests a minute"), 1, MOST_PER_MINUTE, DEFAULT_PER_MINUTE, key="new-key-per-minute"
        )
        networks = st.text_input(
            say("Only from these networks"),
            key="new-key-networks",
            help=say("Such as 10.0.0.0/8, with commas. Empty: any."),
        )
        sources = st.text_input(
            say("Only for these sources"),
            key="new-key-sources",
            help=say("Schools or devices, with commas. Empty: all."),
        )
        if st.form_submit_button(say("Add"), type="primary", width="stretch"):
            ends_at = datetime.combine(expires, time.max) if isinstance(expires, date) else None
            _add(name, scopes, KeyLimits(int(per_minute), ends_at, _listed(networks), _listed(sources)))


def _add(name: str, scopes: list[Scope], limits: KeyLimits) -> None:
    DIALOG.make(lambda actor: api_keys.create(name, scopes, limits, actor=actor)[1])


def _revoke(name: str) -> None:
    def revoke(actor: Actor) -> str:
        api_keys.revoke(name, actor=actor)
        return say("{name} opens nothing any more", name=name)

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
                    st.badge(say("Revoked"), color="red")
                elif not key.is_in_force(datetime.now(UTC).replace(tzinfo=None)):
                    st.badge(say("Expired"), color="orange")
            st.caption(formatting.plain(_described(key)))
        if key.revoked_at is None:
            st.button(
                say("Revoke"),
                icon=":material/key_off:",
                key=f"revoke-{key.id}",
                help=say("At once and for good: the program is answered 401 from now on."),
                on_click=_revoke,
                args=(key.name,),
            )


def _described(key: ApiKey) -> str:
    parts = [", ".join(say(SCOPES[scope]) for scope in sorted_scopes(key.scopes))]
    parts.append(
        say("last used {when}", when=formatting.date_text(key.used_at.date())) if key.used_at else say("never used")
    )
    parts.append(_end(key))
    parts.append(say("{n} requests a minute", n=key.limits.per_minute))
    if key.limits.networks:
        parts.append(say("from {networks}", networks=", ".join(key.limits.networks)))
    if key.limits.sources:
        parts.append(say("for {sources}", sources=", ".join(key.limits.sources)))
    return " · ".join(parts)


def _end(key: ApiKey) -> str:
    if key.limits.expires_at is None:
        return say("without an end")
    return say("until {when}", when=formatting.date_text(key.limits.expires_at.date()))


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())
