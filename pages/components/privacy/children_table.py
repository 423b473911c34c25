"""Every child with its consent reference; of a chosen one the reference, everything stored, and the way to erasure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.recordings import LONGEST_CONSENT
from core.domain.retention import ChildRetention
from core.translation import translate
from core.workflows.maintenance import consents, exporting_child
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.empty_state import render_empty_state
from pages.components.erasure import open_preview
from pages.components.markdown import plain
from pages.components.privacy.undo import UndoableChange, offer_undo


class Shown(Enum):
    """Which children."""

    ALL = "All"
    WITHOUT = "Without consent"
    WITH = "With consent"


HAS_CONSENT = {Shown.WITHOUT: False, Shown.WITH: True}


def render_children(children: Sequence[ChildRetention], account: Account) -> None:
    """The table, and below it the child whose row is chosen."""
    speaks = account.speaks
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.segmented_control(
            translate(speaks, "Show"),
            list(Shown),
            default=Shown.ALL,
            format_func=lambda shown: translate(speaks, shown.value),
            key="children-shown",
        )
        search = translate(speaks, "Search")
        text = st.text_input(search, key="children-find", type="search", width=260, placeholder=search)
    fitting = [child for child in children if _fits(child, shown or Shown.ALL, text or "")]
    if not fitting:
        render_empty_state(
            translate(speaks, "No child fits"),
            translate(speaks, "Choose other children, or search for something else."),
            icon=":material/search_off:",
        )
        return
    event = st.dataframe(
        [_as_row(child, speaks) for child in fitting],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"children-table-{(shown or Shown.ALL).name}-{text}",
        height=320,
        alt=translate(speaks, "Children with their consent references"),
    )
    rows = [row for row in event.selection.rows if row < len(fitting)]
    if rows:
        _render_child(fitting[rows[0]], account)
    else:
        st.caption(translate(speaks, "Choose a row to write a consent reference, to export a child, or to erase it."))


def _render_child(chosen: ChildRetention, account: Account) -> None:
    speaks = account.speaks
    with st.container(border=True):
        st.markdown(f"**{plain(chosen.child)}**")
        with st.form("consent", border=False, width=520):
            reference = st.text_input(
                translate(speaks, "Consent reference: the number of a form, or words"),
                value=chosen.consent,
                max_chars=LONGEST_CONSENT,
                key=f"consent-of-{chosen.child}",
                autocomplete="off",
            )
            if st.form_submit_button(translate(speaks, "Save"), icon=":material/save:"):
                _save(chosen, reference, account)
                st.rerun()
        with st.container(horizontal=True):
            st.download_button(
                translate(speaks, "Everything of this child"),
                lambda: exporting_child.zip_child(chosen.child, actor=Actor.of(account)),
                file_name="child.zip",
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="export-child",
            )
            if account.role is Role.ADMIN:
                words = translate(speaks, "Consent withdrawn: see what erasing would do")
                if st.button(words, icon=":material/person_remove:", key="consent-withdrawn"):
                    open_preview(chosen.child)
            else:
                st.caption(translate(speaks, "Consent withdrawn? Ask an administrator to erase the child."))


def _save(chosen: ChildRetention, reference: str, account: Account) -> None:
    actor = Actor.of(account)
    if attempt(lambda: consents.set_consent(chosen.child, reference, actor=actor)):
        name = plain(chosen.child)
        sentence = translate(account.speaks, "The consent reference was changed: {child}.", child=name)
        offer_undo(UndoableChange(sentence, lambda: consents.set_consent(chosen.child, chosen.consent, actor=actor)))


def _fits(child: ChildRetention, shown: Shown, text: str) -> bool:
    is_wanted = shown is Shown.ALL or bool(child.consent) is HAS_CONSENT[shown]
    words = (child.child, child.consent, *child.sources)
    return is_wanted and any(text.strip().casefold() in word.casefold() for word in words)


def _as_row(child: ChildRetention, speaks: str) -> dict[str, str | int]:
    return {
        translate(speaks, "Child"): child.child,
        translate(speaks, "Consent"): child.consent or formatting.DASH,
        translate(speaks, "Sources"): ", ".join(child.sources),
        translate(speaks, "Recordings"): child.recordings,
        translate(speaks, "First goes on"): formatting.date_text(child.next_at.date())
        if child.next_at
        else formatting.DASH,
    }
