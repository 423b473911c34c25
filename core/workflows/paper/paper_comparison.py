"""The paper's tables beside ours: Tables 1, 3 and 4 and what is beyond them, with the paper's claims judged.

From folds (`cross_validation`) or from the stored probabilities of the test children of the models that are trained
here; nothing is trained by looking. Of trained models the newest of each system counts, and merged rows join those of
one snapshot. A system that is not trained has a row without figures. Nothing is ever chosen by these figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.domain.catalogue import PAPER_NETWORKS, STAND_IN
from core.domain.labels import Label, Split
from core.domain.models import Model
from core.domain.snapshots import Snapshot
from core.metrics import published_results
from core.metrics.published_results import PublishedFigures
from core.workflows.evaluation import predictions, stored_figures
from core.workflows.paper import claims, table_rows
from core.workflows.paper.paper_report import ClassShare, Counts, ModuleReport, PaperReport, Provenance
from core.workflows.paper.paper_rows import Key
from core.workflows.paper.table_rows import PaperRow, total
from db import facets, models, session, snapshots
from db.session import Transaction
from db.snapshots import ItemCounts

FIGURES_VERSION = "1"  # another one when the same rows give other figures: what is stored is then computed anew


def report_of_models() -> PaperReport:
    """The paper's tables of the models that are trained here, on the test children of each.

    Models never change after they were trained: computed anew when there is another one, or rows behind the figures
    were changed, as by an erasure.
    """
    with session.reading() as tx:
        newest = models.newest_first(tx)
        names = (FIGURES_VERSION, *(model.id for model in newest), *facets.version(tx))
        return predictions.cached(tx, "", ("paper", *names), lambda: _report_of_models(tx, newest, names))


def _report_of_models(tx: Transaction, newest: Sequence[Model], names: Sequence[str]) -> PaperReport:
    """Stored for processes to come."""
    version = (*names, *models.version_of(tx, ""))
    stored = stored_figures.stored("paper", version)
    if stored is not None:
        return PaperReport.from_json(stored)
    counted = snapshots.count_by_split(tx, newest[0].snapshot_id) if newest else None
    report = paper_report(_rows_of(tx, newest), counted, provenance=Provenance(), modules=[])
    if newest:
        stored_figures.keep("paper", version, report.as_json())
    return report


def rows_of_models() -> list[PaperRow]:
    """Every row of the paper, trained or not, and what was trained beyond it, on the test children."""
    with session.reading() as tx:
        return _rows_of(tx, models.newest_first(tx))


def _rows_of(tx: Transaction, newest_first: Sequence[Model]) -> list[PaperRow]:
    newest: dict[Key, Model] = {}
    for model in newest_first:
        newest.setdefault(_key(model), model)
    return table_rows.every_row({key: _trained(tx, key, model) for key, model in newest.items()})


def count_items(snapshot: Snapshot) -> ItemCounts:
    """The recordings of a snapshot by split, language and label."""
    return Counter((item.split, item.language, item.label) for item in snapshot.items)


def paper_report(
    rows: Sequence[PaperRow], counted: ItemCounts | None, *, provenance: Provenance, modules: Sequence[ModuleReport]
) -> PaperReport:
    """Rows with their figures, and everything that follows from them.

    counted : the recordings of the snapshot behind them
    modules : what the networks that features come from are, and cost
    """
    trained_on = provenance.trained_on
    trained = {row.key: row for row in rows if row.test is not None}
    return PaperReport(
        rows=tuple(table_rows.table_row(row, trained_on) for row in rows),
        claims=tuple(claims.evaluate_claims(trained)),
        languages=tuple(part for row in rows for part in table_rows.by_language(row, trained_on)),
        counts=None if counted is None else _counts(counted),
        distribution=None if counted is None else tuple(_distribution(counted)),
        provenance=provenance,
        modules=tuple(modules),
    )


def published_best() -> dict[str, PublishedFigures]:
    """The paper's best system by f(0.10) of each table, by a name to show."""
    best = {}
    for features, name in (("mfcc", "MFCC"), ("vggish", "VGGish")):
        table = [
            (figures.f10, network, system, figures)
            for network in PAPER_NETWORKS
            for system, figures in published_results.TABLES[features, network].items()
        ]
        _, network, system, figures = max(table, key=lambda row: (row[0], row[3].f15))
        best[f"paper: {name} {network.upper()} {system}"] = figures
    return best


def feature_name(features: str, *, is_genuine: bool) -> str:
    """A stand-in for a module is never called by the module's name."""
    return features if is_genuine else f"{STAND_IN}{features}"


def _key(model: Model) -> Key:
    spec = model.card.spec
    return feature_name(spec.features, is_genuine=model.card.is_genuine), spec.kind, spec.task


def _trained(tx: Transaction, key: Key, model: Model) -> PaperRow:
    classifiers = model.card.classifiers
    epochs = sum(classifier.epochs for classifier in classifiers)
    seconds = float(sum(classifier.seconds for classifier in classifiers))
    n_parameters = [classifier.n_parameters for classifier in classifiers]
    return PaperRow(
        *key,
        snapshot_id=model.snapshot_id,
        test=predictions.predictions_of_split(tx, model.id, Split.TEST),
        seconds=seconds,
        seconds_per_epoch=seconds / epochs if epochs else None,
        n_parameters=total(n_parameters),
        languages=predictions.languages_of_split(tx, model.id, Split.TEST),
    )


def _counts(counted: ItemCounts) -> Counts:
    """Recordings of a snapshot by split, language and label, as in the paper's Table 1."""
    languages = sorted({language for _, language, _ in counted})
    return {
        split: {language: {label: counted[split, language, label] for label in Label} for language in languages}
        for split in Split
    }


def _distribution(counted: ItemCounts) -> list[ClassShare]:
    whole, test = Counter[tuple[str, Label]](), Counter[tuple[str, Label]]()
    for (split, language, label), n in counted.items():
        whole[language, label] += n
        test[language, label] += n if split is Split.TEST else 0
    return [
        ClassShare(
            language,
            label.value,
            whole=_share(whole[language, label], whole.total()),
            test=_share(test[language, label], test.total()),
        )
        for language in sorted({language for _, language, _ in counted})
        for label in Label
    ]


def _share(count: int, total_count: int) -> float | None:
    return count / total_count if total_count else None
