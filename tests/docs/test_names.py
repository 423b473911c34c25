"""A name of a class means one thing in the whole project."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("core", "db", "pages", "bench")


def _class_names() -> list[str]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    return [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]


def test_no_name_of_a_class_stands_twice() -> None:
    names = _class_names()

    assert len(names) > 300
    assert [name for name, n in Counter(names).items() if n > 1] == []
