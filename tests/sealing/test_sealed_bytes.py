"""Sealed bytes open as they were sealed, for their name alone, or not at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Damaged, SettingsError
from core.sealing import sealed_bytes
from core.sealing.chunks import CHUNK_BYTES, SEALED_CHUNK_BYTES
from core.sealing.keys import parse_keys
from core.sealing.sealed_bytes import HEAD_BYTES, seal, sealed_size, unseal
from tests.encryption_keys import KEY, OTHER_KEY

OWN, OTHER = parse_keys(f"{KEY},{OTHER_KEY}")
NAME = "recordings/ab/ab.wav"
LENGTHS = [0, 1, 63, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17]


def sound(n_bytes: int) -> bytes:
    return random.Random(n_bytes).randbytes(n_bytes)


@pytest.mark.parametrize("n_bytes", LENGTHS)
def test_what_was_sealed_opens_as_it_was(n_bytes: int) -> None:
    data = sound(n_bytes)
    sealed = seal(data, OWN, name=NAME)
    assert len(sealed) == sealed_size(n_bytes)
    assert unseal(sealed, [OTHER, OWN], name=NAME) == data
    assert sealed_bytes.key_id(sealed) == OWN.id


def test_the_same_bytes_twice_look_different() -> None:
    first, second = (seal(sound(100), OWN, name=NAME) for _ in range(2))
    assert first[HEAD_BYTES:] != second[HEAD_BYTES:]


@given(st.data())
def test_any_bit_that_is_turned_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(sound(CHUNK_BYTES + 100), OWN, name=NAME))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Damaged, SettingsError)):
        unseal(bytes(sealed), [OWN], name=NAME)


@given(st.integers(0, sealed_size(2 * CHUNK_BYTES) - 1))
def test_no_beginning_of_a_file_passes_for_the_file(n_bytes: int) -> None:
    with pytest.raises(Damaged):
        unseal(seal(sound(2 * CHUNK_BYTES), OWN, name=NAME)[:n_bytes], [OWN], name=NAME)


def test_a_file_that_is_cut_off_between_two_chunks_is_refused() -> None:
    sealed = seal(sound(3 * CHUNK_BYTES), OWN, name=NAME)
    for n_chunks in (0, 1, 2):
        with pytest.raises(Damaged):
            unseal(sealed[: HEAD_BYTES + n_chunks * SEALED_CHUNK_BYTES], [OWN], name=NAME)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 0, 2), (0, 2), (0, 1, 1, 2), (2, 1, 0), (0, 1, 2, 2)])
def test_chunks_that_are_swapped_repeated_or_left_out_are_refused(order: tuple[int, ...]) -> None:
    sealed = seal(sound(3 * CHUNK_BYTES), OWN, name=NAME)
    chunks = [sealed[HEAD_BYTES + k * SEALED_CHUNK_BYTES :][:SEALED_CHUNK_BYTES] for k in range(3)]
    with pytest.raises(Damaged):
        unseal(sealed[:HEAD_BYTES] + b"".join(chunks[k] for k in order), [OWN], name=NAME)


def test_chunks_of_another_file_of_the_same_key_do_not_fit() -> None:
    first, second = (seal(sound(2 * CHUNK_BYTES + n), OWN, name=NAME) for n in (0, 0))
    mixed = first[: HEAD_BYTES + SEALED_CHUNK_BYTES] + second[HEAD_BYTES + SEALED_CHUNK_BYTES :]
    for wrong in (mixed, first[:HEAD_BYTES] + second[HEAD_BYTES:]):
        with pytest.raises(Damaged):
            unseal(wrong, [OWN], name=NAME)


def test_a_whole_file_in_the_place_of_another_does_not_open() -> None:
    with pytest.raises(Damaged, match="was changed"):
        unseal(seal(sound(10), OWN, name=NAME), [OWN], name="recordings/cd/cd.wav")


def test_another_key_is_named_and_one_that_only_claims_the_id_opens_nothing() -> None:
    sealed = seal(sound(10), OWN, name=NAME)
    with pytest.raises(SettingsError, match=OWN.id):
        unseal(sealed, [OTHER], name=NAME)
    forged = sealed_bytes.MAGIC + bytes.fromhex(OTHER.id) + sealed[16:]
    with pytest.raises(Damaged):
        unseal(forged, [OTHER], name=NAME)
