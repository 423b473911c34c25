"""Backups: what the server's folder holds, making one, reading one through, restoring one."""

from __future__ import annotations

from datetime import UTC

import pandas as pd
import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.backups import BackupProtection
from core.translation import mark
from core.workflows.maintenance import stored_backups
from core.workflows.maintenance.backup import BackupResult
from core.workflows.maintenance.stored_backups import StoredBackup
from pages.components import formatting
from pages.components.action_result import attempt, is_waiting, show_last_result, showing_errors
from pages.components.markdown import plain
from pages.components.words import say, say_count

OPENS_WITH = {
    BackupProtection.NOTHING: mark("anybody who has the file"),
    BackupProtection.STORAGE_KEY: mark("the key in EARSHOT_ENCRYPTION_KEY"),
    BackupProtection.PASSPHRASE: mark("its passphrase"),
}
MB = 1_000_000
MISSING_SHOWN = 10
RESTORED = "restored-backup"


def render_backups(administrator: Account) -> None:
    """The form for a new one, the list, the forms that verify and restore."""
    actor = Actor.of(administrator)
    st.markdown(
        say(
            "A backup is one file with every recording, label, account and model. It is written on the server while "
            "people work; this page must stay open until it is done."
        )
    )
    if not stored_backups.is_offered():
        st.info(
            say(
                "Set EARSHOT_BACKUP_FOLDER to a folder of the server, best on another disk, to make backups here. At a "
                "terminal `python -m core backup FILE` writes one anywhere."
            ),
            icon=":material/folder_off:",
        )
        return
    with showing_errors():
        _make_form(stored_backups.stored_backups(actor=actor), actor)
        stored = stored_backups.stored_backups(actor=actor)
        _list(stored)
        if stored:
            _verify_form(stored, actor)
            _restore_form(stored, actor)


def _make_form(stored: list[StoredBackup], actor: Actor) -> None:
    with st.form("backup-make", clear_on_submit=True, width=520):
        st.text_input(
            say("Passphrase (optional)"),
            type="password",
            key="backup-passphrase",
            autocomplete="new-password",
            help=say(
                "At least 12 signs, such as five words drawn at random. Nobody can open the backup without it. Left "
                "empty, the key of an encrypted storage protects it, and that of any other storage is not protected."
            ),
        )
        st.text_input(
            say("The same again"), type="password", key="backup-passphrase-again", autocomplete="new-password"
        )
        is_added = st.checkbox(
            say("Only what is new since the newest backup"),
            key="backup-added",
            disabled=not stored,
            help=say(
                "Recordings that lie in earlier backups are not written again; to restore it, those must still be in "
                "the folder. A passphrase must be the one of the earlier backups."
            ),
        )
        is_sent = st.form_submit_button(say("Make a backup"), icon=":material/backup:", type="primary")
    if not is_sent:
        return
    passphrase = st.session_state["backup-passphrase"]
    if passphrase != st.session_state["backup-passphrase-again"]:
        st.error(say("The two passphrases differ. Nothing was written."), icon=":material/error:")
        return
    bar = st.progress(0.0, say("Writing the backup"))

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), say("{done} of {total} recordings", done=done, total=total))

    with showing_errors():
        name, result = stored_backups.make_backup(
            since=stored[0].name if is_added and stored else None,
            passphrase=passphrase or None,
            actor=actor,
            on_progress=advance,
        )
        _show(result, say("{name} is written", name=plain(name)))
    bar.empty()


def _list(stored: list[StoredBackup]) -> None:
    if not stored:
        st.info(say("There is no backup in the folder yet."), icon=":material/inventory_2:")
        return
    rows = [
        {
            say("Backup"): file.name,
            say("Written"): file.written_at.replace(tzinfo=UTC),
            say("MB"): file.size_bytes / MB,
            say("Opens with"): say(OPENS_WITH[file.protection]),
        }
        for file in stored
    ]
    columns = {
        say("Written"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone=st.context.timezone),
        say("MB"): st.column_config.NumberColumn(format="%.1f"),
    }
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt=say("Backups of the server"), column_config=columns
    )


