"""Paper: its tables on these labels, beside what it published, and what becomes of its claims here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain import catalogue
from core.domain.actor import Actor
from core.workflows.paper import cross_validation_results, paper_comparison, table_files
from core.workflows.paper.paper_report import PaperReport, TableRow
from pages.components import formatting
from pages.components.action_result import reported, show_result
from pages.components.empty_state import empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.paper import paper_claims, paper_curves, paper_data, paper_run, paper_tables, paper_words, search

SOURCES = {"folds": "Cross-validation", "models": "Trained models"}
TABS = (
    ":material/table_chart: Tables",
    ":material/show_chart: Curves",
    ":material/fact_check: Claims",
    ":material/translate: Languages",
    ":material/groups: Table 1",
    ":material/receipt_long: How it was made",
    ":material/grid_on: Search",
)


def choose(of_folds: PaperReport | None) -> PaperReport:
    """The table of the folds where there is one, unless the trained models are asked for."""
    if of_folds is None:
        with st.spinner("Computing the tables"):
            return paper_comparison.report_of_models()
    source = st.segmented_control(
        "Figures from", SOURCES, default="folds", required=True, format_func=lambda one: SOURCES[one], key="source"
    )
    return of_folds if source == "folds" else paper_comparison.report_of_models()


def downloads(report: PaperReport) -> None:
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


def best(rows: Sequence[TableRow]) -> None:
    """The best of each table at a glance."""
    groups: dict[str, list[TableRow]] = {}
    for row in rows:
        if row.is_trained:
            name = catalogue.family_name(row.features) if paper_words.is_papers(row) else paper_words.BEYOND
            groups.setdefault(name, []).append(row)
    for column, (name, of_group) in zip(st.columns(max(1, len(groups))), groups.items(), strict=False):
        top = max(of_group, key=paper_curves.f10)
        theirs = max((row.published.f10 for row in of_group if row.published), default=None)
        published = f" The paper's best: {formatting.percent(theirs, digits=0)}." if theirs else ""
        with column.container(border=True, height="stretch"):
            st.metric(f"{name}: best f(0.10)", formatting.percent(top.figures.f10))
            st.caption(f"{paper_words.whole(top)}, 95 %: {formatting.interval(top.figures.f10_interval)}.{published}")


def about_stand_in(report: PaperReport) -> None:
    if any(row.is_stand_in for row in report.rows):
        checked = next((module.words for module in report.modules if not module.is_genuine), "")
        st.warning(
            "Table 4's rows here are made with another module in VGGish's place. They show that everything runs; their "
            f"figures are not VGGish's and are never called so. {checked}",
            title="The module is not the published VGGish",
            icon=":material/swap_horiz:",
        )


account = begin_page(
    "Paper",
    roles=STAFF,
    subtitle="Its tables on these labels. Other children and other classrooms: look at the pattern, not at the rank.",
)
actor = Actor.of(account)
show_result()
with reported():
    of_folds = cross_validation_results.newest_report()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        report = choose(of_folds)
        languages = sorted({language for by_language in (report.counts or {}).values() for language in by_language})
        paper_run.controls(actor, is_first=of_folds is None, languages=[name for name in languages if name])
        downloads(report)
    paper_run.progress(actor)
    if not any(row.is_trained for row in report.rows):
        empty_state(
            "None of the paper's systems is trained here yet",
            "Cross-validate: every system is trained once a fold, and the tables below fill up. A retraining fills the "
            "rows that it trains.",
            screen="retrain.py",
            link="To Retrain",
        )
    best(report.rows)
    about_stand_in(report)
    tabs = st.tabs(TABS)
    with tabs[0]:
        paper_tables.tables(report.rows)
    with tabs[1]:
        folds = report.provenance.folds
        paper_curves.curves(report.rows, folds.job if folds else None)
    with tabs[2]:
        paper_claims.claims(report.claims)
    with tabs[3]:
        paper_claims.languages(report.languages)
    with tabs[4]:
        paper_data.table_1(report.counts, report.distribution)
    with tabs[5]:
        paper_data.provenance(report)
    with tabs[6]:
        search.show(account)
