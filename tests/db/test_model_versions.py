"""Names of models that people can say: stored once, never given twice, and given to the models of before."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.model_cards import CardSpec
from core.domain.model_versions import version_family
from db import models, session
from tests import table_versions
from tests.workflows import trained

MODEL = (
    "INSERT INTO models (id, name, snapshot_id, seconds, created_at, card) "
    "VALUES (:id, 'steady fusion', 1, 1.0, :at, :card)"
)


def names() -> dict[str, str]:
    with session.reading() as tx:
        return models.titles(tx)


def test_models_of_a_kind_are_numbered_and_a_deleted_ones_number_is_not_given_again(database) -> None:
    trained.label_recordings(n_children=6)
    for model_id in ("a", "b"):
        trained.add_model(model_id, system=("steady", "fusion", "multiclass"))
    trained.add_model("c", system=("mfcc", "dnn", "binary"))
    assert names() == {"a": "Fusion 1", "b": "Fusion 2", "c": "MFCC DNN 1"}
    with session.writing() as tx:
        models.delete(tx, "b")
    trained.add_model("d", system=("dynamics+yamnet", "fusion", "multiclass"))
    assert names()["d"] == "Fusion 3"


@pytest.mark.parametrize(
    ("spec", "family"),
    [
        (CardSpec("stand-in for vggish", "svm", "binary"), "VGGish SVM"),
        (CardSpec("mfcc", "rnn", "double binary"), "MFCC RNN"),
        (CardSpec("", "", ""), "Model"),
    ],
)
def test_a_family_is_called_as_people_call_it(spec: CardSpec, family: str) -> None:
    assert version_family(spec) == family


def test_models_of_before_are_numbered_in_the_order_they_came(storage: Path) -> None:
    table_versions.upgrade("0014")
    with session.writing() as tx:
        snapshot = text("INSERT INTO snapshots (id, hash, created_at) VALUES (1, 'x', :at)")
        tx.execute(snapshot, {"at": datetime(2026, 1, 1)})
        for number, kind in ((2, "fusion"), (1, "fusion"), (3, "dnn")):
            card = json.dumps({"system": {"features": "mfcc", "kind": kind}})
            tx.execute(text(MODEL), {"id": f"m{number}", "at": datetime(2026, 1, number), "card": card})
    session.prepare()
    assert names() == {"m1": "Fusion 1", "m2": "Fusion 2", "m3": "MFCC DNN 1"}
    with session.reading() as tx:
        highest = tx.execute(text("SELECT highest FROM model_numbers WHERE family = 'Fusion'")).scalar_one()
    assert highest == 2
