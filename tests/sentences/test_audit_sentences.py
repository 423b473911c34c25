"""Details of the audit log in words: names of ours in the reader's language, what people wrote as they wrote it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.sentences.audit_sentences import KEYS, detail_words

ROOT = Path(__file__).parents[2]
RECORDING = {"audit.record", "audit.new_entry", "audit_events.record", "audit.record_entries"}
OF_MESSAGES = {"status"}


@pytest.mark.parametrize(
    ("detail", "english", "french"),
    [
        ({"files": 4330}, "files: 4,330", "fichiers\u00a0: 4\u202f330"),
        ({"role": "staff"}, "role: Pedagogy staff", "rôle\u00a0: Équipe pédagogique"),
        ({"from": "en", "to": "fr"}, "from: English · to: Français", "de\u00a0: English · à\u00a0: Français"),
        ({"label": "Noise"}, "label: Noise", "étiquette\u00a0: Bruit"),
        ({"reason": "Noise"}, "reason: Noise", "raison\u00a0: Noise"),
        ({"first": True}, "first: yes", "premier\u00a0: oui"),
        ({"threshold": 0.25}, "threshold: 0.2500", "seuil\u00a0: 0,2500"),
        ({"seconds": 2.62}, "seconds: 2.6", "secondes\u00a0: 2,6"),
        ({"model": "m-1"}, "model: Fusion 7", "modèle\u00a0: Fusion 7"),
        ({"unknown key": ["a", "b"]}, "unknown key: a, b", "unknown key\u00a0: a, b"),
    ],
)  # fmt: skip
def test_details_are_words(detail: dict[str, object], english: str, french: str) -> None:
    titles = {"m-1": "Fusion 7"}
    assert detail_words(detail, titles=titles) == english
    assert detail_words(detail, titles=titles, speaks="fr") == french


def test_every_detail_that_is_written_has_a_name() -> None:
    written: set[str] = set()
    for path in (*ROOT.glob("core/workflows/**/*.py"), *ROOT.glob("pages/**/*.py")):
        written |= detail_keys(ast.parse(path.read_text()))
    assert {"seconds", "method", "scopes", "bytes", "am_target"} <= written
    assert written - OF_MESSAGES <= set(KEYS)


def detail_keys(module: ast.Module) -> set[str]:
    """The keys of every dictionary that goes into the log: written there, kept under a name of details, or returned by
    a function that is called there."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and name_of(node.func) in RECORDING]
    parts: list[ast.AST] = [argument for call in calls for argument in (*call.args, *call.keywords)]
    named = {name_of(node) for part in parts for node in ast.walk(part)} - {""}
    for node in ast.walk(module):
        is_returned = isinstance(node, ast.FunctionDef) and node.name in named
        is_kept = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and "detail" in ast.dump(target_of(node))
        if is_kept or is_returned:
            parts.append(node)
    dictionaries = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Dict)]
    keys = [key.value for each in dictionaries for key in each.keys if isinstance(key, ast.Constant)]
    return {key for key in keys if isinstance(key, str)}


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".strip(".")
    return node.id if isinstance(node, ast.Name) else ""


def target_of(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.AST:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target
