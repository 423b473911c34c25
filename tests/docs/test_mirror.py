"""Tests stand where what they test stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
OWN_ROOMS = {"attacks", "browser", "docs", "faults", "golden", "js"}  # of the whole, not of one room
FOLDERS = sorted(
    folder.relative_to(TESTS)
    for folder in TESTS.rglob("*")
    if any(folder.glob("test_*.py")) and folder.relative_to(TESTS).parts[0] not in OWN_ROOMS
)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_folder_of_tests_mirrors_a_room(folder: Path) -> None:
    assert any((ROOT / parent / folder).is_dir() for parent in ("", "core"))


@pytest.mark.parametrize("rung", sorted(path.name for path in (ROOT / "core/workflows").iterdir() if path.is_dir()))
def test_every_rung_of_the_ladder_has_tests(rung: str) -> None:
    assert rung == "__pycache__" or any((TESTS / "workflows" / rung).glob("test_*.py"))


def test_every_test_with_a_real_browser_stands_in_its_room() -> None:
    marked = {file for file in TESTS.rglob("test_*.py") if re.search(r"pytest\.mark\.browser\b", file.read_text())}
    assert marked  # `make test` looks for them there alone
    assert {file.parent for file in marked} == {TESTS / "browser"}
