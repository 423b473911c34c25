"""Whoever has a language to speak hands it on: no sentence of a French screen is made in English by a default."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKERS = (*sorted((ROOT / "core" / "sentences").glob("*.py")), ROOT / "core" / "number_words.py")
SCREENS = sorted((ROOT / "pages").rglob("*.py"))
OWN_LANGUAGE = {"formatting.py"}  # hands on the language itself


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def _names(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]


SPEAKING = {
    (path.stem, function.name)
    for path in MAKERS
    for function in _functions(path)
    if "speaks" in [argument.arg for argument in function.args.kwonlyargs]
}


def _imported(path: Path) -> dict[str, tuple[str, str]]:
    """Module and name of what a file imports, by what it is called there; a module itself has no name."""
    imports = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom))
    own = {function.name: (path.stem, function.name) for function in _functions(path)}
    return own | {
        alias.asname or alias.name: (str(node.module).rsplit(".", 1)[-1], alias.name)
        for node in imports
        for alias in node.names
    }


def _silent_calls(path: Path, within: ast.AST) -> Iterator[str]:
    imported = _imported(path)
    for call in (node for node in ast.walk(within) if isinstance(node, ast.Call)):
        called = ("", "")
        if isinstance(call.func, ast.Name):
            called = imported.get(call.func.id, called)
        elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            called = (imported.get(call.func.value.id, called)[1], call.func.attr)
        if called in SPEAKING and not {"speaks", None} & {keyword.arg for keyword in call.keywords}:
            yield f"{path.relative_to(ROOT)}:{call.lineno} {called[1]}"


def test_screens_name_the_language_of_every_sentence() -> None:
    silent = [
        call
        for path in SCREENS
        if path.name not in OWN_LANGUAGE
        for call in _silent_calls(path, ast.parse(path.read_text()))
    ]
    assert silent == []


def test_a_sentence_in_a_language_has_all_its_parts_in_it() -> None:
    silent = [
        call
        for path in MAKERS
        for function in _functions(path)
        if "speaks" in _names(function)
        for call in _silent_calls(path, function)
    ]
    assert silent == []


def test_the_check_sees_the_makers() -> None:
    assert {"differences_sentence", "processing_advice", "percent"} <= {name for _, name in SPEAKING}
