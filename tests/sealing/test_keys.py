"""Keys are read with care and never shown."""

from __future__ import annotations

import base64

import pytest

from core.errors import SettingsError
from core.sealing.keys import key_of_id, new_key, parse_keys
from tests.encryption_keys import KEY


def test_a_fresh_key_is_read_back_and_no_two_are_equal() -> None:
    written = [new_key(), new_key()]
    keys = parse_keys(",".join(written))
    assert [base64.urlsafe_b64encode(key.material).decode() for key in keys] == written
    assert len({key.id for key in keys}) == 2


@pytest.mark.parametrize("between", [",", ", ", "\n", " ", ",\n"])
def test_several_keys_stand_in_a_list_each_once(between: str) -> None:
    first, second = new_key(), new_key()
    assert parse_keys(between.join([first, second, first]) + "\n") == parse_keys(f"{first},{second}")


def test_the_other_alphabet_of_base64_is_the_same_key() -> None:
    material = bytes(range(224, 256))
    plain, for_addresses = base64.b64encode(material).decode(), base64.urlsafe_b64encode(material).decode()
    assert plain != for_addresses
    assert parse_keys(plain) == parse_keys(for_addresses)


@pytest.mark.parametrize("wrong", ["secret", "a" * 44, KEY[:-2], KEY + "=", "é" * 44, "ключ", "0" * 64])
def test_what_is_no_key_is_named_by_its_place_and_not_repeated(wrong: str) -> None:
    with pytest.raises(ValueError, match="key 2 of 2 is no key") as refusal:
        parse_keys(f"{new_key()},{wrong}")
    assert wrong not in str(refusal.value)


def test_a_key_is_in_no_text_of_itself() -> None:
    key = parse_keys(new_key())[0]
    assert key.material.hex() not in f"{key!r} {key} {key.id}"
    assert repr(key.material) not in repr(key)


def test_a_key_that_is_missing_is_named_by_its_id() -> None:
    missing, own = parse_keys(f"{new_key()} {new_key()}")
    with pytest.raises(SettingsError, match=f"a.wav is encrypted with the key {missing.id}; .*has {own.id}"):
        key_of_id([own], missing.id, "a.wav")
    with pytest.raises(SettingsError, match="set EARSHOT_ENCRYPTION_KEY"):
        key_of_id([], missing.id, "a.wav")
