"""The data behind the figures: the paper's Table 1 on these labels, and the provenance of the figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.domain import catalogue
from core.domain.labels import Label, Split
from core.stored_messages import translate_text
from core.translation import mark
from core.workflows.paper import table_files
from core.workflows.paper.epoch_times import EpochTime
from core.workflows.paper.paper_report import ClassShare, Counts, ModuleReport, PaperReport
from pages.components import formatting
from pages.components.paper import paper_charts
from pages.components.paper.row_names import OTHERS, language_title
from pages.components.system_names import family_title
from pages.components.words import language, say

SMALL = 0.05  # of all recordings: a language with less stands among the others in the chart
SETS = {Split.TRAIN: mark("train"), Split.VALIDATION: mark("validation"), Split.TEST: mark("test")}


def render_table_1(counts: Counts | None, shares: Sequence[ClassShare] | None) -> None:
    """Recordings by class, set and language as in the paper's Table 1, and the test set beside the whole."""
    if not counts or not shares:
        st.info(say("Counts stand here once a system is trained."), title=say("Nothing to count yet"))
        return
    st.dataframe(
        _counts(counts),
        hide_index=True,
        alt=say("Recordings by class, set and language, with proportions"),
        key="table_1",
    )
    st.header(say("The test set beside the whole"), anchor=False)
    shares = _without_small(shares)
    widest = max(shares, key=_difference)
    share = say(widest.label)
    if widest.language:
        share = say("{label} in {name}", label=share, name=formatting.plain(language_title(widest.language)))
    st.markdown(
        say(
            "No share differs by more than **{points} points** (that of {share}). Children are never split, so the "
            "sets come as near to each other as whole children allow.",
            points=formatting.in_hundred(_difference(widest)),
            share=share,
        )
    )
    st.plotly_chart(
        paper_charts.distribution_chart(shares),
        key="distribution",
        config={"displayModeBar": False},
        alt=say("Share of each class and language in the test set and in all recordings"),
    )


def _difference(share: ClassShare) -> float:
    return abs((share.test or 0.0) - (share.whole or 0.0))


def _counts(counts: Counts) -> pd.DataFrame:
    """A line a language, the most frequent first, then all of them and the proportions; columns are set and class."""
    total = Counter[str]()
    for by_language in counts.values():
        total.update({language: sum(labels.values()) for language, labels in by_language.items()})
    languages = [language for language, _ in total.most_common()]
    frame = pd.DataFrame(
        {
            (say(SETS[split]).capitalize(), say(label.value)): [by_language[language][label] for language in languages]
            for split, by_language in counts.items()
            for label in Label
        },
        index=[language.upper() or formatting.DASH for language in languages],
    )
    together = frame.sum()
    shares = 100 * together / together.groupby(level=0, sort=False).transform("sum").clip(lower=1)
    frame.loc[say("All")] = together
    frame = frame.astype(int).astype(str)
    frame.loc[say("Share")] = [f"{share:.0f} %" for share in shares]
    frame.insert(0, ("", say("Language")), frame.index)  # Streamlit gives an index no header that can be read
    return frame


def _without_small(shares: Sequence[ClassShare]) -> list[ClassShare]:
    """Languages with hardly a recording joined into one, so that the chart stays readable."""
    whole: defaultdict[str, float] = defaultdict(float)
    for share in shares:
        whole[share.language] += share.whole or 0.0
    joined: dict[tuple[str, str], ClassShare] = {}
    for share in shares:
        language = share.language if whole[share.language] >= SMALL else OTHERS
        before = joined.get((language, share.label), ClassShare(language, share.label, 0.0, 0.0))
        joined[language, share.label] = replace(
            before, whole=(before.whole or 0.0) + (share.whole or 0.0), test=(before.test or 0.0) + (share.test or 0.0)
        )
    return sorted(joined.values(), key=lambda share: -whole.get(share.language, 0.0))


def render_provenance(report: PaperReport) -> None:
    """The provenance of the figures: all that is needed to compute them again."""
    st.markdown(f"**{table_files.provenance_text(report.provenance, speaks=language())}**")
    facts = report.provenance.folds
    if facts is not None:
        st.markdown(
            say(
                "Folds are drawn over children, alike by class and language; of the other children 15 % are taken to "
                "say when to stop. Every child is tested once, by networks that never met it. The probabilities of all "
                "folds are pooled and share one threshold. Figures only report: nothing is chosen by them."
            )
        )
        lines = {
            say("Snapshot of the labels"): f"{facts.snapshot} ({facts.snapshot_hash[:12]})",
            say("Seed"): str(facts.seed),
            say("Folds"): str(facts.folds),
            say("Training"): say(
                "{duration}, all folds and systems together", duration=formatting.duration(facts.training_seconds)
            ),
            say("Job"): facts.job,
            say("Finished"): formatting.iso_time_text(facts.ended_at),
            say("Computed with"): ", ".join(f"{name} {version}" for name, version in facts.versions.items()),
        }
        table = {say("Fact"): list(lines), say("Value"): list(lines.values())}
        st.table(table, border="horizontal", alt=say("Provenance"))
    _epochs(report.epochs)
    _modules(report.modules)


def _epochs(times: Sequence[EpochTime]) -> None:
    if not times:
        return
    st.header(say("An epoch of an RNN"), anchor=False)
    st.caption(
        say("Adjacent frames are averaged, since a recurrence costs time by its steps. The paper fed every frame.")
    )
    for time in times:
        words = table_files.epoch_text(time, speaks=language())
        st.markdown(say("**{family}**: {words}", family=family_title(time.features), words=words))


def _modules(modules: Sequence[ModuleReport]) -> None:
    if not modules:
        return
    st.header(say("Networks that features come from"), anchor=False)
    st.caption(say("From a cold process to the first features: what a server pays once, before its first answer."))
    for module in modules:
        name = family_title(module.features if module.is_genuine else catalogue.STAND_IN + module.features)
        seconds = say("not measured")
        if module.load_seconds is not None:
            seconds = f"{formatting.decimal(module.load_seconds)} s"
        words = say(
            "**{family}**: {seconds}. {words}",
            family=name,
            seconds=seconds,
            words=formatting.plain(translate_text(language(), module.message, module.words)),
        )
        st.markdown(words)
