"""Erasing a child: what would go, the deed itself, and the receipts of earlier ones."""

from __future__ import annotations

import json

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.erasure import ErasurePreview, ErasureResult, ModelsChoice
from core.workflows.maintenance import erasure, receipts
from pages.components.action_result import attempt, is_waiting, show_last_result, showing_errors
from pages.components.markdown import plain

CHOICES = {
    ModelsChoice.WITHDRAW: "Withdraw them",
    ModelsChoice.RETRAIN: "Withdraw them, and train the same systems again without the child",
}
RECEIPTS_SHOWN = 20
ERASED = "erased"  # the session's key
PREVIEWED = "erasure-previewed"  # the session's key: a child whose preview another screen asks for


def open_preview(pseudonym: str) -> None:
    """Go to the preview of a child's erasure. Not by an address: browsers remember those."""
    st.session_state[PREVIEWED] = pseudonym
    st.switch_page("administration.py")


def is_preview_wanted() -> bool:
    """Whether another screen sent the administrator here."""
    return PREVIEWED in st.session_state


def render_erasure(administrator: Account) -> None:
    """The preview, the form, the receipts."""
    actor = Actor.of(administrator)
    st.markdown(
        "Removes every recording of a child: the sound, what was computed from it, its judgements, its place in the "
        "lists that models learned from, and its pseudonym wherever somebody wrote it. Models that learned from the "
        "child hold its features, so they are withdrawn and never decide again. **This cannot be undone.** A backup "
        "made earlier still holds the data; restored here, the child is removed from it again."
    )
    _preview_form(actor)
    _erase_form(actor)
    _receipts(actor)


def _preview_form(actor: Actor) -> None:
    wanted = st.session_state.pop(PREVIEWED, None)
    if wanted is not None:
        st.session_state["preview-child"] = wanted
    with st.form("erase-preview", width=520):
        pseudonym = st.text_input("Pseudonym of the child", key="preview-child", autocomplete="off")
        is_sent = st.form_submit_button("Show what would go", icon=":material/preview:")
    if is_sent or wanted is not None:
        with showing_errors():
            _show_preview(erasure.preview(pseudonym, actor=actor))


def _show_preview(expected: ErasurePreview) -> None:
    lines = [
        f"{expected.recordings} recordings and {expected.judgements} judgements would go; "
        f"{expected.mentions} texts name the child or its files."
    ]
    lines += [
        f"Learned from it, would be withdrawn: {plain(model.id)}{' (in force)' if model.is_in_force else ''}"
        for model in expected.learned
    ]
    lines += [f"Only tested on it, stays without its probabilities: {plain(model.id)}" for model in expected.tested]
    if expected.withdraws_the_deployed:
        lines.append(f"Would decide afterwards: {plain(expected.next_in_force or 'no model')}")
    lines += [f"Would be cancelled: job {plain(job_id)}" for job_id in expected.jobs]
    st.info("  \n".join(lines), title="Nothing was changed", icon=":material/preview:")


def _erase_form(actor: Actor) -> None:
    with st.form("erase", clear_on_submit=True, width=520):
        pseudonym = st.text_input("Pseudonym of the child", key="erase-child", autocomplete="off")
        again = st.text_input("The same again, to confirm", key="erase-again", autocomplete="off")
        choice = st.radio(
            "Models that learned from this child", list(CHOICES), format_func=CHOICES.__getitem__, key="erase-models"
        )
        is_sent = st.form_submit_button("Erase for good", icon=":material/delete_forever:", type="primary")
    if not is_sent:
        _show_erased()  # it waited for a confirmation
        return
    if not pseudonym or pseudonym != again:
        st.error("Type the same pseudonym in both fields. Nothing was erased.", icon=":material/error:")
        return

    def erase() -> None:
        st.session_state[ERASED] = erasure.erase_child(pseudonym, models=choice, actor=actor)

    attempt(erase)
    if is_waiting():
        st.rerun()
    show_last_result()
    _show_erased()


def _show_erased() -> None:
    """The result of the erasure that was just made, once."""
    erased = st.session_state.pop(ERASED, None)
    if erased is not None:
        _show_result(erased)


def _show_result(erased: ErasureResult) -> None:
    if erased.is_complete:
        st.success(
            f"{erased.recordings} recordings and {erased.judgements} judgements are gone. Receipt {erased.receipt}.",
            title="Erased",
            icon=":material/check:",
        )
    else:
        st.warning(_unfinished(erased), title="Erased, but not from everywhere yet", icon=":material/warning:")
    if erased.models:
        lines = [f"Withdrawn, since they learned from this child: {plain(', '.join(erased.models))}."]
        if erased.was_deployed:
            lines.append(f"In force now: {plain(erased.next_in_force or 'no model; deploy another one on Evaluate')}.")
        if erased.retraining:
            lines.append(
                f"Job {plain(erased.retraining)} trains them again; look at Retrain, and deploy when it is done."
            )
        if erased.retraining_error:
            lines.append(f"They could not be trained again: {plain(erased.retraining_error)}")
        st.info("  \n".join(lines), icon=":material/model_training:")


def _unfinished(erased: ErasureResult) -> str:
    lines = [f"{erased.recordings} recordings and {erased.judgements} judgements are gone. Receipt {erased.receipt}."]
    if not erased.is_log_empty:
        lines.append(
            "Somebody is reading the database, so its log still holds the rows; the next start of Earshot, or "
            "`python -m core erasures finish`, removes them."
        )
    lines += [f"Still names the child: {plain(file)}" for file in erased.traces]
    return "  \n".join(lines)


def _receipts(actor: Actor) -> None:
    stored = receipts.all_receipts(actor=actor)
    if not stored:
        return
    with st.expander(f"Receipts of {len(stored)} erasures", icon=":material/receipt_long:"):
        for receipt in stored[:RECEIPTS_SHOWN]:
            state = "" if receipt.is_log_empty else ", the database's log still holds rows"
            when = str(receipt.body["erased_at"])[:16].replace("T", " ")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{receipt.id}: {when} UTC, by {plain(str(receipt.body['by']))}{state}")
                st.download_button(
                    "Download",
                    json.dumps(receipt.body, indent=1, ensure_ascii=False),
                    file_name=f"erasure-receipt-{receipt.id}.json",
                    mime="application/json",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"receipt-{receipt.id}",
                )
