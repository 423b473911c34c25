"""The beginning of every screen: who may see it, and its title."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.labels import Role
from core.domain.permissions import Permission, may
from pages.components.confirmation_dialog import render_confirmation
from pages.components.current_account import require_role

EVERYBODY = (Role.JUDGE, Role.STAFF, Role.ADMIN)
STAFF = (Role.STAFF, Role.ADMIN)
ADMINISTRATORS = (Role.ADMIN,)


def begin_page(title: str, *, roles: tuple[Role, ...], subtitle: str | None = None) -> Account:
    """Begin a screen: the first call of every file in `pages`.

    Parameters
    ----------
    roles : who may see the screen, for instance `STAFF`. Anybody else gets a refusal and the run ends.
    subtitle : one sentence below the title on the purpose of the screen.

    Returns
    -------
    The account that is looking.
    """
    # every screen that is not for judges shows labels, or what was learned from them
    permission = Permission.JUDGE if Role.JUDGE in roles else Permission.SEE_LABELS
    account = require_role(*(role for role in roles if may(role, permission)))
    render_confirmation(account)
    st.title(title, anchor=False)
    if subtitle:
        st.caption(subtitle)
    return account
