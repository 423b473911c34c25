"""What looks the same is the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import languages
from core.domain import names

COMPOSED, DECOMPOSED = "Zo\u00e9", "Zoe\u0301"


@pytest.mark.parametrize(
    "spelling", [DECOMPOSED, f" {COMPOSED} ", "Zo\u200b\u00e9", "\ufeffZo\u00e9", "Zo\u00e9\u200d", "Zo\u00ad\u00e9"]
)
def test_spellings_that_look_the_same_are_one_name(spelling: str) -> None:
    assert names.child_name(spelling) == names.person_name(spelling) == names.file_name(spelling) == COMPOSED


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = names.normal_form(text)
    assert names.normal_form(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_the_case_of_a_child_counts_and_that_of_a_person_does_not() -> None:
    assert names.child_name("AB") != names.child_name("ab")
    assert names.person_key("\u00c9MILE") == names.person_key("e\u0301mile")


def test_a_space_that_cannot_break_is_a_space() -> None:
    assert names.person_name("Anna\u00a0 B.") == "Anna B."


def test_upload_tools_rewrite_names_and_both_have_one_plain_form() -> None:
    assert names.plain_file_name("e f.wav") == names.plain_file_name("e_f.wav")
    assert (
        names.plain_file_name("\u00e9t\u00e9 (1).wav") == names.plain_file_name("e\u0301te\u0301_1.wav") == "ete_1.wav"
    )


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr_FR", "fr-FR"),
        ("fr_FR.UTF-8", "fr-FR"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("EN-gb", "en-GB"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("French", "fr"),
        ("fran\u00e7ais", "fr"),
        ("kid-speak", None),
        ("jp", None),
        ("", None),
    ],
)
def test_a_language_has_one_tag_however_it_is_written(written: str, tag: str | None) -> None:
    assert languages.read(written) == tag
