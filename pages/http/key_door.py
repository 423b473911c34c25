"""The door for programs: which key a request came with, and whether it opens this address.

Whoever passes has its key in `request.state.key`. An unknown, a revoked and an expired key get the same words.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import Response

from core.domain.accounts import Account
from core.domain.api_keys import SCOPE_IN_WORDS, ApiKey, sorted_scopes
from core.errors import RateExceeded
from core.workflows.accounts import api_keys, request_rates
from pages.http import cookie, problems
from pages.http.origin import client_address, is_same_origin, wrong_origin
from pages.http.rules import READ, Rule

SCHEME = "bearer"
LONGEST_SECRET = 200
KEY_NEEDED = "This address needs a key that is in force: send it as 'Authorization: Bearer KEY'."
NO_SIGN_IN = "This address takes a key and no sign-in: send it as 'Authorization: Bearer KEY'."
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
OF_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


async def refusal(connection: HTTPConnection, rule: Rule, account: Account | None) -> Response | None:
    """The answer to a request that may not pass at an address for keys; None for one that may.

    Raises
    ------
    Unavailable
        The database does not answer.
    """
    is_reading = connection.scope["method"] in READ
    if is_reading and rule.is_open_to_loopback and is_from_loopback(connection):
        return None
    secret = secret_of(connection)
    key = await to_thread.run_sync(api_keys.key_of_secret, secret) if secret else None
    if key is None:
        return problems.response(401, KEY_NEEDED) if account is None or secret else problems.response(403, NO_SIGN_IN)
    connection.scope.setdefault("state", {})["key"] = key
    return _refusal_of_key(connection, rule, key)


def secret_of(connection: HTTPConnection) -> str:
    """What stands in the header; empty where there is none, several, or another scheme."""
    sent = connection.headers.getlist("authorization")
    if len(sent) != 1:
        return ""
    scheme, _, secret = sent[0].partition(" ")
    secret = secret.strip()
    return secret if scheme.lower() == SCHEME and len(secret) <= LONGEST_SECRET else ""


def is_from_loopback(connection: HTTPConnection) -> bool:
    """Whether a program of this machine asks, and no proxy for somebody elsewhere."""
    if any(name in connection.headers for name in OF_PROXIES) or connection.client is None:
        return False
    try:
        host = urlsplit(f"//{connection.headers.get('host', '')}").hostname
        return ip_address(connection.client.host).is_loopback and host in LOOPBACK_NAMES
    except ValueError:
        return False


def _refusal_of_key(connection: HTTPConnection, rule: Rule, key: ApiKey) -> Response | None:
    address = client_address(connection)
    if not key.may_come_from(address):
        return problems.response(403, f"This key may not be used from {address}.")
    try:
        request_rates.take(key)
    except RateExceeded as error:
        return problems.of_error(error)
    if not key.scopes & rule.scopes:
        words = ", ".join(SCOPE_IN_WORDS[scope] for scope in sorted_scopes(rule.scopes))
        return problems.response(403, f"This key is not for that. This address is for keys that may: {words}.")
    # a browser sends its cookie by itself: then a page of ours must have asked
    is_browser = connection.scope["method"] not in READ and cookie.has_sign_in(connection.cookies)
    return problems.response(403, wrong_origin(connection)) if is_browser and not is_same_origin(connection) else None
