"""Whether all is there that a decision needs, in words, and how much room the disks have."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.standing_warnings import DiskFigures, is_nearly_full
from core.translation import mark
from core.workflows.maintenance import disk_space, last_backup, readiness
from core.workflows.maintenance.readiness import Service, ServiceState
from pages.components import formatting
from pages.components.markdown import plain
from pages.components.words import say

GB = 1_000_000_000
NAMES = {
    Service.DATABASE: mark("Database"),
    Service.STORAGE: mark("Storage"),
    Service.MODEL: mark("Model in force"),
    Service.SCORER: mark("Scorers"),
}
IN_ORDER = {
    Service.DATABASE: mark("It answers."),
    Service.STORAGE: mark("It can be read and written."),
    Service.MODEL: mark("Its files are there."),
    Service.SCORER: mark("They have the model in force loaded."),
}


def render_health() -> None:
    """The services that `/readyz` looks at, the disks, the newest backup."""
    states = readiness.look()
    away = [state for state in states if state.trouble]
    if away:
        names = ", ".join(say(NAMES[state.service]) for state in away)
        title = say("No decision can be made now")
        st.error(say("Away, or not ready: {services}.", services=names), title=title, icon=":material/error:")
    else:
        st.success(say("Everything is there that a decision needs."), icon=":material/check_circle:")
    with st.grid(4, min_column_width=200):
        for state in states:
            _render_service(state)
    st.header(say("Disks"), anchor=False)
    _render_disks(disk_space.disks())
    newest = last_backup.last_backup().newest_at
    when = formatting.time_text(newest) if newest else say("never")
    st.caption(say("Newest backup: {when}.", when=when))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say("Look again"), icon=":material/refresh:", key="health-again")
        st.caption(say("Programs ask the same at `/readyz`, and get figures at `/metrics`."))


def _render_service(state: ServiceState) -> None:
    with st.container(border=True, height="stretch", gap="small"):
        icon, colour = ("error", "red") if state.trouble else ("check_circle", "green")
        st.markdown(f":{colour}[:material/{icon}:] **{say(NAMES[state.service])}**")
        words = plain(say(state.trouble)) if state.trouble else say(IN_ORDER[state.service])
        if state.service is Service.SCORER and not state.trouble:
            n_alive = readiness.scorer_state().n_alive
            words = f"{words} {say('Processes: {n}.', n=n_alive)}"
        st.caption(words)


def _render_disks(disks: Sequence[DiskFigures]) -> None:
    if not disks:
        st.caption(say("Nothing lies on a disk of this machine."))
    for disk in disks:
        used = 1 - disk.free_bytes / max(disk.total_bytes, 1)
        words = say(
            "{folder}: {free} GB of {total} GB are free",
            folder=plain(disk.folder),
            free=formatting.decimal(disk.free_bytes / GB, 1),
            total=formatting.decimal(disk.total_bytes / GB, 0),
        )
        mark_of_full = f":red[:material/warning: {say('nearly full')}] " if is_nearly_full(disk) else ""
        st.progress(min(1.0, max(0.0, used)), text=f"{mark_of_full}{words}")
