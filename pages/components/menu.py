"""The menu: a screen's entry, the signed-in account, and the page for visitors who are not signed in."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from core.config import settings
from core.domain.accounts import Account
from core.domain.labels import ROLE_IN_WORDS, Role
from core.translation import DEFAULT_LANGUAGE, translate
from core.workflows.accounts import accounts, sign_ins
from pages.components import current_account
from pages.components.markdown import plain
from pages.http.page_scripts import RELOAD_RESTORED, SET_LANGUAGE, TO_SIGN_IN

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="64" height="64" fill="none" stroke="#0E9F7E"'
    ' stroke-width="3" stroke-linecap="round"><path d="M4 14v4M10 9v14M16 4v24M22 10v12M28 14v4"/></svg>'
)


CORNER = "account-corner"
CORNER_STYLE = f".st-key-{CORNER} {{ position: fixed; top: 0.5rem; right: 0.75rem; z-index: 999999; width: auto; }}"


@dataclass(frozen=True)
class Screen:
    """One screen: `name` is its file in `pages` and its address. `is_in_menu`: False where lists lead to it."""

    name: str
    title: str
    icon: str
    roles: tuple[Role, ...]
    purpose: str
    is_in_menu: bool = True

    def is_for(self, account: Account) -> bool:
        """Whether the menu of an account has it."""
        return self.is_in_menu and account.role in self.roles

    def page(self, *, is_visible: bool, speaks: str = "en") -> StreamlitPage:
        return st.Page(
            f"{self.name}.py",
            title=translate(speaks, self.title),
            icon=self.icon,
            url_path=self.name,
            help=translate(speaks, self.purpose),
            visibility="visible" if is_visible and self.is_in_menu else "hidden",
        )


def has_one_screen(account: Account) -> bool:
    """Whether there is nothing to choose from: an empty column beside the desk would only take its place."""
    return account.role is Role.JUDGE


def menu_place(account: Account) -> DeltaGenerator:
    """Where the menu's own controls stand: the sidebar; a corner for judges, who have one screen and no menu."""
    st.logo(LOGO, size="large")
    if not has_one_screen(account):
        return st.sidebar
    st.html(f"<style>{CORNER_STYLE}</style>")
    return st.container(key=CORNER, width="content", horizontal=True, gap="small", vertical_alignment="center")


def render_account_menu(account: Account, host: DeltaGenerator) -> None:
    """The foot of the menu: name, role, and the buttons to sign out.

    Signing out travels over the page's own WebSocket, which the guard opens to pages of this server only: no other
    site can press these buttons.
    """
    name, speaks = plain(account.name), account.speaks
    # also makes the browser fetch Streamlit's HTML component: `render_signed_out` needs it when nothing can be fetched
    is_alone = has_one_screen(account)
    host.html(f"<script>{RELOAD_RESTORED}</script>", unsafe_allow_javascript=True)
    _set_page_language(speaks)
    with host.popover(name, icon=":material/account_circle:", width="content" if is_alone else "stretch"):
        st.markdown(f"**{name}**  \n{translate(speaks, ROLE_IN_WORDS[account.role])}")
        st.link_button(
            translate(speaks, "Your account"),
            f"{settings().public_prefix}/account",
            icon=":material/manage_accounts:",
            width="stretch",
        )
        st.caption(translate(speaks, "Language, password, second step, and where you are signed in."))
        st.button(
            translate(speaks, "Sign out"), icon=":material/logout:", width="stretch", key="sign-out", on_click=_sign_out
        )
        st.button(
            translate(speaks, "Sign out everywhere"),
            icon=":material/devices_off:",
            width="stretch",
            key="sign-out-everywhere",
            on_click=_sign_out_everywhere,
            args=(account.id,),
        )
        st.caption(translate(speaks, "Ends every sign-in of yours, in all browsers."))  # a tooltip lies over others


def render_signed_out() -> None:
    """The page when the sign-in has ended: the link to sign in again, followed at once where scripts run."""
    language = current_account.language_of_browser()
    _set_page_language(language)
    st.title(translate(language, "Signed out"), anchor=False)
    st.markdown(current_account.signed_out_text(language))
    st.html(f"<script>{TO_SIGN_IN}</script>", unsafe_allow_javascript=True)


def _set_page_language(language: str) -> None:
    """What a screen reader pronounces, and what a browser offers to translate."""
    st.html(
        f"<script>{SET_LANGUAGE.get(language, SET_LANGUAGE[DEFAULT_LANGUAGE])}</script>", unsafe_allow_javascript=True
    )


def _sign_out() -> None:
    token = current_account.sign_in_token()
    if token:
        sign_ins.sign_out(token)


def _sign_out_everywhere(account_id: int) -> None:
    accounts.sign_out_everywhere(account_id)
