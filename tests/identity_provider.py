"""A small OpenID Connect provider on a real port, with real keys, which can be told to lie: for tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from core import config
from core.workflows.accounts import oidc_discovery
from tests.serving import free_port

CLIENT_ID, CLIENT_SECRET = "earshot", "a secret of the client"
ADA = {"sub": "ada-7", "email": "ada@school.example", "email_verified": True, "preferred_username": "ada"}


@dataclass
class IdentityProvider:
    """`person`: who signs in there. `claims`, `headers`, `discovery`: what is said otherwise; None leaves it out."""

    issuer: str
    key: RSAKey
    person: dict[str, Any] = field(default_factory=lambda: dict(ADA))
    claims: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    signing: str = "RS256"
    signing_key: RSAKey | None = None
    published: list[RSAKey] = field(default_factory=list)
    issuer_in_answer: str | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        """Honest again."""
        fresh = IdentityProvider(self.issuer, self.key)
        self.__dict__.update(fresh.__dict__)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        if "max_age" in asked:
            claims["auth_time"] = now
        claims = {name: value for name, value in (claims | self.person | self.claims).items() if value is not None}
        if self.signing == "none":
            parts = [{"alg": "none", "typ": "JWT"}, claims]
            return ".".join(_base64(json.dumps(part).encode()) for part in parts) + "."
        if self.signing == "HS256":  # with the public key as the secret: key confusion
            signed = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
            return f"{signed}.{_base64(hmac.digest(self.key.as_pem(private=False), signed.encode(), hashlib.sha256))}"
        key = self.signing_key or self.key
        return jwt.encode({"alg": self.signing, "kid": key.kid}, claims, key, algorithms=[self.signing])


def application(provider: IdentityProvider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        at = provider.issuer
        document = {"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token"}
        return document | {"jwks_uri": f"{at}/keys", "end_session_endpoint": f"{at}/leave"} | provider.discovery

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in provider.published or [provider.key]]}

    @app.get("/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        provider.asked.append(asked)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        if provider.issuer_in_answer is not None:
            answer["iss"] = provider.issuer_in_answer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", status_code=302)

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = provider.codes.pop(sent.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if asked is None or sent.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        challenge = _base64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked.get("code_challenge_method") != "S256" or challenge != asked.get("code_challenge"):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(answer | {"id_token": provider.id_token(asked)})

    return app


@pytest.fixture(scope="session")
def running_provider() -> Iterator[IdentityProvider]:
    """The provider, served once."""
    port = free_port()
    provider = IdentityProvider(f"http://127.0.0.1:{port}", new_key())
    options = uvicorn.Config(application(provider), host="127.0.0.1", port=port, log_level="error", ws="none")
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield provider
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def provider(running_provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> IdentityProvider:
    """The provider, honest, and named by the settings."""
    running_provider.reset()
    settings = {
        "ISSUER": running_provider.issuer,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": CLIENT_SECRET,
        "NAME": "School",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"EARSHOT_OIDC_{name}", value)
    monkeypatch.setenv("EARSHOT_PUBLIC_URL", "http://localhost")
    config.settings.cache_clear()
    oidc_discovery.forget()
    return running_provider


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
