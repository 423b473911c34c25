"""The paper's tables beside ours: what was trained here, in its systems, with its figures and on its grid.

From stored probabilities of the test children, so nothing is trained here. A row whose system is not trained is there,
without figures. Merged rows (Mean, Majority) join the newest multiclass, binary and double binary model of one family
and one kind of network, when all three learned from the same snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.labels import Label, Split
from core.learning import merging
from core.measuring import intervals, published, rejection
from core.measuring.published import MERGED, SINGLE, Published
from core.workflows import claims, decisions
from core.workflows.claims import Row, known, pair
from db import models, session, snapshots
from db.records import Model

BEYOND_THE_PAPER = ("yamnet", "dynamics")


def paper_rows() -> dict[str, Any]:
    """The paper's Tables 3 and 4 with ours beside them, and its claims with a verdict on each.

    Returns
    -------
    {"rows": [...], "claims": [...], "data": {...} | None}: the keys of `paper --json`; `data` counts the recordings of
    the newest snapshot as the paper's Table 1 does. Shares are between 0 and 1, None where not known.
    """
    rows = _rows()
    return {
        "rows": [_as_json(row) for row in rows],
        "claims": claims.judged({row.key: row for row in rows if row.test is not None}),
        "data": _data(),
    }


def published_best() -> dict[str, Published]:
    """The paper's best system by f(0.10) of each table, by a name to show."""
    best = {}
    for features, name in (("mfcc", "MFCC"), ("vggish", "VGGish")):
        table = [
            (figures.f10, network, system, figures)
            for network in published.NETWORKS
            for system, figures in published.TABLES[features, network].items()
        ]
        _, network, system, figures = max(table, key=lambda row: (row[0], row[3].f15))
        best[f"paper: {name} {network.upper()} {system}"] = figures
    return best


def _rows() -> list[Row]:
    """Every system of the paper, trained or not, and what was trained beyond it."""
    with session.reading() as tx:
        newest: dict[tuple[str, str, str], Model] = {}
        for model in models.newest_first(tx):
            newest.setdefault(_key(model), model)
        trained = {key: _trained(tx, key, model) for key, model in newest.items()}
    families = [*published.FAMILIES, *(name for name in BEYOND_THE_PAPER if any(key[0] == name for key in trained))]
    families += sorted({key[0] for key in trained} - set(families))
    rows = []
    for family in families:
        for network in published.NETWORKS:
            of_kind = [trained.get((family, network, task), Row(family, network, task)) for task in SINGLE]
            found = [*of_kind, *_merged(family, network, of_kind)]
            rows += [row for row in found if family in published.FAMILIES or row.test is not None]
    return rows


def _key(model: Model) -> tuple[str, str, str]:
    """(features, network, system); a stand-in for a module is never called by the module's name."""
    system, features = model.card["system"], model.card["features"]
    is_genuine = features.get("is_genuine", True)
    return system["features"] if is_genuine else f"stand-in for {system['features']}", system["kind"], system["task"]


def _trained(tx: Any, key: tuple[str, str, str], model: Model) -> Row:
    courses = [network["course"] for network in model.card["networks"]]
    epochs = sum(course["epochs"] for course in courses)
    seconds = float(sum(course["seconds"] for course in courses))
    test = decisions.of(tx, model.id, Split.TEST)
    return Row(*key, model.snapshot_id, test, seconds, seconds / epochs if epochs else None)


def _merged(family: str, network: str, singles: Sequence[Row]) -> list[Row]:
    tests = [row.test for row in singles if row.test is not None]
    if len(tests) < len(SINGLE) or len({row.snapshot_id for row in singles}) > 1:
        return [Row(family, network, system) for system in MERGED]
    seconds = sum(row.seconds or 0.0 for row in singles)
    merge = {"mean": merging.mean, "majority": merging.majority}
    return [
        Row(
            family,
            network,
            system,
            singles[0].snapshot_id,
            decisions.Decisions(tests[0].children, tests[0].labels, merge[system]([test.p for test in tests])),
            seconds,
        )
        for system in MERGED
    ]


def _as_json(row: Row) -> dict[str, Any]:
    beside = published.published(row.features, row.network, row.system)
    found: dict[str, Any] = {"features": row.features, "network": row.network, "system": row.system}
    found |= _figures(row.test)
    found |= {"seconds_per_epoch": row.seconds_per_epoch, "seconds": row.seconds}
    return found | {"published": asdict(beside) if beside else None}


def _figures(test: decisions.Decisions | None) -> dict[str, Any]:
    """On the paper's grid; the interval of f(0.10), by drawing children, is on the exact one."""
    if test is None:
        return {"f10": None, "f15": None, "f_am_m": None, "am_m": None, "f10_interval": None}
    curve = rejection.curve(test.is_accepted, test.p, grid="paper")
    top = rejection.maximum(curve)
    return {
        "f10": known(rejection.f(curve, 0.10)),
        "f15": known(rejection.f(curve, 0.15)),
        "f_am_m": known(top.rcc),
        "am_m": known(top.am),
        "f10_interval": pair(intervals.bootstrap_f(test.children, test.is_accepted, test.p, 0.10)),
    }


def _data() -> dict[str, Any] | None:
    """Recordings of the newest model's snapshot by split, language and label, as in the paper's Table 1."""
    with session.reading() as tx:
        newest = models.newest_first(tx)
        snapshot = snapshots.get(tx, newest[0].snapshot_id) if newest else None
    if snapshot is None:
        return None
    return {
        str(split): {
            language: {
                str(label): sum(
                    item.split is split and item.language == language and item.label is label for item in snapshot.items
                )
                for label in Label
            }
            for language in sorted({item.language for item in snapshot.items})
        }
        for split in Split
    }
