"""Passphrases make keys at a price that a forged file cannot raise."""

from __future__ import annotations

import pytest

from core.errors import Refused
from core.sealing.passphrases import Argon2Cost, key_from, require_long
from tests.encryption_keys import PASSPHRASE

CHEAP = Argon2Cost(passes=1, memory_kib=64, lanes=1)
SALT = bytes(16)


def test_another_passphrase_salt_or_cost_is_another_key() -> None:
    keys = [
        key_from(PASSPHRASE, SALT, CHEAP),
        key_from(PASSPHRASE + " ", SALT, CHEAP),
        key_from(PASSPHRASE, bytes(15) + b"1", CHEAP),
        key_from(PASSPHRASE, SALT, Argon2Cost(2, 64, 1)),
    ]
    assert len({key.id for key in keys}) == 4


def test_accents_make_the_same_key_however_they_are_written() -> None:
    assert key_from("caf\u00e9 au lait", SALT, CHEAP) == key_from("cafe\u0301 au lait", SALT, CHEAP)


def test_the_cost_comes_back_from_a_file() -> None:
    assert Argon2Cost.unpacked(Argon2Cost().packed()) == Argon2Cost()


@pytest.mark.parametrize(
    "cost",
    [
        Argon2Cost(passes=17),
        Argon2Cost(passes=0),
        Argon2Cost(memory_kib=2**20 + 1),
        Argon2Cost(memory_kib=2**32 - 1),
        Argon2Cost(memory_kib=1),
        Argon2Cost(lanes=0),
        Argon2Cost(lanes=17),
    ],
)
def test_a_file_that_asks_for_too_much_is_refused_before_it_is_paid(cost: Argon2Cost) -> None:
    with pytest.raises(Refused, match="damaged"):
        Argon2Cost.unpacked(cost.packed())


@pytest.mark.parametrize("short", ["", "eleven sign", " " * 40])
def test_what_is_guessed_soon_is_refused(short: str) -> None:
    with pytest.raises(Refused, match="too short"):
        require_long(short)
