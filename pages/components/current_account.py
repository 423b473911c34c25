"""Whose sign-in this page runs under. Checked at every run: a sign-in can end between two clicks."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.config import settings
from core.domain.accounts import Account
from core.domain.labels import ROLE_IN_WORDS, Role
from core.translation import mark, preferred_language, translate
from core.workflows.accounts import sign_ins
from pages.http import cookie
from pages.http.origin import VISITOR_ADDRESS


def sign_in_token() -> str | None:
    """The sign-in's secret token out of the browser's cookie."""
    return cookie.token_of(st.context.cookies)


def current_account() -> Account | None:
    """The account that is signed in, or None when the sign-in has ended."""
    token = sign_in_token()
    return sign_ins.account_of_token(token) if token else None


def require_role(*roles: Role) -> Account:
    """The account, if it has one of `roles`; else the page ends with the reason."""
    account = current_account()
    if account is None:
        st.warning(signed_out_text(language_of_browser()), icon=":material/lock:")
        st.stop()
    if account.role not in roles:
        speaks = account.speaks
        allowed = ", ".join(translate(speaks, ROLE_IN_WORDS[role]) for role in Role if role in roles)
        own_role = translate(speaks, ROLE_IN_WORDS[account.role])
        template = mark("This screen is for: {roles}. You are signed in as {name} ({role}).")
        st.error(
            translate(speaks, template, roles=allowed, name=account.name, role=own_role),
            title=translate(speaks, "Not for this role"),
            icon=":material/block:",
        )
        st.stop()
    return account


def visitor_address() -> str:
    """From which network address somebody looks at the screen that this thread runs; "" in every other thread."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return st.context.headers.get(VISITOR_ADDRESS) or ""


def language_of_browser() -> str:
    """The language that the browser asks for, while nobody is signed in."""
    return preferred_language(st.context.headers.get("Accept-Language", ""))


def signed_out_text(language: str) -> str:
    """That the sign-in has ended, with the link to sign in again."""
    has_ended, again = translate(language, "Your sign-in has ended."), translate(language, "Sign in again")
    return f"{has_ended} [{again}]({settings().public_prefix}/sign-in)"
