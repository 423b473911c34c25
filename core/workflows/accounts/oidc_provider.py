"""Talking to the OpenID Connect provider: discovery, the address to send people to, the code for an ID token.

OpenID Connect Core 1.0 (authorization code flow) with PKCE (RFC 7636), discovery 1.0, the issuer in the answer
(RFC 9207). Authlib and joserfc do what can be done wrong. An ID token counts only when a key of the provider signed it
by an asymmetric algorithm, for this client, with the nonce that was sent, and while it lasts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from cachetools import TTLCache, cached
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.config import settings
from core.domain.identities import ProvenIdentity
from core.errors import NotAllowed, SettingsError, Unavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SCOPE = "openid email profile"
CALLBACK = "/oidc/callback"
TIMEOUT_S = 10.0
LEEWAY_S = 60
REMEMBERED_S = 3600.0
KEYS_AT_MOST_EVERY_S = 30.0
MOST_SUBJECT_LETTERS = 255


@dataclass(frozen=True)
class ProviderAddresses:
    """What the provider's discovery document says. `end_session`: empty where it has no sign-out."""

    authorization: str
    token: str
    keys: str
    end_session: str
    token_auth: str


@dataclass(frozen=True)
class AuthorizationRequest:
    """The secrets of one sign-in: `state` comes back in the address, `nonce` in the token, `verifier` proves us."""

    state: str
    nonce: str
    verifier: str


def is_offered() -> bool:
    """Whether the settings name a provider."""
    return bool(settings().oidc_issuer)


def redirect_uri() -> str:
    """The one address to which the provider sends people back."""
    return settings().public_url + CALLBACK


def authorization_address(request: AuthorizationRequest, *, is_anew: bool) -> str:
    """Where to send a person who signs in. `is_anew`: the provider shall ask for the password whoever is there."""
    more = {"prompt": "login", "max_age": "0"} if is_anew else {}
    with _client(provider_addresses()) as client:
        address, _ = client.create_authorization_url(
            provider_addresses().authorization,
            state=request.state,
            code_verifier=request.verifier,
            nonce=request.nonce,
            **more,
        )
    return str(address)


def sign_out_address() -> str:
    """Where the provider ends its own sign-in; empty where it offers none."""
    end_session = provider_addresses().end_session
    if not end_session:
        return ""
    back = {"client_id": settings().oidc_client_id, "post_logout_redirect_uri": settings().public_url + "/sign-in"}
    return f"{end_session}{'&' if '?' in end_session else '?'}{urlencode(back)}"


def redeem(code: str, request: AuthorizationRequest) -> ProvenIdentity:
    """Whom the provider vouches for by this code.

    Raises
    ------
    NotAllowed
        The code or the ID token does not hold.
    Unavailable
        The provider does not answer.
    """
    addresses = provider_addresses()
    try:
        with _client(addresses) as client:
            answer = client.fetch_token(addresses.token, code=code, code_verifier=request.verifier)
    except OAuthError as error:
        raise NotAllowed(_does_not_hold(f"the provider refused the code ({error.error})")) from None
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(_no_answer(error)) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
        raise NotAllowed(_does_not_hold("there was no ID token"))
    return _identity(answer["id_token"], str(answer.get("access_token", "")), request, addresses)


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


def _identity(
    id_token: str, access_token: str, request: AuthorizationRequest, addresses: ProviderAddresses
) -> ProvenIdentity:
    client_id, issuer = settings().oidc_client_id, settings().oidc_issuer
    try:
        token = _decoded(id_token, addresses.keys)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            params={"nonce": request.nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY_S)
    except JoseError as error:
        raise NotAllowed(_does_not_hold(str(error.error))) from None
    except (ValueError, TypeError, KeyError):
        raise NotAllowed(_does_not_hold("it cannot be read")) from None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST_SUBJECT_LETTERS:
        raise NotAllowed(_does_not_hold("it names nobody"))
    at = claims.get("auth_time")
    return ProvenIdentity(
        issuer,
        subject,
        _text(claims.get("email")) if claims.get("email_verified") is True else "",
        _text(claims.get("preferred_username")),
        datetime.fromtimestamp(at, UTC).replace(tzinfo=None) if isinstance(at, int | float) else None,
    )


def _decoded(id_token: str, keys_address: str) -> jwt.Token:
    """The token, its signature checked; the keys are read anew once when none of those remembered fits."""
    try:
        return jwt.decode(id_token, _keys(keys_address), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        fresh = _fresh_keys(keys_address)
        if fresh is None:
            raise
        return jwt.decode(id_token, fresh, algorithms=ALGORITHMS)


def _keys(address: str) -> KeySet:
    return KeySet.import_key_set(_fetched_keys(address))


def _fresh_keys(address: str) -> KeySet | None:
    """The keys read anew; None when that was done a moment ago."""
    if address in _asked_lately:
        return None
    _asked_lately[address] = True
    _fetched_keys.cache_clear()
    return _keys(address)


_asked_lately: TTLCache[str, bool] = TTLCache(4, KEYS_AT_MOST_EVERY_S)


@cached(TTLCache(4, REMEMBERED_S), lock=threading.Lock())
def _fetched_keys(address: str) -> Any:
    return _fetched(address)


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = httpx2.get(address, timeout=TIMEOUT_S, follow_redirects=False)
        answer.raise_for_status()
        document = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(_no_answer(error)) from None
    if not isinstance(document, dict):
        raise Unavailable(
            "The provider's answer at {address} is no JSON object.",
            address=address,
        )
    return document


def _client(addresses: ProviderAddresses) -> OAuth2Client:
    secret = _client_secret()
    return OAuth2Client(
        client_id=settings().oidc_client_id,
        client_secret=secret or None,
        token_endpoint_auth_method=addresses.token_auth if secret else "none",
        scope=SCOPE,
        redirect_uri=redirect_uri(),
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
    )


def _client_secret() -> str:
    file = settings().oidc_client_secret_file
    if not file:
        return settings().oidc_client_secret
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(
            "EARSHOT_OIDC_CLIENT_SECRET_FILE={file!r} cannot be read: {strerror}",
            file=file,
            strerror=error.strerror,
        ) from None


def _text(value: object) -> str:
    return value.strip()[:MOST_SUBJECT_LETTERS] if isinstance(value, str) else ""


def _does_not_hold(reason: str) -> str:
    return f"What {settings().oidc_name} said about you does not hold: {reason}."


def _no_answer(error: Exception) -> str:
    return f"{settings().oidc_name} does not answer as it should ({type(error).__name__})."
