"""The paper's tables beside ours: Tables 1, 3 and 4 and what is beyond them, with the paper's claims judged.

From folds (`crossing`) or from the stored probabilities of the test children of what was trained here; nothing is
trained by looking. Of trained models the newest of each system counts, and merged rows join those of one snapshot.
Where nothing is trained a row is there without figures. Nothing here is ever used to choose anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from core.domain.catalogue import PAPER_NETWORKS, STAND_IN
from core.domain.labels import Label, Split
from core.domain.models import Model
from core.domain.snapshots import Snapshot
from core.metrics import published_results
from core.metrics.published_results import PublishedFigures
from core.workflows.evaluation import predictions
from core.workflows.paper import claims, table_rows
from core.workflows.paper.table_rows import Key, PaperRow
from db import models, session, snapshots

ALL_LANGUAGES = "all"
MODULES = ("vggish", "yamnet")


def paper_rows() -> dict[str, Any]:
    """What `paper --json` says of the models that are trained here.

    Returns
    -------
    {"rows", "claims", "languages", "data", "distribution", "made", "modules"}: `data` counts the recordings of the
    newest snapshot as the paper's Table 1 does. Shares are between 0 and 1, None where not known.
    """
    rows = rows_of_models()
    with session.reading() as tx:
        newest = models.newest_first(tx)
        snapshot = snapshots.get(tx, newest[0].snapshot_id) if newest else None
    return paper_report(rows, snapshot, made={"how": "models", "trained_on": ALL_LANGUAGES}, modules=[])


def rows_of_models() -> list[PaperRow]:
    """Every row of the paper, trained or not, and what was trained beyond it, on the test children."""
    with session.reading() as tx:
        newest: dict[Key, Model] = {}
        for model in models.newest_first(tx):
            newest.setdefault(_key(model), model)
        trained = {key: _trained(tx, key, model) for key, model in newest.items()}
    return table_rows.every_row(trained)


def paper_report(
    rows: Sequence[PaperRow], snapshot: Snapshot | None, *, made: dict[str, Any], modules: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Rows as programs read them, with everything that follows from them.

    made : how the rows came about; modules : what the networks that features come from are, and cost
    """
    there = {row.key: row for row in rows if row.test is not None}
    return {
        "rows": [table_rows.as_json(row) | {"trained_on": made["trained_on"]} for row in rows],
        "claims": claims.evaluate_claims(there),
        "languages": [one | {"trained_on": made["trained_on"]} for row in rows for one in table_rows.by_language(row)],
        "data": _data(snapshot),
        "distribution": _distribution(snapshot),
        "made": made,
        "modules": list(modules),
    }


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
    system, features = model.card["system"], model.card["features"]
    name = feature_name(system["features"], is_genuine=features.get("is_genuine", True))
    return name, system["kind"], system["task"]


def _trained(tx: Any, key: Key, model: Model) -> PaperRow:
    networks = model.card["networks"]
    epochs = sum(network["course"].get("epochs", 0) for network in networks)
    seconds = float(sum(network["course"]["seconds"] for network in networks))
    n_parameters = [network.get("n_parameters") for network in networks]
    of_test = [one for one in models.probabilities_of(tx, model.id) if one.split is Split.TEST]
    return PaperRow(
        *key,
        snapshot_id=model.snapshot_id,
        test=predictions.predictions_of_split(tx, model.id, Split.TEST),
        seconds=seconds,
        seconds_per_epoch=seconds / epochs if epochs else None,
        n_parameters=None if None in n_parameters else sum(n_parameters),
        languages=np.array([one.language for one in of_test], dtype=str),
    )


def _data(snapshot: Snapshot | None) -> dict[str, Any] | None:
    """Recordings of a snapshot by split, language and label, as in the paper's Table 1."""
    if snapshot is None:
        return None
    languages = sorted({item.language for item in snapshot.items})
    return {
        str(split): {
            language: _by_label(
                item.label for item in snapshot.items if item.split is split and item.language == language
            )
            for language in languages
        }
        for split in Split
    }


def _distribution(snapshot: Snapshot | None) -> list[dict[str, Any]] | None:
    """The share of each language and class in the whole and in the test set, which is meant to be alike."""
    if snapshot is None:
        return None
    test = [item for item in snapshot.items if item.split is Split.TEST]
    return [
        {
            "language": language,
            "label": str(label),
            "whole": _share([item.language == language and item.label is label for item in snapshot.items]),
            "test": _share([item.language == language and item.label is label for item in test]),
        }
        for language in sorted({item.language for item in snapshot.items})
        for label in Label
    ]


def _by_label(labels: Iterable[Label]) -> dict[str, int]:
    found = list(labels)
    return {str(label): found.count(label) for label in Label}


def _share(here: Sequence[bool]) -> float | None:
    return sum(here) / len(here) if here else None
