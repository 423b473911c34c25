"""What the figures stand on: the paper's Table 1 of these labels, and how everything was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.labels import Label
from core.workflows.paper import table_files
from pages.components import formatting
from pages.components.paper import paper_charts, row_names

SMALL = 0.05  # of all recordings: a language with less stands among the others in the chart
OTHERS = "other languages"
SETS = {"train": "Train", "validation": "Validation", "test": "Test"}


def render_table_1(counted: dict[str, Any] | None, shares: Sequence[dict[str, Any]] | None) -> None:
    """Recordings by class, set and language as in the paper's Table 1, and the test set held against the whole."""
    if not counted or not shares:
        st.info("Counts stand here once a system is trained.", title="Nothing to count yet")
        return
    st.dataframe(_counts(counted), alt="Recordings by class, set and language, with proportions", key="table_1")
    st.subheader("The test set beside the whole", anchor=False)
    shares = _without_small(shares)
    apart = max(shares, key=lambda one: abs((one["test"] or 0.0) - (one["whole"] or 0.0)))
    points = 100 * abs((apart["test"] or 0.0) - (apart["whole"] or 0.0))
    st.markdown(
        f"No share differs by more than **{points:.1f} points** (that of {apart['label']}"
        f"{' in ' + formatting.plain(apart['language']) if apart['language'] else ''}). Children are never split, so "
        f"the "
        "sets come as near to each other as whole children allow."
    )
    st.plotly_chart(
        paper_charts.distribution_chart(shares),
        key="distribution",
        config={"displayModeBar": False},
        alt="Share of each class and language in the test set and in all recordings",
    )


def _counts(counted: dict[str, Any]) -> pd.DataFrame:
    """A line a language, the most frequent first, then all of them and the proportions; columns are set and class."""
    languages = {language: 0 for by_language in counted.values() for language in by_language}
    for by_language in counted.values():
        for language, labels in by_language.items():
            languages[language] += sum(labels.values())
    lines = sorted(languages, key=lambda language: -languages[language])
    frame = pd.DataFrame(
        {
            (SETS.get(split, split), label.value): [by_language[language][label.value] for language in lines]
            for split, by_language in counted.items()
            for label in Label
        },
        index=[language.upper() or formatting.DASH for language in lines],
    )
    together = frame.sum()
    shares = 100 * together / together.groupby(level=0, sort=False).transform("sum").clip(lower=1)
    frame.loc["All"] = together
    frame = frame.astype(int).astype(str)
    frame.loc["Share"] = [f"{share:.0f} %" for share in shares]
    return frame


def _without_small(shares: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Languages with hardly a recording joined into one, so that the chart stays readable."""
    whole: dict[str, float] = {}
    for one in shares:
        whole[one["language"]] = whole.get(one["language"], 0.0) + (one["whole"] or 0.0)
    joined: dict[tuple[str, str], dict[str, Any]] = {}
    for one in shares:
        language = one["language"] if whole[one["language"]] >= SMALL else OTHERS
        line = joined.setdefault((language, one["label"]), {**one, "language": language, "whole": 0.0, "test": 0.0})
        line["whole"] += one["whole"] or 0.0
        line["test"] += one["test"] or 0.0
    size = {language: share for language, share in whole.items() if share >= SMALL}
    return sorted(joined.values(), key=lambda line: -size.get(line["language"], 0.0))


def render_provenance(paper: dict[str, Any]) -> None:
    """How the figures came about, so that somebody else could make them again."""
    how = paper["made"]
    st.markdown(f"**{table_files.how_it_was_made(paper)}**")
    if how["how"] == "folds":
        st.markdown(
            "Folds are drawn over children, alike by class and language; of the other children 15 % are taken to say "
            "when to stop. Every child is tested once, by networks that never met it. The probabilities of all folds "
            "are pooled and share one threshold. Figures only report: nothing is chosen by them."
        )
        versions = how.get("versions", {})
        lines = {
            "Snapshot of the labels": f"{how['snapshot']} ({how['snapshot_hash'][:12]})",
            "Seed": how["seed"],
            "Folds": how["folds"],
            "Training": f"{formatting.duration(how['training_seconds'])}, all folds and systems together",
            "Job": how["job"],
            "Finished": f"{how['ended_at']} UTC",
            "Computed with": ", ".join(f"{name} {version}" for name, version in versions.items()),
        }
        st.table(
            {"": list(lines), " ": [str(value) for value in lines.values()]}, border="horizontal", alt="Provenance"
        )
    _modules(paper["modules"])


def _modules(found: Sequence[dict[str, Any]]) -> None:
    if not found:
        return
    st.subheader("Networks that features come from", anchor=False)
    st.caption("From a cold process to the first features: what a server pays once, before its first answer.")
    for one in found:
        name = row_names.features_name(
            one["features"] if one["is_genuine"] else f"{row_names.STAND_IN}{one['features']}"
        )
        seconds = "not measured" if one["load_seconds"] is None else f"{one['load_seconds']:.1f} s"
        st.markdown(f"**{name}**: {seconds}. {formatting.plain(one['words'])}")
