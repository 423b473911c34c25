"""Where a request comes from: from our own pages, from this machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.requests import HTTPConnection

PROXY_HEADERS = ("forwarded", "via", "x-real-ip")
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether a page of ours sent this: the Origin that browsers add names the host that was asked.

    The scheme is not compared, because behind a proxy that ends TLS it differs. No Origin at all is refused too: every
    browser sends one with whatever changes something, and a program can.
    """
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    return bool(origin and host) and _split(str(origin)).netloc.lower() == str(host).lower()


def is_same_machine(connection: HTTPConnection) -> bool:
    """Whether the browser runs on this machine and no proxy stands between.

    The name asked for must be this machine's own as well: a web page elsewhere can let its name point to 127.0.0.1.
    """
    headers = connection.headers
    if any(name.startswith("x-forwarded-") or name in PROXY_HEADERS for name in headers):
        return False
    name = _split(f"//{headers.get('host', '')}").hostname
    return name in OWN_NAMES and connection.client is not None and _is_loopback(connection.client.host)


def _split(address: str) -> SplitResult:
    """The parts of an address; of one that cannot be read, none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
