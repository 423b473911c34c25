"""Who is looking at this screen. Asked anew at every run of a page: a sign-in can end between two clicks."""

from __future__ import annotations

import streamlit as st

from core.config import settings
from core.domain.labels import ROLE_IN_WORDS, Role
from core.translation import mark, preferred_language, translate
from core.workflows.accounts import sign_ins
from core.workflows.accounts.accounts import Account
from pages.http import cookie


def token() -> str | None:
    """The sign-in's secret token out of the browser's cookie."""
    return cookie.token_of(st.context.cookies)


def current_account() -> Account | None:
    """The account signed in here, or None when the sign-in has ended."""
    secret = token()
    return sign_ins.account_of_token(secret) if secret else None


def require(*roles: Role) -> Account:
    """The account, if it has one of `roles`; else the page ends here with words that say why."""
    account = current_account()
    if account is None:
        st.warning(way_back(language_of_browser()), icon=":material/lock:")
        st.stop()
    if account.role not in roles:
        speaks = account.speaks
        meant = ", ".join(translate(speaks, ROLE_IN_WORDS[role]) for role in Role if role in roles)
        words = mark("This screen is for: {roles}. You are signed in as {name} ({role}).")
        st.error(
            translate(
                speaks, words, roles=meant, name=account.name, role=translate(speaks, ROLE_IN_WORDS[account.role])
            ),
            title=translate(speaks, "Not for this role"),
            icon=":material/block:",
        )
        st.stop()
    return account


def language_of_browser() -> str:
    """The language of somebody who is not signed in: what the browser asks for."""
    return preferred_language(st.context.headers.get("Accept-Language", ""))


def way_back(language: str) -> str:
    """That the sign-in has ended, with the link to the next one."""
    has_ended, again = translate(language, "Your sign-in has ended."), translate(language, "Sign in again")
    return f"{has_ended} [{again}]({settings().public_prefix}/sign-in)"
