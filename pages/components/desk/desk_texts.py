"""Every word a judge sees in the browser, in the judge's language.

The player's scripts and its markup hold English: `t("...")`, `counted(n, "...", "...")`, and elements with `data-t`.
What stands there is found here and handed to the player with its translation out of `locale/`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from pathlib import Path

from core.domain.labels import Label
from core.translation import translate

HERE = Path(__file__).parent

# what a judge asks oneself; the classes are those of the paper, section 2.1
SAYS: dict[Label, str] = {
    Label.ACCEPTED: "a child's voice, clear enough",
    Label.NOISE: "too noisy, or others talk over it",
    Label.SPEECHLESS: "nobody speaks",
}
# what the keys do, labels aside, in the order of the list of keys
DOES: dict[str, str] = {
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

_LITERAL = r'"((?:[^"\\]|\\.)*)"'
_IN_SCRIPTS = re.compile(rf"\bt\(\s*{_LITERAL}")
_COUNTED = re.compile(rf"\bcounted\(\s*[^\",]+,\s*{_LITERAL},\s*{_LITERAL}")
_IN_MARKUP = re.compile(r"<[^>]*\sdata-t(?:\s[^>]*)?>([^<]+)<")
_LABELLED = re.compile(r"<[^>]*\saria-label=\"([^\"]+)\"[^>]*\sdata-t-label")


def dictionary(language: str) -> dict[str, str]:
    """English to this language, everything the player says; empty for English."""
    translated = {message: translate(language, message) for message in in_the_player()}
    return {message: words for message, words in translated.items() if words != message}


@lru_cache(maxsize=1)
def in_the_player() -> frozenset[str]:
    """The English of everything that stands in the player's scripts and markup."""
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in HERE.glob("annotator*.js"))
    markup = (HERE / "annotator.html").read_text(encoding="utf-8")
    spoken = _IN_SCRIPTS.findall(scripts) + [words for pair in _COUNTED.findall(scripts) for words in pair]
    shown = [" ".join(unescape(words).split()) for words in _IN_MARKUP.findall(markup)]
    return frozenset(spoken + shown + [unescape(words) for words in _LABELLED.findall(markup)])


def beside_the_player() -> frozenset[str]:
    """The English of what this side hands to the player ready-made: labels, their meaning, what the keys do."""
    return frozenset([*map(str, Label), *SAYS.values(), *DOES.values()])
