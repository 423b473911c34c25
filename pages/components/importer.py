"""Bringing recordings in from the browser or from a folder of the server: progress, what came in, what was refused."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import pandas as pd
import streamlit as st

from core.audio.formats import READABLE, UPLOADED_EXTENSIONS
from core.config import settings
from core.domain.actor import Actor
from core.errors import Refused
from core.workflows.importing import import_recordings
from pages.components import formatting
from pages.components.action_result import attempt, show_result

TYPES = [*UPLOADED_EXTENSIONS, "zip", "csv", "parquet", "json"]
RESULT = "import_result"
RUNS_SHOWN = 20
TELL_EVERY = 5


def importer(actor: Actor) -> None:
    """The import panel."""
    uploaded, on_server = st.tabs(["From this computer", "From the server"])
    with uploaded, st.form("upload", border=False, clear_on_submit=True):
        files = st.file_uploader(
            "Recordings, zip archives, or recordings with one manifest.csv",
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=ceil(settings().max_archive_mb),
            key="files",
            help=f"{READABLE}. A manifest has a column filename, and may have language, word, "
            "child, source, collected_at, split, judge_1 and judge_2. Labels that were exported here (CSV, Parquet) "
            "or by Label Studio (JSON) come in for recordings that are here already.",
        )
        if st.form_submit_button("Import", type="primary", icon=":material/upload:"):
            _run(files, lambda tell: import_recordings.import_uploads(_contents(files), actor=actor, on_progress=tell))
    with on_server, st.form("server_path", border=False):
        path = st.text_input(
            "Folder, zip archive or manifest.csv on the machine that runs Earshot",
            key="server_path_text",
            placeholder="/data/classroom-3/manifest.csv",
        ).strip()
        if st.form_submit_button("Import", icon=":material/folder_open:"):
            _run(path, lambda tell: import_recordings.import_path(path, actor=actor, on_progress=tell))
    show_import_result()


def show_import_result() -> None:
    """What the last import of this person did."""
    show_result()
    done = st.session_state.get(RESULT)
    if done is None:
        return
    st.success(
        f"{formatting.counted(done.recordings, 'new recording')}, {done.known:,} known already, "
        f"{formatting.counted(done.judgements, 'new judgement')}.",
        title="Imported",
    )
    for note in done.notes:
        st.caption(f":material/info: {formatting.plain(note)}")
    if done.refused:
        st.warning(f"{formatting.counted(len(done.refused), 'file was', 'files were')} refused. The rest went in.")
        _refused(done.refused, key="refused_now")


def history() -> None:
    """Earlier imports, with what each refused."""
    runs = import_recordings.import_runs(limit=RUNS_SHOWN)
    if not runs:
        st.caption("Nothing was imported yet.")
        return
    st.dataframe([_as_row(run) for run in runs], hide_index=True, alt="Imports, newest first")
    with_refused = [run for run in runs if run.refused]
    if with_refused:
        chosen = st.selectbox(
            "What was refused by",
            with_refused,
            format_func=lambda run: f"{run.source}, {formatting.when(run.started_at)} ({len(run.refused)})",
            key="refused_by",
        )
        _refused(list(chosen.refused), key="refused_then")


def _run(wanted: Any, do: Callable[[Callable[[int, int], None]], Any]) -> None:
    """Import with a progress bar. Leaving the screen stops it after the present batch; the next time it goes on."""
    st.session_state.pop(RESULT, None)
    bar = st.progress(0.0, text="Looking through the files")

    def tell(done: int, total: int) -> None:
        if done % TELL_EVERY == 0 or done == total:
            bar.progress(done / max(total, 1), text=f"{done:,} of {total:,} files")

    def bring() -> None:
        if not wanted:
            raise Refused("Choose at least one file, or name a folder of the server.")
        st.session_state[RESULT] = do(tell)

    attempt(bring)
    bar.empty()


def _contents(files: list[Any] | None) -> list[tuple[str, bytes]]:
    return [(file.name, file.getvalue()) for file in files or []]


def _refused(refused: list[dict[str, Any]], *, key: str) -> None:
    table = pd.DataFrame(refused, columns=["file", "row", "reason"])
    st.dataframe(table, hide_index=True, alt="Refused files with the reason", key=f"{key}_table")
    st.download_button(
        "Download this list",
        table.to_csv(index=False),
        file_name="refused.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def _as_row(run: Any) -> dict[str, Any]:
    return {
        "When": formatting.when(run.started_at),
        "What": run.source,
        "New": run.recordings,
        "Known": run.known,
        "Judgements": run.judgements,
        "Refused": len(run.refused),
        "How it ended": "done" if run.ended_at else "stopped half-way; import it again and it goes on",
    }