def _verify_form(stored: list[StoredBackup], actor: Actor) -> None:
    with st.form("backup-verify", clear_on_submit=True, width=520):
        name = st.selectbox(say("Backup to verify"), [file.name for file in stored], key="verify-name")
        passphrase = st.text_input(
            say("Its passphrase, if it has one"), type="password", key="verify-passphrase", autocomplete="off"
        )
        is_sent = st.form_submit_button(say("Read it through"), icon=":material/verified:")
    if is_sent and name:
        with showing_errors(), st.spinner(say("Reading every recording, row and model")):
            result = stored_backups.verify_backup(name, passphrase=passphrase or None, actor=actor)
            _show(result, say("{name} is whole", name=plain(name)))


def _restore_form(stored: list[StoredBackup], actor: Actor) -> None:
    with st.expander(say("Restore a backup"), icon=":material/settings_backup_restore:"):
        st.markdown(
            say(
                "Everything that is here now is replaced by what the backup holds: recordings, labels, accounts, "
                "models. Everybody signs in anew, with the accounts of the backup. Make a backup of now first."
            )
        )
        with st.form("backup-restore", border=False, clear_on_submit=True, width=520):
            name = st.selectbox(say("Backup to restore"), [file.name for file in stored], key="restore-name")
            again = st.text_input(say("Its name again, to confirm"), key="restore-again", autocomplete="off")
            passphrase = st.text_input(
                say("Its passphrase, if it has one"), type="password", key="restore-passphrase", autocomplete="off"
            )
            without_lost = st.checkbox(
                say("Go on without recordings that are damaged in it"), key="restore-without-lost"
            )
            is_sent = st.form_submit_button(say("Replace everything"), icon=":material/settings_backup_restore:")
    if is_sent and name != again:
        st.error(
            say("Type the name of the backup as it stands in the list. Nothing was changed."), icon=":material/error:"
        )
    elif is_sent and name:

        def restore() -> None:
            st.session_state[RESTORED] = stored_backups.restore_backup(
                name, passphrase=passphrase or None, without_lost=without_lost, actor=actor
            )

        with st.spinner(say("Bringing everything back"), show_time=True):
            attempt(restore)
        if is_waiting():
            st.rerun()
        show_last_result()
    result = st.session_state.pop(RESTORED, None)
    if result is not None:
        _show(result, say("Everything of the backup is here. Sign in anew"))


def _show(result: BackupResult, title: str) -> None:
    counts = say(
        "{recordings}, {models}, {rows}. It opens with {opener}.",
        recordings=formatting.counted(result.recordings, "recording"),
        models=say_count("{n} model", "{n} models", result.models),
        rows=say_count("{n} row", "{n} rows", result.rows),
        opener=say(OPENS_WITH[result.protection]),
    )
    st.success(counts, title=title, icon=":material/check:")
    if result.made_with is not None:
        words = say(
            "An earlier version of Earshot made it, with tables {version}. Its rows fit the tables of this one.",
            version=result.made_with,
        )
        st.info(words, icon=":material/upgrade:")
    if result.n_earlier:
        words = say_count(
            "{n} recording of these lies in earlier backups. Keep those beside it.",
            "{n} recordings of these lie in earlier backups. Keep those beside it.",
            result.n_earlier,
        )
        st.info(words, icon=":material/link:")
    lost = result.missing
    if lost:
        shown = ", ".join(plain(name) for name in lost[:MISSING_SHOWN])
        if len(lost) > MISSING_SHOWN:
            shown = say("{names} and {n} more", names=shown, n=len(lost) - MISSING_SHOWN)
        st.warning(shown, title=say("Lost or damaged recordings are not in it"), icon=":material/warning:")
