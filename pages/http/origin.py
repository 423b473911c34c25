"""Where a request comes from: from our own pages, from which address, through which proxy.

What a proxy adds (`X-Forwarded-*`) is believed only of proxies that `EARSHOT_TRUSTED_PROXIES` names: anybody else can
send the same headers.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.requests import HTTPConnection

from core.config import settings

NOWHERE = "unknown"  # a client without an address, such as one on a Unix socket
DEFAULT_PORTS = {"http": 80, "https": 443}
VISITOR_ADDRESS = "x-earshot-visitor"  # by which the guard tells the screens; whoever else sends it is not heard
REMEMBERED = 1024  # pages and addresses: browsers send the same ones many times a second
IPV6_HOME_BITS = 64  # whoever has one address of such a network has all of them


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether a page of ours sent this: the Origin that browsers add names the host that the browser asked.

    The scheme is compared with `EARSHOT_PUBLIC_URL` only, because behind a proxy that ends TLS it differs. No Origin at
    all is refused too: every browser sends one with whatever changes something, and a program can.
    """
    return _names_host(connection.headers.get("origin", ""), asked_host(connection), settings().public_url)


@lru_cache(maxsize=REMEMBERED)
def _names_host(origin_header: str, host: str, public_url: str) -> bool:
    origin, public = _split(origin_header), _split(public_url)
    if not origin.netloc:
        return False
    if public.netloc and origin.scheme == public.scheme and _place(origin) == _place(public):
        return True
    return _place(origin) == _place(_split(f"{origin.scheme}://{host}"))


def wrong_origin(connection: HTTPConnection) -> str:
    """Why a request was refused that a page of another server seems to have sent, and what a proxy must send."""
    origin = connection.headers.get("origin", "")[:200] or "none"
    return (
        f"This request did not come from a page of this server (Origin): the browser's page is at {origin}, "
        f"and the host that was asked is {asked_host(connection)[:200] or 'none'}. Behind a proxy, let it pass on what "
        "the browser asked (nginx: proxy_set_header Host $http_host), or set EARSHOT_PUBLIC_URL to the address that "
        "browsers use, or name the proxy in EARSHOT_TRUSTED_PROXIES and let it send X-Forwarded-Host."
    )


def asked_host(connection: HTTPConnection) -> str:
    """The host that the browser asked: of `Host`, or of what a trusted proxy says."""
    forwarded = connection.headers.get("x-forwarded-host", "")
    if forwarded and is_trusted_proxy(_peer(connection)):
        return forwarded.rpartition(",")[2].strip()
    return connection.headers.get("host", "")


def client_address(connection: HTTPConnection) -> str:
    """The address of whoever asks, by which tries are counted: the network of 64 bits of an IPv6 address.

    Behind trusted proxies the last address of `X-Forwarded-For` that is none of theirs.
    """
    address = _peer(connection)
    hops = [hop.strip() for hop in ",".join(connection.headers.getlist("x-forwarded-for")).split(",") if hop.strip()]
    while hops and is_trusted_proxy(address):
        address = hops.pop()
    return _network(address)


def is_trusted_proxy(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings().trusted_networks)


def _peer(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client is not None else NOWHERE


@lru_cache(maxsize=REMEMBERED)
def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return NOWHERE
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> IPV6_HOME_BITS << IPV6_HOME_BITS))


def _place(parts: SplitResult) -> tuple[str, int | None] | None:
    """Host and port, the default port of the scheme where none is named; None for what cannot be read."""
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.username is not None or parts.password is not None:
        return None
    return host.rstrip(".").lower(), port or DEFAULT_PORTS.get(parts.scheme)


def _split(address: str) -> SplitResult:
    """The parts of an address; of one that cannot be read, none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
