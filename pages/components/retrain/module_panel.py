"""The hub modules: whether they are here, what they are, and a button that brings them in."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.addresses import shown
from core.domain.actor import Actor
from core.domain.catalogue import MODULE_NAMES
from core.domain.stored_modules import StoredModule
from core.stored_messages import translate_text
from core.translation import mark
from core.workflows.jobs import job_status
from core.workflows.maintenance import module_fetch_job
from core.workflows.training import module_store
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.retrain.job_progress import render_ended_job, render_live_job
from pages.components.words import language, say

DOWNLOAD_MB: Mapping[str, int] = {"vggish": 290, "yamnet": 16}


def render_modules(*, actor: Actor) -> None:
    """A part for each module, and the download that runs or did not end well."""
    job = job_status.current_job(module_fetch_job.KIND)
    is_live = job is not None and job_status.is_live(job)
    is_stuck = job is not None and not is_live and job.state != "succeeded"
    with st.expander(say("VGGish and YAMNet"), icon=":material/download:", expanded=is_live or is_stuck, key="modules"):
        for name in MODULE_NAMES:
            _render_module(name, is_live=is_live, actor=actor)
        if job is not None and is_live:
            render_live_job(job.id, actor=actor)
        elif job is not None and is_stuck:
            render_ended_job(job, actor=actor, resume=module_fetch_job.resume)


def _render_module(name: str, *, is_live: bool, actor: Actor) -> None:
    configured = module_store.configured_address(name)
    module = module_store.stored(name) if module_store.is_hub_address(configured) else None
    if not module_store.is_hub_address(configured):
        words = mark("**{module}**: the folder `{folder}` by setting, which holds no saved_model.pb.")
        if module_store.is_there(name):
            words = mark("**{module}**: the folder `{folder}` by setting, which is there.")
        st.markdown(say(words, module=MODULE_NAMES[name], folder=shown(configured)))
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        words = mark("**{module}**: is here.") if module else mark("**{module}**: is not here yet.")
        st.markdown(say(words, module=MODULE_NAMES[name]))
        clicked = st.button(
            say("Fetch again") if module else say("Fetch {module}", module=MODULE_NAMES[name]),
            icon=":material/download:",
            key=f"fetch_{name}",
            disabled=is_live,
            help=say(
                "About {size} MB, from TensorFlow Hub, else from Kaggle. Nothing is trained by it.",
                size=DOWNLOAD_MB[name],
            ),
        )
    if module is not None:
        _render_facts(module)
    if clicked:
        with st.spinner(say("Handing it to a worker")):
            attempt(lambda: _start(name, actor))
        st.rerun()


def _render_facts(module: StoredModule) -> None:
    checked = formatting.plain(translate_text(language(), module.message, module.words))
    if not module.is_genuine:
        st.warning(checked, icon=":material/warning:")
    else:
        st.caption(checked)
    values = {
        "source": module.source,
        "when": formatting.iso_time_text(module.fetched_at),
        "size": formatting.decimal(module.size_bytes / 1e6),
        "sha256": module.sha256,
    }
    if not module.archive_bytes:
        st.caption(say("From `{source}`, {when}. {size} MB, SHA-256 `{sha256}`.", **values))
        return
    st.caption(
        say(
            "From `{source}`, {when}. {size} MB, SHA-256 `{sha256}`; its archive {archive_size} MB, `{archive}`.",
            **values,
            archive_size=formatting.decimal(module.archive_bytes / 1e6),
            archive=module.archive_sha256,
        )
    )


def _start(name: str, actor: Actor) -> str:
    module_fetch_job.start(name, actor=actor)
    return ""
