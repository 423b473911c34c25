"""Security headers of every answer: content security policy, framing, caching.

The screens' policy was tried on all of them in Chromium without a violation. Streamlit's styles are inline, so
`style-src` allows that; of scripts only Streamlit's files, modules from here (blob: how components are mounted) and the
inline ones whose hashes stand here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Message, Scope, Send

from core.config import settings
from pages.http.page_scripts import PAGE_SCRIPTS

INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
YEAR_S = 365 * 24 * 3600
NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
OPENED_TO_OTHER_SITES = frozenset(  # Streamlit's, for pages that are embedded elsewhere
    b"access-control-allow-" + what for what in (b"origin", b"credentials", b"methods", b"headers")
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
    package = find_spec("streamlit")  # its files, without loading it
    assert package is not None
    assert package.origin is not None
    page = (Path(package.origin).parent / "static" / "index.html").read_bytes()
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
    is_media = scope["path"].startswith("/media/")

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _complete(message["headers"], is_media=is_media)
            headers = MutableHeaders(scope=message)
            if "location" in headers:
                _lead_below_prefix(headers, HTTPConnection(scope).base_url.netloc)
        await send(message)

    return send_with_headers


def _complete(raw: Sequence[tuple[bytes, bytes]], *, is_media: bool) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those that it lacks. Runs with every label and sound, so on bytes."""
    headers = [(name.lower(), value) for name, value in raw]
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    replaced = OPENED_TO_OTHER_SITES
    if is_media or content_type.startswith(b"text/html"):
        replaced = replaced | {b"cache-control"}
    headers = [header for header in headers if header[0] not in replaced]
    names = {name for name, _ in headers}
    added = _added_headers(is_media=is_media, is_secure=settings().secure_cookie)
    return [*headers, *(header for header in added if header[0] not in names)]


@lru_cache(maxsize=4)
def _added_headers(*, is_media: bool, is_secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    headers = PLAIN_HEADERS | {"Content-Security-Policy": NOTHING if is_media else screens_policy()}
    headers |= {"Strict-Transport-Security": f"max-age={YEAR_S}"} if is_secure else {}
    headers |= {"Cache-Control": "no-store"}
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def without_prefix(path: str) -> str:
    """The path below the public prefix, for proxies that do not take it away."""
    prefix = settings().public_prefix
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


def _lead_below_prefix(headers: MutableHeaders, host: str) -> None:
    """`asked`: the host of the request, which anybody may choose, and which Starlette leads to for a slash too many."""
    prefix, target = settings().public_prefix, headers.get("location", "")
    parts = urlsplit(target)
    if parts.netloc and parts.netloc == host:
        target = headers["Location"] = f"/{parts._replace(scheme='', netloc='').geturl().lstrip('/')}"
    if prefix and target.startswith("/") and not target.startswith("//"):
        headers["Location"] = prefix + target


def _hash(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()
