"""Security headers of every answer: content security policy, framing, caching.

The screens' policy was tried on all of them in Chromium without a violation. Streamlit's styles are inline, so
`style-src` allows that; of scripts only Streamlit's files, modules from here (blob: how components are mounted) and the
inline ones whose hashes stand here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Message, Scope, Send

from core.config import settings
from pages.http.page_scripts import PAGE_SCRIPTS

INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
YEAR_S = 365 * 24 * 3600
NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
OPENED_TO_OTHER_SITES = (  # Streamlit's, for pages that are embedded elsewhere
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
)
PLAIN_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}


@lru_cache(maxsize=1)
def screens_policy() -> str:
    """The Content-Security-Policy of the screens, with the hashes of the inline scripts that may run."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    scripts = [*INLINE_SCRIPT.findall(page), *(script.encode() for script in PAGE_SCRIPTS)]
    hashes = " ".join(sorted({f"'sha256-{_hash(script)}'" for script in scripts}))
    return (
        f"default-src 'self'; script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def with_headers(send: Send, scope: Scope) -> Send:
    """A `send` that adds the headers, and the public prefix to addresses that an answer leads to."""
    path, asked = scope["path"], HTTPConnection(scope).base_url.netloc

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in PLAIN_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", NOTHING if path.startswith("/media/") else screens_policy())
            if settings().secure_cookie:
                headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
            if headers.get("content-type", "").startswith("text/html") or path.startswith("/media/"):
                headers["Cache-Control"] = "no-store"
            headers.setdefault("Cache-Control", "no-store")
            for name in OPENED_TO_OTHER_SITES:
                del headers[name]
            _lead_below_prefix(headers, asked)
        await send(message)

    return send_with_headers


def without_prefix(path: str) -> str:
    """The path below the public prefix, for proxies that do not take it away."""
    prefix = settings().public_prefix
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


def _lead_below_prefix(headers: MutableHeaders, asked: str) -> None:
    """`asked`: the host of the request, which anybody may choose, and which Starlette leads to for a slash too many."""
    prefix, target = settings().public_prefix, headers.get("location", "")
    parts = urlsplit(target)
    if parts.netloc and parts.netloc == asked:
        target = headers["Location"] = f"/{parts._replace(scheme='', netloc='').geturl().lstrip('/')}"
    if prefix and target.startswith("/") and not target.startswith("//"):
        headers["Location"] = prefix + target


def _hash(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()
