"""A search for a text looks through all recordings once, and again when any of them has changed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.workflows.annotation import recording_search as recordings
from core.workflows.annotation.recording_search import RecordingFilter
from core.workflows.maintenance import erasure
from db import recording_search, schema, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    look = recording_search._matching
    monkeypatch.setattr(recording_search, "_matching", lambda tx, text: (texts.append(text), look(tx, text))[1])
    return texts


def total(text: str, **more: object) -> int:
    return recordings.search_recordings(RecordingFilter(text=text, **more), limit=5).total  # type: ignore[arg-type]


def test_the_pages_that_follow_do_not_look_again(looked: list[str]) -> None:
    trained.label_recordings(n_children=12)
    assert [total("child-00"), total("child-00"), total("child-01"), total(" child-00")] == [90, 90, 18, 90]
    assert looked == ["child-00", "child-01"]
    assert total("child-00", languages=("fr",)) == 45
    assert looked == ["child-00", "child-01"]


def test_what_comes_in_changes_or_goes_is_seen_at_once(looked: list[str]) -> None:
    ids = trained.label_recordings(n_children=3)
    assert total("child-00") == 27
    trained.label_recordings(n_children=4, name="child-00x")
    assert total("child-00") == 27 + 36
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == ids[0]).values(word="rare"))
    assert total("rare") == 1
    erasure.erase_child("child-000", actor=COMMAND_LINE)
    assert (total("rare"), total("child-00")) == (0, 18 + 36)
    assert "child-000" not in str(recording_search._remembered)


def test_a_label_leaves_what_is_remembered(looked: list[str]) -> None:
    trained.label_recordings(n_children=2)
    assert total("child") == 18
    with session.writing() as tx:
        tx.execute(update(schema.judgements).values(label="Noise"))
    assert total("child", labels=("Noise",)) == 18
    assert looked == ["child"]


@pytest.mark.parametrize("n_children", [1, 2])
def test_another_database_has_its_own(n_children: int) -> None:
    assert total("child") == 0
    trained.label_recordings(n_children=n_children)
    assert total("child") == 9 * n_children
