"""Paper: its tables computed on these labels, beside the published figures, and its claims tested."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.stored_messages import translate_text
from core.translation import mark
from core.workflows.paper import cross_validation_results, paper_comparison, table_files
from core.workflows.paper.paper_report import PaperReport
from core.workflows.paper.paper_rows import TableRow
from pages.components import formatting
from pages.components.action_result import show_last_result, showing_errors
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.paper import (
    paper_claims,
    paper_curves,
    paper_data,
    paper_run,
    paper_tables,
    row_names,
    search_tab,
)
from pages.components.system_names import family_title
from pages.components.words import language, say

SOURCES = {"folds": mark("Cross-validation"), "models": mark("Trained models")}
TABS = (
    ("table_chart", mark("Tables")),
    ("show_chart", mark("Curves")),
    ("fact_check", mark("Claims")),
    ("translate", mark("Languages")),
    ("groups", mark("Table 1")),
    ("receipt_long", mark("How it was made")),
    ("grid_on", mark("Search")),
)


def choose_report(of_folds: PaperReport | None) -> PaperReport:
    """The table of the folds where there is one, unless the trained models are asked for."""
    if of_folds is None:
        with st.spinner(say("Computing the tables")):
            return paper_comparison.report_of_models()
    source = st.segmented_control(
        say("Figures from"),
        SOURCES,
        default="folds",
        required=True,
        format_func=lambda name: say(SOURCES[name]),
        key="source",
    )
    return of_folds if source == "folds" else paper_comparison.report_of_models()


def render_downloads(report: PaperReport) -> None:
    for name, mime, text in (
        ("csv", "text/csv", table_files.csv_of(report)),
        ("tex", "text/x-tex", table_files.latex_of(report)),
    ):
        st.download_button(
            {"csv": "CSV", "tex": "LaTeX"}[name],
            text,
            file_name=f"paper.{name}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"paper_{name}",
        )


def render_best(rows: Sequence[TableRow]) -> None:
    """The best row of each table."""
    groups: dict[str, list[TableRow]] = {}
    for row in rows:
        if row.is_trained:
            name = family_title(row.features) if row_names.is_papers(row) else say(row_names.BEYOND)
            groups.setdefault(name, []).append(row)
    if not groups:
        return
    grid = st.grid(len(groups), min_column_width=220)
    for name, of_group in groups.items():
        top = max(of_group, key=paper_curves.f10)
        theirs = max((row.published.f10 for row in of_group if row.published), default=None)
        with grid.container(border=True, height="stretch"):
            st.metric(say("{family}: best f(0.10)", family=name), formatting.percent(top.figures.f10))
            values = {"system": row_names.row_name(top), "ends": formatting.interval(top.figures.f10_interval)}
            words = say("{system}, 95 %: {ends}.", **values)
            if theirs:
                best = formatting.percent(theirs, digits=0)
                words = say("{system}, 95 %: {ends}. The paper's best: {best}.", **values, best=best)
            st.caption(words)


def render_stand_in_warning(report: PaperReport) -> None:
    if any(row.is_stand_in for row in report.rows):
        stand_in = next((module for module in report.modules if not module.is_genuine), None)
        checked = translate_text(language(), stand_in.message, stand_in.words) if stand_in else ""
        st.warning(
            say(
                "Table 4's rows are computed with another module in VGGish's place. They show that everything runs; "
                "the figures are not those of VGGish. {checked}",
                checked=checked,
            ),
            title=say("The module is not the published VGGish"),
            icon=":material/swap_horiz:",
        )


account = begin_page(
    say("Paper"),
    roles=STAFF,
    subtitle=say(
        "Its tables on these labels. Other children and other classrooms: look at the pattern, not at the rank."
    ),
)
actor = Actor.of(account)
show_last_result()
with showing_errors():
    of_folds = cross_validation_results.newest_report()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        report = choose_report(of_folds)
        languages = sorted({language for by_language in (report.counts or {}).values() for language in by_language})
        paper_run.render_controls(actor, is_first=of_folds is None, languages=[name for name in languages if name])
        render_downloads(report)
    paper_run.render_progress(actor)
    if not any(row.is_trained for row in report.rows):
        render_empty_state(
            say("None of the paper's systems is trained here yet"),
            say(
                "Cross-validate: every system is trained once a fold, and the tables below fill up. A retraining fills "
                "the rows that it trains."
            ),
            screen="retrain.py",
            link=say("To Retrain"),
        )
    render_best(report.rows)
    render_stand_in_warning(report)
    tabs = st.tabs([f":material/{icon}: {say(title)}" for icon, title in TABS])
    with tabs[0]:
        paper_tables.render_tables(report.rows)
    with tabs[1]:
        folds = report.provenance.folds
        paper_curves.render_curves(report.rows, folds.job if folds else None)
    with tabs[2]:
        paper_claims.render_claims(report.claims)
    with tabs[3]:
        paper_claims.render_languages(report.languages)
    with tabs[4]:
        paper_data.render_table_1(report.counts, report.distribution)
    with tabs[5]:
        paper_data.render_provenance(report)
    with tabs[6]:
        search_tab.render_search(account)
