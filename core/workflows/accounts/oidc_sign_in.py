"""Signing in at the OpenID Connect provider: begun here, proved there, ended here.

What must come back unchanged, the browser holds in a signed cookie: an answer counts in the browser that asked, once,
within ten minutes.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cachetools import TTLCache
from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.config import settings
from core.domain.accounts import Account
from core.domain.identities import ProvenIdentity, is_meant
from core.domain.labels import Role
from core.domain.sign_in_steps import Proof
from core.errors import CodeNeeded, Conflict, NotAllowed, Refused
from core.translation import mark, translate
from core.workflows.accounts import (
    confirmation,
    external_annotators,
    oidc_provider,
    passwords,
    server_secret,
    sign_ins,
    tickets,
)
from core.workflows.accounts.id_tokens import AuthorizationRequest
from db import accounts, audit, provider_identities, session

LIFETIME_S = 600
CLOCKS_DIFFER_S = 60
NOT_OURS = "This answer belongs to no sign-in that began in this browser, or it came before. Sign in again."
MOST_REMEMBERED = 10_000

_used_states: TTLCache[str, bool] = TTLCache(MOST_REMEMBERED, LIFETIME_S)
_lock = threading.Lock()


class Purpose(StrEnum):
    SIGN_IN = "sign in"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Begun:
    """`address`: where to send the browser. `note`: what it holds meanwhile."""

    address: str
    note: str


@dataclass(frozen=True)
class Flow:
    """One way to the provider and back. `sign_in`: of whoever confirms; `target`: where it leads afterwards."""

    state: str
    nonce: str
    verifier: str
    purpose: str
    target: str
    sign_in: str = ""
    began_at: str = ""


@dataclass(frozen=True)
class ProviderAnswer:
    """What the provider put into the address. `issuer`: empty where it does not name itself."""

    state: str
    code: str
    error: str = ""
    issuer: str = ""


def begin(target: str, *, confirming: Account | None = None) -> Begun:
    """Send somebody to the provider, to sign in, or to confirm the sign-in of `confirming`."""
    purpose = Purpose.SIGN_IN if confirming is None else Purpose.CONFIRM
    flow = Flow(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        purpose=purpose,
        target=target,
        sign_in="" if confirming is None else confirming.sign_in,
        began_at=session.now().isoformat(),
    )
    request = AuthorizationRequest(flow.state, flow.nonce, flow.verifier)
    address = oidc_provider.authorization_address(request, is_anew=purpose is Purpose.CONFIRM)
    return Begun(address, _serializer().dumps(asdict(flow)))


def flow_of(note: str, answer: ProviderAnswer, *, speaks: str = "en") -> Flow:
    """The flow that an answer belongs to; it counts once.

    Raises
    ------
    NotAllowed
        It belongs to none of this browser, it came before, or it names another provider.
    """
    try:
        flow = Flow(**_serializer().loads(note, max_age=LIFETIME_S))
    except (BadSignature, TypeError, ValueError):
        raise NotAllowed(translate(speaks, NOT_OURS)) from None
    is_same = secrets.compare_digest(flow.state.encode(), answer.state.encode("utf-8", "replace"))
    is_foreign = bool(answer.issuer) and answer.issuer != settings().oidc_issuer
    with _lock:
        if not is_same or is_foreign or flow.state in _used_states:
            raise NotAllowed(translate(speaks, NOT_OURS))
        _used_states[flow.state] = True
    return flow


def sign_in(flow: Flow, answer: ProviderAnswer, *, speaks: str = "en", ended_token: str = "") -> tuple[Account, str]:
    """The end of a sign-in: the account that is meant, and its token.

    Raises
    ------
    NotAllowed
        The answer does not hold, or no account here belongs to that person, or it was closed.
    CodeNeeded
        The account has a second step.
    """
    identity = _proven(flow, answer, speaks)
    token = secrets.token_urlsafe(sign_ins.TOKEN_BYTES)
    with session.writing() as tx:
        accounts.lock_accounts(tx)
        account = _account_of(tx, identity, speaks)
        if not account.can_sign_in:
            raise NotAllowed(_nobody(identity, speaks))
        if not account.has_two_steps:
            sign_ins.begin_sign_in(tx, account, token, ended_token=ended_token, by="provider", speaks=speaks)
            return account, token
        known = accounts.credentials(tx, account.name)
    if known is None:
        raise NotAllowed(_nobody(identity, speaks))
    raise CodeNeeded(translate(speaks, sign_ins.CODE_ASKED), tickets.issue(known, speaks, by="provider"))


def confirm(flow: Flow, answer: ProviderAnswer, account: Account) -> None:
    """The end of a confirmation: the same person has just typed the password at the provider.

    Raises
    ------
    NotAllowed
        It is another person or another sign-in, or the provider does not say when it asked for the password.
    """
    speaks = account.speaks
    identity = _proven(flow, answer, speaks)
    since = datetime.fromisoformat(flow.began_at) - timedelta(seconds=CLOCKS_DIFFER_S)
    is_fresh = identity.authenticated_at is not None and identity.authenticated_at >= since
    with session.writing() as tx:
        proven = provider_identities.by_oidc_identity(tx, identity.issuer, identity.subject)
        is_same = proven is not None and proven.id == account.id and flow.sign_in == account.sign_in
        if not is_same or not is_fresh:
            raise NotAllowed(translate(speaks, confirmation.WRONG))
        confirmation.record(tx, account, Proof.PROVIDER)


def _proven(flow: Flow, answer: ProviderAnswer, speaks: str) -> ProvenIdentity:
    if answer.error or not answer.code:
        words = mark("{provider} did not sign you in ({error}).")
        shown = {"provider": settings().oidc_name, "error": answer.error[:80] or "no code"}
        raise NotAllowed(translate(speaks, words, **shown))
    return oidc_provider.redeem(answer.code, AuthorizationRequest(flow.state, flow.nonce, flow.verifier))


def _account_of(tx: session.Connection, identity: ProvenIdentity, speaks: str) -> Account:
    """The account known from before; or that an administrator wrote; or a new judge, where that is set."""
    known = provider_identities.by_oidc_identity(tx, identity.issuer, identity.subject)
    if known is not None:
        return known
    meant = [account for account in provider_identities.with_oidc_login(tx) if is_meant(account.oidc_login, identity)]
    if not meant and settings().oidc_create_judges:
        return _new_judge(tx, identity, speaks)
    if len(meant) != 1 or meant[0].is_linked or not meant[0].is_active or meant[0].is_external:
        raise NotAllowed(_nobody(identity, speaks))
    return _link(tx, meant[0], identity)


def _new_judge(tx: session.Connection, identity: ProvenIdentity, speaks: str) -> Account:
    try:
        name = passwords.check_name(identity.shown_name)
        external_annotators.refuse_look_alikes(tx, name)
        account = accounts.add(tx, name, Role.JUDGE, None)
    except (Conflict, Refused):
        raise NotAllowed(_nobody(identity, speaks)) from None
    audit.record(tx, account.id, name, "add account", name, {"role": str(Role.JUDGE), "by": "provider"})
    return _link(tx, account, identity)


def _link(tx: session.Connection, account: Account, identity: ProvenIdentity) -> Account:
    provider_identities.set_oidc_identity(tx, account.id, identity.issuer, identity.subject)
    audit.record(tx, account.id, account.name, "link provider", account.name)
    return accounts.get(tx, account.id) or account


def _nobody(identity: ProvenIdentity, speaks: str) -> str:
    words = mark("No account here belongs to {who}. Ask an administrator to write that name into your account.")
    return translate(speaks, words, who=identity.shown_name)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(server_secret.server_secret(), salt="earshot provider")
