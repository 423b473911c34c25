"""The search dialog: Ctrl+K from every screen, and a button in the menu.

The browser knows the screens of the own role and asks `/find` for the rest; a choice changes the screen without
loading the page anew. Each screen asks again who may see it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.domain.accounts import Account
from core.domain.permissions import Permission, may
from core.translation import mark
from pages.components.menu import Screen
from pages.components.words import say
from pages.http.browser_modules import component_script

FOLDER = Path(__file__).parent
KEY = "quick-search"

TEXTS = {
    "search": mark("Search"),
    "placeholder_all": mark("A word, a file, a number, a child, a model, a screen"),
    "placeholder_screens": mark("A screen"),
    "screens": mark("Screens"),
    "recordings": mark("Recordings"),
    "children": mark("Children"),
    "models": mark("Models"),
    "nothing": mark("Nothing begins with that."),
    "trouble": mark("The server does not answer."),
    "results": mark("Matches"),
    "enter": mark("Enter"),
    "escape": mark("Esc"),
    "moves": mark("choose"),
    "opens": mark("open"),
    "closes": mark("close"),
}

_COMPONENT = st.components.v2.component(
    "earshot_search",
    html=(FOLDER / "search.html").read_text(encoding="utf-8"),
    css=(FOLDER / "search.css").read_text(encoding="utf-8"),
    js=component_script("quick_search/js/main.js"),
)


def render_search(account: Account, screens: list[Screen], *, is_compact: bool) -> None:
    """The button, and the dialog behind it.

    screens : those of the menu of this account
    is_compact : the button is a sign without words
    """
    data = {
        "screens": [
            {"title": say(screen.title), "detail": say(screen.purpose), "screen": screen.name, "query": {}}
            for screen in screens
        ],
        "asks_server": may(account.role, Permission.SEE_LABELS),
        "is_compact": is_compact,
        "texts": {name: say(text) for name, text in TEXTS.items()},
    }
    _COMPONENT(key=KEY, data=data, width="content" if is_compact else "stretch")
