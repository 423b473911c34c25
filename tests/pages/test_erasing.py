"""Erasing a child on the Administration screen."""

from __future__ import annotations

import pytest

from core.domain.erasure import ErasureResult, ModelsChoice
from core.domain.labels import Role
from core.errors import NotFound
from core.workflows.annotation import recording_search
from core.workflows.maintenance import erasure
from tests.annotation.people import add_recordings, confirmed
from tests.pages.administration_screen import button, erase, errors, has_preview, preview


def test_erasing_needs_the_same_pseudonym_twice(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    has_preview(monkeypatch)
    monkeypatch.setattr(erasure, "erase_child", lambda *_, **__: pytest.fail("erased"))
    assert "Nothing was erased" in errors(erase(screen("administration"), "c01", "c10"))


def test_nothing_can_be_erased_before_what_would_go_is_shown(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    has_preview(monkeypatch, "Fusion 7")
    test = screen("administration")
    assert "Erase for good" not in [each.label for each in test.button]
    test = preview(test, "c01")
    assert "Erase for good" in [each.label for each in test.button]
    assert "Fusion 7" in test.info[0].value
    assert "Fusion 6" not in test.info[0].value  # only tested on the child
    assert "id-of" not in test.info[0].value


def test_erasing_says_what_is_gone_and_which_models_learned_from_it(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN, "ada")
    has_preview(monkeypatch, "Fusion 7")
    erased = {}

    def erase_child(pseudonym, *, models, actor):
        erased[pseudonym] = (actor.name, models)
        return ErasureResult(12, 24, models=("model-1",), was_deployed=True)

    monkeypatch.setattr(erasure, "erase_child", erase_child)
    test = erase(screen("administration"), "c01", "c01")
    assert erased == {"c01": ("ada", ModelsChoice.WITHDRAW)}
    assert "12 recordings and 24 judgements are gone" in test.success[0].value
    assert "model-1" in test.info[0].value.replace("\\", "")
    assert "no model" in test.info[0].value


def test_an_erasure_that_could_not_finish_is_not_called_a_success(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN, "ada")
    has_preview(monkeypatch)
    unfinished = ErasureResult(12, 24, is_log_empty=False, traces=("earshot.db-wal",))
    monkeypatch.setattr(erasure, "erase_child", lambda *_, **__: unfinished)
    test = erase(screen("administration"), "c01", "c01")
    assert not test.success
    assert "erasures finish" in test.warning[0].value


def test_a_preview_names_what_would_go_and_erases_nothing(signed_in, screen):
    signed_in(Role.ADMIN)
    add_recordings(2)
    child = recording_search.search_recordings().items[0].recording.child
    test = screen("administration")
    test.text_input(key="preview-child").set_value(child)
    button(test, "Show what would go").click().run()
    assert not test.exception
    assert "0 judgements would go" in test.info[0].value
    assert len(recording_search.search_recordings().items) == 2


def test_the_receipt_of_an_erasure_can_be_taken_away(signed_in, screen):
    admin = signed_in(Role.ADMIN)
    add_recordings(1)
    child = recording_search.search_recordings().items[0].recording.child
    erasure.erase_child(child, actor=confirmed(admin))
    test = screen("administration")
    assert not test.exception
    assert "Receipts of 1 erasure" in [one.label for one in test.expander]


def test_an_unknown_child_is_named(signed_in, screen, monkeypatch):
    def erase_child(pseudonym, **_):
        raise NotFound(f"There is no child {pseudonym!r}.")

    signed_in(Role.ADMIN)
    monkeypatch.setattr(erasure, "erase_child", erase_child)
    has_preview(monkeypatch)
    assert "no child 'c99'" in errors(erase(screen("administration"), "c99", "c99"))
