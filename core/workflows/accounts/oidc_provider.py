"""Signing in with the OpenID Connect provider: the address to send people to, and the code for an ID token.

OpenID Connect Core 1.0 (authorization code flow) with PKCE (RFC 7636), the issuer in the answer (RFC 9207). Authlib and
joserfc do what can be done wrong.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client

from core.config import settings
from core.domain.identities import ProvenIdentity
from core.errors import NotAllowed, SettingsError, Unavailable
from core.workflows.accounts.id_tokens import AuthorizationRequest, does_not_hold, proven_identity
from core.workflows.accounts.oidc_discovery import (
    TIMEOUT_S,
    ProviderAddresses,
    no_answer,
    provider_addresses,
)

SCOPE = "openid email profile"
CALLBACK = "/oidc/callback"


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
        raise NotAllowed(does_not_hold(f"the provider refused the code ({error.error})")) from None
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(no_answer(error)) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
        raise NotAllowed(does_not_hold("there was no ID token"))
    return proven_identity(answer["id_token"], str(answer.get("access_token", "")), request, addresses)


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
