"""ID tokens of the OpenID Connect provider: who it vouches for.

A token counts only when a key of the provider signed it by an asymmetric algorithm, for this client, with the nonce
that was sent, and while it lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from core.config import settings
from core.domain.identities import ProvenIdentity
from core.errors import NotAllowed
from core.workflows.accounts.oidc_discovery import (
    ProviderAddresses,
    fresh_keys,
    keys,
)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_S = 60
MOST_SUBJECT_LETTERS = 255


@dataclass(frozen=True)
class AuthorizationRequest:
    """The secrets of one sign-in: `state` comes back in the address, `nonce` in the token, `verifier` proves us."""

    state: str
    nonce: str
    verifier: str


def proven_identity(
    id_token: str, access_token: str, request: AuthorizationRequest, addresses: ProviderAddresses
) -> ProvenIdentity:
    """Whom a token names, when it holds.

    Raises
    ------
    NotAllowed
        It does not hold; the message says why.
    """
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
        raise NotAllowed(does_not_hold(str(error.error))) from None
    except (ValueError, TypeError, KeyError):
        raise NotAllowed(does_not_hold("it cannot be read")) from None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST_SUBJECT_LETTERS:
        raise NotAllowed(does_not_hold("it names nobody"))
    at = claims.get("auth_time")
    return ProvenIdentity(
        issuer,
        subject,
        _text(claims.get("email")) if claims.get("email_verified") is True else "",
        _text(claims.get("preferred_username")),
        datetime.fromtimestamp(at, UTC).replace(tzinfo=None) if isinstance(at, int | float) else None,
    )


def does_not_hold(reason: str) -> str:
    """For a person: what the provider says does not count, and why."""
    return f"What {settings().oidc_name} said about you does not hold: {reason}."


def _decoded(id_token: str, keys_address: str) -> jwt.Token:
    """The token, its signature checked; the keys are read anew once when none of those remembered fits."""
    try:
        return jwt.decode(id_token, keys(keys_address), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        fresh = fresh_keys(keys_address)
        if fresh is None:
            raise
        return jwt.decode(id_token, fresh, algorithms=ALGORITHMS)


def _text(value: object) -> str:
    return value.strip()[:MOST_SUBJECT_LETTERS] if isinstance(value, str) else ""
