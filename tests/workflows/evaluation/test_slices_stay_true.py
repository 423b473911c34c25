"""Groups of recordings follow what is known of these now, not when somebody first looked."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.workflows.evaluation import slices
from db import schema, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def model_id() -> str:
    trained.label_recordings(n_children=40)
    return trained.add_model("a").id


def names(model_id: str, kind: str) -> set[str]:
    return {one.name for one in slices.slices_at_threshold(model_id, 0.5) if one.kind == kind}


def test_a_language_that_is_put_right_makes_another_group(model_id: str) -> None:
    assert names(model_id, "language") == {"en", "fr"}
    with session.writing() as tx:
        french = update(schema.recordings).where(schema.recordings.c.language == "fr")
        tx.execute(french.values(language="pt"))
    assert names(model_id, "language") == {"en", "pt"}


def test_loudness_is_a_group_as_soon_as_it_is_known(model_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    levels: dict[str, float] = {}
    monkeypatch.setattr(slices, "_read_level_db", lambda _storage, sha256: levels.get(sha256))
    assert names(model_id, "loudness") == set()
    with session.reading() as tx:
        hashes = tx.execute(schema.recordings.select()).all()
    levels |= {row.sha256: -40.0 if row.id % 2 else -10.0 for row in hashes}
    assert names(model_id, "loudness") == {"quiet", "loud"}
