"""Words are taken out of texts; looking first with plain searches changes nothing but the time."""

from __future__ import annotations

import re
import string
import time

from hypothesis import given
from hypothesis import strategies as st

from core.domain.redaction import Redactor, redactor

LETTERS = st.text(alphabet="aAkKsSiIıſKéÉe\u0301 -_.1", min_size=1, max_size=12)
HASH = "0123456789ab" + "c" * 52


def without_needles(one: Redactor) -> Redactor:
    """The same, with a search that never says no."""
    return Redactor(one.pattern, one.file_pattern, ("",), (b"",))


@given(st.lists(LETTERS, min_size=1, max_size=4), st.lists(LETTERS, max_size=4), LETTERS, st.booleans())
def test_looking_first_finds_what_the_pattern_finds(words, around, other, is_hash) -> None:
    one = redactor(words, whole_words=[other], hashes=[HASH] if is_hash else [], protected=around)
    slow = without_needles(one)
    text = " ".join([*around, *words, HASH.upper(), other]).swapcase()
    assert one.in_text(text) == slow.in_text(text)
    data = text.encode()
    assert one.in_file(data) == slow.in_file(data)
    assert one.is_in_file(data) == slow.is_in_file(data)


def test_a_thousand_words_are_looked_for_in_a_megabyte_within_a_moment() -> None:
    one = redactor([f"child-number-{n}" for n in range(1000)])
    began = time.process_time()
    assert not one.is_in_file(b"something else " * 70_000)
    assert time.process_time() - began < 5  # 300 s by the pattern alone
    assert one.in_text("CHILD-NUMBER-77!") == "[erased]!"


def test_every_letter_that_equals_one_of_ascii_is_looked_for() -> None:
    def equal(sign: str) -> list[str]:
        return [letter for letter in string.ascii_lowercase if re.fullmatch(letter, sign, re.IGNORECASE)]

    alike = [(sign, letter) for sign in map(chr, range(128, 0x3000)) for letter in equal(sign)]
    assert len(alike) == 4
    for sign, letter in alike:
        assert redactor([f"word{sign}word"]).in_text(f"word{letter}word") == "[erased]"
