"""Every text a judge sees in the browser, in the judge's language.

`js/texts.json` is the table of what the desk's scripts and its markup show: the English of each text, and where it is
shown. The scripts take a text from that table only (`tsc` checks it); the page hands over its translation out of
`locale/`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from core.domain.labels import Label
from core.translation import translate

FOLDER = Path(__file__).parent

# the classes are those of the paper, section 2.1
LABEL_DESCRIPTIONS: dict[Label, str] = {
    Label.ACCEPTED: "a child's voice, clear enough",
    Label.NOISE: "too noisy, or others talk over it",
    Label.SPEECHLESS: "nobody speaks",
}
# what the keys do, labels aside, in the order of the list of keys
ACTION_DESCRIPTIONS: dict[str, str] = {
    "replay": "play again",
    "undo": "undo, as far back as you like in this visit",
    "skip": "skip: it comes again at the end",
    "flag": "not sure",
    "comment": "write a comment; Enter goes back",
    "back": "half a second back",
    "forward": "half a second on",
    "slower": "slower",
    "faster": "faster",
    "quieter": "quieter",
    "louder": "louder",
    "loop": "loop",
    "keys": "this list",
}


def translations(language: str) -> dict[str, str]:
    """English to this language, every text of the table; empty for English."""
    translated = {text: translate(language, text) for text in script_texts()}
    return {text: translation for text, translation in translated.items() if translation != text}


@cache
def script_texts() -> frozenset[str]:
    """The English of every text of the desk's scripts and markup."""
    return frozenset(json.loads((FOLDER / "js" / "texts.json").read_text(encoding="utf-8")))


def page_texts() -> frozenset[str]:
    """The English of what the page translates for the desk: labels, their descriptions, what the keys do."""
    return frozenset([*map(str, Label), *LABEL_DESCRIPTIONS.values(), *ACTION_DESCRIPTIONS.values()])
