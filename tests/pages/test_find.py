"""The endpoint behind the search dialog: what it answers in each role, and what nobody learns from it."""

from __future__ import annotations

import pytest

from core.domain.labels import Role
from tests.pages import seeding


@pytest.fixture
def seeded(database) -> list[int]:
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids)
    seeding.seed_models(ids)
    return ids


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_staff_find_recordings_children_and_models(seeded, visitor, role) -> None:
    answer = visitor(role).get("/find?q=mai")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    first = answer.json()["recordings"][0]
    assert (first["title"], first["screen"], first["query"]) == ("maison", "recording", {"id": str(seeded[1])})
    assert "clips/001.wav" in first["detail"]
    (child,) = visitor(role).get("/find?q=LOU").json()["children"]
    assert child == {"title": "lou", "detail": "", "screen": "recordings", "query": {"child": "lou"}}
    assert visitor(role).get("/find?q=MFCC").json()["models"][0]["query"] == {"model": "model-1"}


@pytest.mark.parametrize("text", ["mai", "lou", "MFCC", "1", "", "%00", "%F0%9F%98%80", "a" * 5000])
def test_a_judge_is_answered_as_if_there_were_nothing(seeded, visitor, text) -> None:
    answer = visitor(Role.JUDGE).get(f"/find?q={text}")
    assert answer.status_code == 200
    assert answer.json() == {"recordings": [], "children": [], "models": []}


@pytest.mark.parametrize(
    "text", ["", "%00", "%F0%9F%98%80", "a" * 5000, "%25", "'; DROP TABLE recordings; --", "%ED%A0%80"]
)
def test_whatever_is_typed_is_no_fault(seeded, visitor, text) -> None:
    answer = visitor(Role.STAFF).get(f"/find?q={text}")
    assert answer.status_code == 200
    assert answer.json()["recordings"] == []


def test_a_stranger_is_told_to_sign_in(seeded, stranger) -> None:
    assert stranger.get("/find?q=mai").status_code == 401
