"""Small secrets in a database column."""

from __future__ import annotations

import pytest

from core.errors import Damaged, SettingsError
from core.sealing.keys import parse_keys
from core.sealing.texts import WAY, is_sealed_with, seal_text, unseal_text
from tests.encryption_keys import KEY, OTHER_KEY

KEYS = parse_keys(f"{KEY},{OTHER_KEY}")
SECRET = "JBSWY3DPEHPK3PXP"


def test_a_secret_comes_back_for_its_purpose_alone() -> None:
    sealed = seal_text(SECRET, KEYS, purpose="two-step 1")
    assert sealed.startswith(WAY)
    assert SECRET not in sealed
    assert unseal_text(sealed, KEYS, purpose="two-step 1") == SECRET
    with pytest.raises(Damaged):
        unseal_text(sealed, KEYS, purpose="two-step 2")


def test_without_a_key_it_stays_as_it_is() -> None:
    assert unseal_text(seal_text(SECRET, (), purpose="p"), KEYS, purpose="p") == SECRET
    with pytest.raises(Damaged):
        seal_text(WAY + SECRET, (), purpose="p")


def test_after_a_rotation_it_opens_with_both_keys_and_is_known_to_be_old() -> None:
    old, new = KEYS
    sealed = seal_text(SECRET, [old], purpose="p")
    assert unseal_text(sealed, [new, old], purpose="p") == SECRET
    assert (is_sealed_with(sealed, old), is_sealed_with(sealed, new), is_sealed_with(SECRET, new)) == (
        True,
        False,
        False,
    )
    with pytest.raises(SettingsError, match=old.id):
        unseal_text(sealed, [new], purpose="p")


@pytest.mark.parametrize("wrong", ["", "no base64!", "AAAA"])
def test_what_was_changed_is_refused(wrong: str) -> None:
    with pytest.raises(Damaged):
        unseal_text(WAY + wrong, KEYS, purpose="p")
