"""What the OpenID Connect provider publishes: its addresses (discovery 1.0) and its keys, read once an hour."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import httpx2
from cachetools import TTLCache, cached
from joserfc.jwk import KeySet

from core.config import settings
from core.errors import Unavailable

TIMEOUT_S = 10.0
REMEMBERED_S = 3600.0
KEYS_AT_MOST_EVERY_S = 30.0

_fetched_lately: TTLCache[str, bool] = TTLCache(4, KEYS_AT_MOST_EVERY_S)


@dataclass(frozen=True)
class ProviderAddresses:
    """What the provider's discovery document says. `end_session`: empty where it has no sign-out."""

    authorization: str
    token: str
    keys: str
    end_session: str
    token_auth: str


@cached(TTLCache(4, REMEMBERED_S), key=lambda: settings().oidc_issuer, lock=threading.Lock())
def provider_addresses() -> ProviderAddresses:
    """The provider's addresses, read once an hour.

    Raises
    ------
    Unavailable
        It does not answer, or it calls itself by another issuer.
    """
    issuer = settings().oidc_issuer
    document = _fetched(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        raise Unavailable(
            "The provider calls itself {issuer!r}; EARSHOT_OIDC_ISSUER must be the same, sign by sign.",
            issuer=document.get("issuer"),
        )
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
    endpoints = {name: str(document.get(name) or "") for name in names}
    scheme = "https://" if issuer.startswith("https://") else "http"
    for name in names[:3]:
        if not endpoints[name].startswith(scheme):
            raise Unavailable(
                "The provider's {name} cannot be used: {endpoints!r}.",
                name=name,
                endpoints=endpoints[name],
            )
    end_session = endpoints["end_session_endpoint"]
    methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return ProviderAddresses(
        endpoints["authorization_endpoint"],
        endpoints["token_endpoint"],
        endpoints["jwks_uri"],
        end_session if end_session.startswith(scheme) else "",
        "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post",
    )


def forget() -> None:
    """Read the provider's addresses and keys anew when they are needed next."""
    provider_addresses.cache_clear()
    _fetched_keys.cache_clear()


def keys(address: str) -> KeySet:
    """The keys that sign ID tokens."""
    return KeySet.import_key_set(_fetched_keys(address))


def fresh_keys(address: str) -> KeySet | None:
    """The keys read anew; None when that was done a moment ago."""
    if address in _fetched_lately:
        return None
    _fetched_lately[address] = True
    _fetched_keys.cache_clear()
    return keys(address)


def no_answer(error: Exception) -> str:
    """For a person: the provider fails, and how."""
    return f"{settings().oidc_name} does not answer as it should ({type(error).__name__})."


@cached(TTLCache(4, REMEMBERED_S), lock=threading.Lock())
def _fetched_keys(address: str) -> Any:
    return _fetched(address)


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = httpx2.get(address, timeout=TIMEOUT_S, follow_redirects=False)
        answer.raise_for_status()
        document = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(no_answer(error)) from None
    if not isinstance(document, dict):
        raise Unavailable(
            "The provider's answer at {address} is no JSON object.",
            address=address,
        )
    return document
