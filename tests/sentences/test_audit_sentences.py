"""Details of the audit log in words: names of ours in the reader's language, what people wrote as they wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.sentences.audit_sentences import KEYS, detail_words

ROOT = Path(__file__).parents[2]
DETAIL = re.compile(r"detail(?:: JsonObject)? = \{([^}]*)\}|detail=\{([^}]*)\}|audit\.record\([^)]*\{([^}]*)\}")
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
        ({"model": "m-1"}, "model: Fusion 7", "modèle\u00a0: Fusion 7"),
        ({"unknown key": ["a", "b"]}, "unknown key: a, b", "unknown key\u00a0: a, b"),
    ],
)  # fmt: skip
def test_details_are_words(detail: dict[str, object], english: str, french: str) -> None:
    titles = {"m-1": "Fusion 7"}
    assert detail_words(detail, titles=titles) == english
    assert detail_words(detail, titles=titles, speaks="fr") == french


def test_every_detail_that_is_written_has_a_name() -> None:
    written = set()
    for path in (*ROOT.glob("core/workflows/**/*.py"), *ROOT.glob("pages/**/*.py")):
        for match in DETAIL.finditer(path.read_text()):
            written |= set(re.findall(r'"([a-z_0-9 ]+)":', "".join(filter(None, match.groups()))))
    assert written - OF_MESSAGES <= set(KEYS)
    assert len(written) > 30
