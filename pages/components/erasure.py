"""Erasing a child: what would go, the deed itself, and the receipts of earlier ones."""

from __future__ import annotations

import json

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.erasure import ErasurePreview, ErasureResult, ModelsChoice
from core.translation import mark
from core.workflows.evaluation import model_evaluation
from core.workflows.maintenance import erasure, receipts
from pages.components.action_result import attempt, is_waiting, show_last_result, showing_errors
from pages.components.formatting import counted, iso_time_text
from pages.components.markdown import plain
from pages.components.words import say, say_count

CHOICES = {
    ModelsChoice.WITHDRAW: mark("Withdraw them"),
    ModelsChoice.RETRAIN: mark("Withdraw them, and train the same systems again without the child"),
}
RECEIPTS_SHOWN = 20
ERASED = "erased"  # the session's key
CHOSEN = "erasure-chosen"  # the session's key: the child whose erasure is looked at
# a red that white is read on, in both themes
RED_BUTTON = ".st-key-erase-for-good button { background: #C62828; border-color: #C62828; color: #fff; }"
PREVIEWED = "erasure-previewed"  # the session's key: a child whose preview another screen asks for


def open_preview(pseudonym: str) -> None:
    """Go to the preview of a child's erasure. Not by an address: browsers remember those."""
    st.session_state[PREVIEWED] = pseudonym
    st.switch_page("administration.py")


def is_preview_wanted() -> bool:
    """Whether another screen sent the administrator here."""
    return PREVIEWED in st.session_state


def render_erasure(administrator: Account) -> None:
    """The preview, the form below it, the receipts."""
    actor = Actor.of(administrator)
    st.markdown(
        say(
            "Removes every recording of a child: the sound, what was computed from it, its judgements, its place in "
            "the lists that models learned from, and its pseudonym wherever somebody wrote it. Models that learned "
            "from the child hold its features, so they are withdrawn and never decide again. **This cannot be "
            "undone.** A backup made earlier still holds the data; restored here, the child is removed from it again."
        )
    )
    pseudonym = _chosen_child()
    if pseudonym:
        with showing_errors():
            expected = erasure.preview(pseudonym, actor=actor)
            _show_preview(expected)
            _erase_form(pseudonym, expected, actor)
    show_last_result()
    _show_erased()
    _receipts(actor)


def _chosen_child() -> str:
    """The child whose erasure is looked at; "" for none."""
    wanted = st.session_state.pop(PREVIEWED, None)
    if wanted is not None:
        st.session_state["preview-child"] = wanted
    with st.form("erase-preview", width=520):
        pseudonym = str(st.text_input(say("Pseudonym of the child"), key="preview-child", autocomplete="off") or "")
        is_sent = st.form_submit_button(say("Show what would go"), icon=":material/preview:")
    if is_sent or wanted is not None:
        st.session_state[CHOSEN] = pseudonym
    return str(st.session_state.get(CHOSEN, ""))


def _show_preview(expected: ErasurePreview) -> None:
    lines = [
        say(
            "{recordings} and {judgements} would go; {texts} the child or its files.",
            recordings=counted(expected.recordings, "recording"),
            judgements=say_count("{n} judgement", "{n} judgements", expected.judgements),
            texts=say_count("{n} text names", "{n} texts name", expected.mentions),
        )
    ]
    lines += [
        say("Learned from it, would be withdrawn: **{model}** (in force)", model=plain(model.name))
        if model.is_in_force
        else say("Learned from it, would be withdrawn: **{model}**", model=plain(model.name))
        for model in expected.learned
    ]
    if not expected.learned:
        lines.append(say("No model learned from it."))
    if expected.withdraws_the_deployed:
        lines.append(
            say(
                "Would decide afterwards: {model}", model=plain(_model_title(expected.next_in_force)) or say("no model")
            )
        )
    if expected.jobs:
        lines.append(
            say_count("{n} job at work would be cancelled.", "{n} jobs at work would be cancelled.", len(expected.jobs))
        )
    st.info("  \n".join(lines), title=say("Nothing was changed yet"), icon=":material/preview:")


