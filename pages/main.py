"""The navigation for the signed-in account's role, and the screen of the address.

Streamlit runs this file at every click. All screens are registered for everybody, so that the address of a screen for
another role shows why it is refused; the menu shows the screens of the own role.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.domain.labels import Role
from core.translation import translate
from pages.components.current_account import current_account
from pages.components.menu import LOGO, has_one_screen, menu_place, render_account_menu, render_signed_out
from pages.components.quick_search.search_dialog import render_search
from pages.components.screens import SCREENS
from pages.components.words import speak_as
from pages.http.home import HOME

STYLE = (Path(__file__).parent / "components" / "streamlit.css").read_text(encoding="utf-8")

st.set_page_config(page_title="Earshot", page_icon=LOGO, layout="wide")
st.html(f"<style>{STYLE}</style>")

account = current_account()
if account is None:
    render_signed_out()
    st.stop()
if st.session_state.setdefault("account_id", account.id) != account.id:
    st.session_state.clear()  # a connection that another account takes over starts with an empty session
    st.rerun()
speak_as(account)


def open_first_screen() -> None:
    st.switch_page(f"{HOME[account.role if account else Role.JUDGE]}.py")


navigation = {
    translate(account.speaks, section): [
        screen.page(is_visible=account.role in screen.roles, speaks=account.speaks) for screen in screens
    ]
    for section, screens in SCREENS.items()
}
navigation[""].append(st.Page(open_first_screen, title="Start", url_path="start", default=True, visibility="hidden"))
chosen = st.navigation(navigation, position="hidden" if has_one_screen(account) else "sidebar", expanded=True)
place = menu_place(account)
with place:
    own_screens = [screen for screens in SCREENS.values() for screen in screens if screen.is_for(account)]
    render_search(account, own_screens, is_compact=has_one_screen(account))
render_account_menu(account, place)
st.set_page_config(page_title=f"{chosen.title} · Earshot")
chosen.run()
