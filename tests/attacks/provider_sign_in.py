"""Signing in at the provider of the tests, there and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx2
from starlette.testclient import TestClient

PASSWORD = "a horse in the library"


def to_provider_and_back(browser: TestClient, begin: str = "/oidc/sign-in") -> str:
    """The address to which the provider sends the browser back, below ours."""
    away = browser.get(begin)
    assert away.status_code == 303, away.text
    back = httpx2.get(away.headers["location"], follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://localhost/oidc/callback"
    return f"{parts.path}?{parts.query}"


def sign_in(browser: TestClient, begin: str = "/oidc/sign-in") -> Any:
    return browser.get(to_provider_and_back(browser, begin))


def refused(browser: TestClient, answer: Any) -> str:
    """The words of a refusal that gave no cookie of a sign-in."""
    assert answer.status_code == 401
    assert browser.get("/api/me").status_code == 401
    return str(answer.text)
