"""The audit log: who did what, when, from where, and whether the log is as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditEntry, AuditQuestion
from core.sentences.audit_sentences import detail_words
from core.workflows.accounts import audit_log
from core.workflows.evaluation import model_evaluation
from core.workflows.maintenance import audit_export
from pages.components import formatting
from pages.components.action_result import showing_errors
from pages.components.pager import render_page_buttons
from pages.components.words import language, say, say_count

PAGE_SIZE = 50
PROBLEMS_SHOWN = 10


def render_audit_log(actor: Actor) -> None:
    """The entries, newest first, by action, person and days; tables to take away; a look through the chain."""
    question = _choose(actor)
    page_key = f"audit-from-{hash(question)}"
    page = audit_log.entries(question=question, begin=_begin(page_key), limit=PAGE_SIZE, actor=actor)
    if not page.items:
        st.info(say("Nothing of that kind is recorded."), icon=":material/history:")
    else:
        _render_entries(page.items)
        render_page_buttons(page.bounds, page_key)
        counted = say_count("{n} entry", "{n} entries", page.total)
        if page.has_more:
            counted = say("More than {entries}", entries=counted)
        st.caption(
            say(
                "{entries}. Nothing here can be changed or removed; a change that got past the database shows.",
                entries=counted,
            )
        )
    _render_exports(question, actor)


def _begin(page_key: str) -> int | None:
    """The entry that the page begins at, which its buttons turn to."""
    begin = st.session_state.get(page_key)
    return begin if isinstance(begin, int) else None


def _choose(actor: Actor) -> AuditQuestion:
    """The question that the fields ask."""
    days = formatting.day_format()
    with st.grid(4, min_column_width=170):
        action = st.selectbox(
            say("What"),
            audit_log.actions(actor=actor),
            index=None,
            placeholder=say("Everything"),
            key="audit-action",
            format_func=say,
        )
        who = st.selectbox(
            say("Who"),
            audit_log.actors(actor=actor),
            index=None,
            placeholder=say("Everybody"),
            key="audit-actor",
            format_func=_actor_text,
        )
        first = st.date_input(say("From the day"), value=None, format=days, key="audit-from")
        last = st.date_input(say("To the day"), value=None, format=days, key="audit-to")
    return AuditQuestion(
        action or "",
        who or "",
        _midnight(first) if isinstance(first, date) else None,
        _midnight(last + timedelta(days=1)) if isinstance(last, date) else None,
    )


def _actor_text(name: str) -> str:
    """Who acted; the command line is no person's name."""
    return say(name) if name == COMMAND_LINE.name else name


def _midnight(day: date) -> datetime:
    """The beginning of a day where the person is, in UTC without a zone."""
    there = datetime.combine(day, time.min, tzinfo=formatting.zone_of_browser() or UTC)
    return there.astimezone(UTC).replace(tzinfo=None)


def _render_entries(entries: list[AuditEntry]) -> None:
    titles = model_evaluation.titles()
    when = st.column_config.DatetimeColumn(format=f"{formatting.day_format()} HH:mm:ss", timezone=st.context.timezone)
    st.dataframe(
        pd.DataFrame([_as_row(entry, titles) for entry in entries]),
        hide_index=True,
        height="content",
        alt=say("Who did what, when"),
        column_config={say("When"): when},
    )


def _render_exports(question: AuditQuestion, actor: Actor) -> None:
    with st.container(horizontal=True):
        st.download_button(
            say("Download these entries"),
            lambda: audit_export.filtered_table(question, actor=actor),
            file_name="audit.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="audit-export",
            help=say("All pages of what is chosen above, as CSV; times in UTC."),
        )
        st.download_button(
            say("Download the whole log with its proof"),
            lambda: audit_export.whole_log(actor=actor),
            file_name="audit.jsonl",
            mime="application/jsonl",
            icon=":material/shield:",
            on_click="ignore",
            key="audit-export-whole",
            help=say("Every entry with its hashes: stored elsewhere, it proves later that none was changed."),
        )
        is_asked = st.button(say("Look whether the log was changed"), icon=":material/verified:", key="audit-verify")
    if is_asked:
        with showing_errors():
            _verify(actor)


def _verify(actor: Actor) -> None:
    report = audit_log.verify(actor=actor)
    if report.is_intact:
        st.success(
            say(
                "All {n} entries are as they were written; {redacted} were redacted by erasures. Head of the chain: "
                "`{head}`",
                n=report.n_entries,
                redacted=report.n_redacted,
                head=report.head,
            ),
            icon=":material/verified:",
        )
        return
    shown = "  \n".join(
        say("Entry {number}: {fault}", number=problem.entry_id, fault=say(problem.fault))
        for problem in report.problems[:PROBLEMS_SHOWN]
    )
    st.error(shown, title=say("The log was changed"), icon=":material/error:")


def _as_row(entry: AuditEntry, titles: Mapping[str, str]) -> dict[str, object]:
    """titles : what screens call each model, by the id that the log names."""
    return {
        say("Entry"): entry.id,
        say("When"): entry.at.replace(tzinfo=UTC),
        say("Who"): _actor_text(entry.actor),
        say("What"): say(entry.action),
        say("To what"): titles.get(entry.subject, entry.subject),
        say("From where"): entry.address,
        say("Details"): detail_words(entry.detail, titles=titles, speaks=language()),
    }
