"""The judge's desk: a component that plays sound, takes keys, and calls `/judging/*` and `/audio/<id>` itself.

The page does not rerun for a label, so no label waits for Streamlit and none is lost when it reruns. The protocol
between browser and server is described in `pages.http.judging`.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import streamlit as st

from core.domain.accounts import Account
from core.domain.labels import Label
from core.translation import LANGUAGES, translate
from core.workflows.annotation import desk_preferences, judge_desk, protocols
from pages.components.colours import BY_LABEL
from pages.components.desk.desk_texts import ACTION_DESCRIPTIONS, LABEL_DESCRIPTIONS, translations
from pages.http.browser_modules import component_script

FOLDER = Path(__file__).parent

# codes or characters of keys: each can be pressed without Shift, on a French keyboard too
KEYS: dict[str, tuple[str, ...]] = {
    "replay": ("Space",),
    "undo": ("u", "Backspace"),
    "skip": ("k",),
    "flag": ("d",),
    "comment": ("c",),
    "back": ("ArrowLeft",),
    "forward": ("ArrowRight",),
    "slower": ("o",),
    "faster": ("p",),
    "quieter": ("ArrowDown",),
    "louder": ("ArrowUp",),
    "loop": ("l",),
    "keys": ("?",),
}

# limits that the server enforces
LIMITS = {
    "most_at_once": judge_desk.MOST_AT_ONCE,
    "slowest": desk_preferences.SLOWEST,
    "fastest": desk_preferences.FASTEST,
    "quietest_db": desk_preferences.QUIETEST_DB,
    "loudest_db": desk_preferences.LOUDEST_DB,
}

_COMPONENT = st.components.v2.component(
    "earshot_annotator",
    html=(FOLDER / "annotator.html").read_text(encoding="utf-8"),
    css=(FOLDER / "annotator.css").read_text(encoding="utf-8"),
    js=component_script("desk/js/main.js"),
)


def render_annotator(account: Account) -> None:
    """The desk of this account, in its language."""
    speaks = account.speaks
    protocol_id, rules = protocols.desk()
    labels = [
        {
            "label": str(label),
            "name": translate(speaks, label),
            "colour": BY_LABEL[label],
            "says": translate(speaks, LABEL_DESCRIPTIONS[label]),
        }
        for label in Label
    ]
    actions = [(str(label), translate(speaks, label)) for label in Label] + [
        (action, translate(speaks, ACTION_DESCRIPTIONS[action])) for action in KEYS
    ]
    data = {
        "account": account.id,
        "speaks": speaks,
        "texts": translations(speaks),
        "languages": LANGUAGES,
        "labels": labels,
        "actions": actions,
        "keys": default_keys(speaks),
        "preferences": asdict(desk_preferences.preferences_of(account)),
        "limits": LIMITS,
        "rules": {"id": protocol_id or 0} | asdict(rules),
    }
    _COMPONENT(key="annotator", data=data, height="content")


def default_keys(speaks: str) -> dict[str, tuple[str, ...]]:
    """The built-in keys: a label's digit on both parts of the keyboard, and its first letter, in English and in this
    language.
    """
    of_labels = {}
    for place, label in enumerate(Label, start=1):
        letters = dict.fromkeys([translate(speaks, label)[0].lower(), label[0].lower()])
        of_labels[str(label)] = (f"Digit{place}", f"Numpad{place}", *letters)
    return of_labels | KEYS
