"""Import from the browser or from a folder of the server: progress, results and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.config import settings
from core.domain.actor import Actor
from core.domain.audio_formats import READABLE
from core.domain.recordings import ImportRun
from core.errors import EarshotError, Refused
from core.translation import mark
from core.workflows.importing import import_recordings, previewing, server_paths
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.import_recordings import ImportResult, Progress
from core.workflows.importing.text_encoding import UnclearEncoding
from pages.components import formatting
from pages.components.action_result import attempt, show_last_result
from pages.components.import_preview import PendingImport, ask_first, show_notes, show_pending
from pages.components.refusal_table import render_refusal_table
from pages.components.words import say, say_count

RESULT = "import_result"
NOTHING_CHOSEN = mark("Choose at least one file, or name a folder of the server.")
RUNS_SHOWN = 20
TELL_EVERY = 5
HELP = mark(
    "Sounds: {formats}. A table of recordings (CSV, TSV, Excel) has a column filename, and may have language, word, "
    "child, source, collected_at, split, consent, judge_1 and judge_2. Labels come in for recordings that are here "
    "already: tables with filename, judge and label (also Parquet, JSONL), Label Studio's JSON, JSON-MIN and CSV, "
    "Prodigy's JSONL, Audacity's label tracks."
)


def importer(actor: Actor) -> None:
    """The import panel."""
    if server_paths.are_offered(actor):
        uploaded, on_server = st.tabs([say("From this computer"), say("From the server")])
        with uploaded:
            _upload_form(actor)
        with on_server:
            _server_form(actor)
    else:
        _upload_form(actor)
    show_pending()
    show_import_result()


def _upload_form(actor: Actor) -> None:
    with st.form("upload", border=False, clear_on_submit=True):
        # every type is taken, as on the command line: what cannot be read is named with the reason
        files = st.file_uploader(
            say("Recordings, zip archives, tables of recordings, labels"),
            accept_multiple_files=True,
            max_upload_size=ceil(settings().max_archive_mb),
            key="files",
            help=say(HELP, formats=READABLE),
        )
        looks_first = st.checkbox(say("Show first how it would be read"), key="look_first_files")
        if st.form_submit_button(say("Import"), type="primary", icon=":material/upload:"):
            _begin(_of_files(files, actor), is_chosen=bool(files), looks_first=looks_first)


def _server_form(actor: Actor) -> None:
    with st.form("server_path", border=False):
        path = st.text_input(
            say("Folder, zip archive or table in the import folder of the server"),
            key="server_path_text",
            placeholder="classroom-3/manifest.csv",
        ).strip()
        looks_first = st.checkbox(say("Show first how it would be read"), key="look_first_path")
        if st.form_submit_button(say("Import"), icon=":material/folder_open:"):
            _begin(_of_path(path, actor), is_chosen=bool(path), looks_first=looks_first)


def show_import_result() -> None:
    """What the last import of this person did."""
    show_last_result()
    done = st.session_state.get(RESULT)
    if done is None:
        return
    counts = say(
        "{recordings}, {known:,} known already, {judgements}.",
        recordings=say_count("{n} new recording", "{n} new recordings", done.recordings),
        known=done.known,
        judgements=say_count("{n} new judgement", "{n} new judgements", done.judgements),
    )
    if done.recordings or done.judgements:
        st.success(counts, title=say("Imported"))
    else:
        st.info(counts, title=say("Nothing new came in"), icon=":material/info:")
    show_notes(done.note_messages)
    if done.refused:
        refused = say_count("{n} file was refused.", "{n} files were refused.", len(done.refused))
        has_rest = done.recordings or done.judgements or done.known
        st.warning(say("{refused} The rest was imported.", refused=refused) if has_rest else refused)
        render_refusal_table(done.refused, key="refused_now", messages=done.messages)


def history() -> None:
    """Earlier imports, with what each refused."""
    runs = import_recordings.import_runs(limit=RUNS_SHOWN)
    if not runs:
        st.caption(say("Nothing was imported yet."))
        return
    st.dataframe([_as_row(run) for run in runs], hide_index=True, alt=say("Imports, newest first"))
    with_refused = [run for run in runs if run.refused]
    if with_refused:
        chosen = st.selectbox(
            say("What was refused by"),
            with_refused,
            format_func=lambda run: f"{run.source}, {formatting.time_text(run.started_at)} ({len(run.refused)})",
            key="refused_by",
        )
        render_refusal_table(chosen.refused, key="refused_then", messages=chosen.messages)


def _of_files(files: Sequence[UploadedFile], actor: Actor) -> PendingImport:
    contents = [(file.name, file.getvalue()) for file in files]
    return PendingImport(
        lambda options: previewing.preview_uploads(contents, actor=actor, options=options),
        lambda options: _run(
            lambda tell: import_recordings.import_uploads(contents, actor=actor, on_progress=tell, options=options)
        ),
    )


def _of_path(path: str, actor: Actor) -> PendingImport:
    return PendingImport(
        lambda options: previewing.preview_path(path, actor=actor, options=options),
        lambda options: _run(
            lambda tell: import_recordings.import_path(path, actor=actor, on_progress=tell, options=options)
        ),
    )


def _begin(pending: PendingImport, *, is_chosen: bool, looks_first: bool) -> None:
    """Import at once, unless a preview is wanted or a table is ambiguous."""
    if not is_chosen:
        st.session_state.pop(RESULT, None)
        attempt(_refuse_nothing)
    elif looks_first or _has_questions(pending, DEFAULT):
        st.session_state.pop(RESULT, None)
        ask_first(pending)
    else:
        pending.run(DEFAULT)


def _refuse_nothing() -> None:
    raise Refused(NOTHING_CHOSEN)


def _has_questions(pending: PendingImport, options: ImportOptions) -> bool:
    try:
        return pending.preview(options).has_questions
    except UnclearEncoding:
        return True  # which can be chosen in the preview
    except EarshotError:
        return False  # the import names the fault


def _run(do: Callable[[Progress], ImportResult]) -> None:
    """Import with a progress bar. Leaving the screen stops it after the present batch; the next time it goes on."""
    st.session_state.pop(RESULT, None)
    bar = st.progress(0.0, text=say("Looking through the files"))

    def tell(done: int, total: int) -> None:
        if done % TELL_EVERY == 0 or done == total:
            bar.progress(done / max(total, 1), text=say("{done:,} of {total:,} files", done=done, total=total))

    def bring() -> None:
        st.session_state[RESULT] = do(tell)

    attempt(bring)
    bar.empty()


def _as_row(run: ImportRun) -> dict[str, object]:
    return {
        say("When"): formatting.time_text(run.started_at),
        say("What"): run.source,
        say("New"): run.recordings,
        say("Known"): run.known,
        say("Judgements"): run.judgements,
        say("Refused"): len(run.refused),
        say("How it ended"): say("done") if run.ended_at else say("stopped half-way; import it again and it goes on"),
    }