def _erase_form(pseudonym: str, expected: ErasurePreview, actor: Actor) -> None:
    """The same pseudonym once more, and the red button; what becomes of models where some learned from the child."""
    st.html(f"<style>{RED_BUTTON}</style>")
    with st.form("erase", clear_on_submit=True, width=520):
        again = st.text_input(say("The same pseudonym again, to confirm"), key="erase-again", autocomplete="off")
        choice = ModelsChoice.WITHDRAW
        if expected.learned:
            names = ", ".join(plain(model.name) for model in expected.learned)
            choice = st.radio(
                say("Learned from this child: {models}", models=names),
                list(CHOICES),
                format_func=lambda choice: say(CHOICES[choice]),
                key="erase-models",
            )
        is_sent = st.form_submit_button(
            say("Erase for good"), icon=":material/delete_forever:", type="primary", key="erase-for-good"
        )
    if not is_sent:
        return
    if pseudonym != again:
        st.error(say("Type the same pseudonym in both fields. Nothing was erased."), icon=":material/error:")
        return

    def erase() -> None:
        st.session_state[ERASED] = erasure.erase_child(pseudonym, models=choice, actor=actor)
        st.session_state.pop(CHOSEN, None)

    attempt(erase)
    if is_waiting() or ERASED in st.session_state:
        st.rerun()


def _show_erased() -> None:
    """The result of the erasure that was just made, once."""
    erased = st.session_state.pop(ERASED, None)
    if erased is not None:
        _show_result(erased)


def _show_result(erased: ErasureResult) -> None:
    if erased.is_complete:
        st.success(
            _gone(erased),
            title=say("Erased"),
            icon=":material/check:",
        )
    else:
        st.warning(_unfinished(erased), title=say("Erased, but not from everywhere yet"), icon=":material/warning:")
    if erased.models:
        names = ", ".join(plain(_model_title(model)) for model in erased.models)
        lines = [say("Withdrawn, since they learned from this child: {models}.", models=names)]
        if erased.was_deployed:
            now = plain(_model_title(erased.next_in_force)) or say("no model; deploy another one on Evaluate")
            lines.append(say("In force now: {model}.", model=now))
        if erased.retraining:
            lines.append(say("They are being trained again; look at Retrain, and deploy when it is done."))
        if erased.retraining_error:
            lines.append(say("They could not be trained again: {error}", error=plain(erased.retraining_error)))
        st.info("  \n".join(lines), icon=":material/model_training:")


def _model_title(model_id: str | None) -> str:
    """What screens call a model; "" for none."""
    return model_evaluation.title_of(model_id) if model_id else ""


def _gone(erased: ErasureResult) -> str:
    return say(
        "{recordings} and {judgements} are gone. Receipt {receipt}.",
        recordings=counted(erased.recordings, "recording"),
        judgements=say_count("{n} judgement", "{n} judgements", erased.judgements),
        receipt=erased.receipt,
    )


def _unfinished(erased: ErasureResult) -> str:
    lines = [_gone(erased)]
    if not erased.is_log_empty:
        lines.append(
            say(
                "Somebody is reading the database, so its log still holds the rows; the next start of Earshot, or "
                "`python -m core erasures finish`, removes them."
            )
        )
    lines += [say("Still names the child: {file}", file=plain(file)) for file in erased.traces]
    return "  \n".join(lines)


def _receipts(actor: Actor) -> None:
    stored = receipts.all_receipts(actor=actor)
    if not stored:
        return
    with st.expander(
        say_count("Receipts of {n} erasure", "Receipts of {n} erasures", len(stored)), icon=":material/receipt_long:"
    ):
        for receipt in stored[:RECEIPTS_SHOWN]:
            state = "" if receipt.is_log_empty else say("the database's log still holds rows")
            when = iso_time_text(str(receipt.body["erased_at"]))
            with st.container(horizontal=True, vertical_alignment="center"):
                words = say(
                    "{receipt}: {when}, by {name}",
                    receipt=receipt.id,
                    when=when,
                    name=plain(str(receipt.body["by"])),
                )
                st.markdown(f"{words}, {state}" if state else words)
                st.download_button(
                    say("Download"),
                    json.dumps(receipt.body, indent=1, ensure_ascii=False),
                    file_name=f"erasure-receipt-{receipt.id}.json",
                    mime="application/json",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"receipt-{receipt.id}",
                )
