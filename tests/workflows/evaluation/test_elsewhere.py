"""The table of what a model does elsewhere is stored beside its card, which never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import settings
from core.errors import NotFound
from core.workflows.evaluation import elsewhere
from tests.domain.test_elsewhere import TABLE


@pytest.fixture
def model_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("EARSHOT_MODELS", str(tmp_path))
    settings.cache_clear()
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "card.json").write_text("{}")
    return "one"


def test_a_stored_table_is_read_again_and_the_card_stays(model_id: str) -> None:
    assert elsewhere.table_of(model_id) is None
    elsewhere.store_table(model_id, TABLE)

    assert elsewhere.table_of(model_id) == TABLE
    assert (settings().models / model_id / "card.json").read_text() == "{}"


def test_a_model_that_is_not_there_has_no_table_and_gets_none(model_id: str) -> None:
    assert elsewhere.table_of("two") is None
    with pytest.raises(NotFound):
        elsewhere.store_table("two", TABLE)
