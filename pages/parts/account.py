"""Who is looking at this screen. Asked anew at every run of a page: a sign-in can end between two clicks."""

from __future__ import annotations

import streamlit as st

from core.labels import Role
from core.workflows import accounts
from core.workflows.accounts import Account
from pages.http import cookie


def token() -> str | None:
    """The sign-in's secret token out of the browser's cookie."""
    return cookie.read(st.context.cookies.get(cookie.NAME))


def current_account() -> Account | None:
    """The account signed in here, or None when the sign-in has ended."""
    secret = token()
    return accounts.who(secret) if secret else None


def require(*roles: Role) -> Account:
    """The account, if it has one of `roles`; else the page ends here with words that say why."""
    account = current_account()
    if account is None:
        st.warning("Your sign-in has ended. [Sign in again](/sign-in)", icon=":material/lock:")
        st.stop()
    if account.role not in roles:
        st.error(
            f"This screen is for {_in_words(roles)}; you are signed in as {account.name} ({account.role.value}).",
            title="Not for this role",
            icon=":material/block:",
        )
        st.stop()
    return account


def _in_words(roles: tuple[Role, ...]) -> str:
    names = {Role.JUDGE: "judges", Role.STAFF: "pedagogy staff", Role.ADMIN: "administrators"}
    return " and ".join(names[role] for role in Role if role in roles)
