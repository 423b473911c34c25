"""What tests of the Administration screen share."""

from __future__ import annotations

from core.domain.erasure import AffectedModel, ErasurePreview
from core.workflows.maintenance import erasure

PASSWORD = "a horse in the library"


def errors(test) -> str:
    return " ".join(error.value for error in test.error)


def button(test, label: str):
    return next(one for one in test.button if one.label == label)


def preview(test, pseudonym: str):
    test.text_input(key="preview-child").set_value(pseudonym)
    return button(test, "Show what would go").click().run()


def has_preview(monkeypatch, *learned: str, tested: str = "Fusion 6") -> None:
    affected = tuple(AffectedModel(f"id-of-{name}", name, is_in_force=True) for name in learned)
    also = (AffectedModel("id-of-tested", tested, is_in_force=False),)
    expected = ErasurePreview(12, 24, affected, also, 0, None, ())
    monkeypatch.setattr(erasure, "preview", lambda *_, **__: expected)


def erase(test, pseudonym: str, again: str):
    test = preview(test, pseudonym)
    if not any(field.key == "erase-again" for field in test.text_input):
        return test
    test.text_input(key="erase-again").set_value(again)
    return button(test, "Erase for good").click().run()


def confirm(test, password: str):
    test.text_input(key="confirm-proof").set_value(password)
    return button(test, "Confirm").click().run()
