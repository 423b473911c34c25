"""Sign-in passed: the navigation for this person's role, and the screen they asked for.

Streamlit runs this file at every click. All screens are registered for everybody, so that whoever types the address
of one that is not theirs reads why; the menu shows the ones that are.
"""

from __future__ import annotations

import streamlit as st

from core.domain.labels import Role
from core.translation import translate
from pages.components.current_account import current_account
from pages.components.menu import LOGO, render_account_menu, render_signed_out
from pages.components.screens import SCREENS
from pages.http.home import HOME

st.set_page_config(page_title="Earshot", page_icon=LOGO, layout="wide")

account = current_account()
if account is None:
    render_signed_out()
    st.stop()
if st.session_state.setdefault("account_id", account.id) != account.id:
    st.session_state.clear()  # a connection taken up again by somebody else starts with nothing of the former person's
    st.rerun()


def start() -> None:
    st.switch_page(f"{HOME[account.role if account else Role.JUDGE]}.py")


navigation = {
    translate(account.speaks, section): [
        screen.page(is_visible=account.role in screen.roles, speaks=account.speaks) for screen in screens
    ]
    for section, screens in SCREENS.items()
}
navigation[""].append(st.Page(start, title="Start", url_path="start", default=True, visibility="hidden"))
chosen = st.navigation(navigation)
render_account_menu(account)
chosen.run()
