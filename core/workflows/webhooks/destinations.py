"""Where a webhook may lead, and the request itself.

A webhook must not reach what only this machine or its network can: the name is resolved once for a request, every
address that it has must be a public one, and the connection goes to the address that was checked. Redirects are not
followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from core.config import settings
from core.errors import Refused, Unavailable

TIMEOUT_S = 10.0  # of each step
DEADLINE_S = 20.0  # of all: an answer that comes letter by letter holds up no other webhook
LONGEST_URL = 2_000
READ_BYTES = 4_096  # of an answer that nobody reads
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Destination:
    """A checked address: the request goes to `ip`, with the name in its certificate and in `Host`."""

    parts: SplitResult
    ip: str
    port: int


def check_url(url: str) -> SplitResult:
    """The parts of an address that a webhook may have.

    Raises
    ------
    Refused
        It is no https address (http too, where private addresses are allowed), or names a user or a fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(
            "{url!r} is no address.",
            url=url[:80],
        ) from None
    schemes = ("https", "http") if settings().webhooks_to_private_addresses else ("https",)
    if len(url) > LONGEST_URL or not url.isascii() or any(letter <= " " for letter in url):
        raise Refused(
            "The address of a webhook has at most {longest_url} characters, plain ones and no spaces.",
            longest_url=LONGEST_URL,
        )
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise Refused(
            "{url!r} cannot be told of events: expected an address that begins with https://.",
            url=url[:80],
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(
            "The address of a webhook names no user, no password and no fragment: its secret proves who tells."
        )
    return parts


def resolve(url: str) -> Destination:
    """The address to connect to.

    Raises
    ------
    Refused
        The name leads to a private, loopback, link-local or otherwise reserved address.
    Unavailable
        There is no such name just now.
    """
    parts = check_url(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(
            "There is no address for {hostname}.",
            hostname=parts.hostname,
        ) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not settings().webhooks_to_private_addresses:
        for address in addresses:
            if not is_public(address):
                raise Refused(
                    "{hostname} leads to {address}, which is no public address. "
                    "EARSHOT_WEBHOOKS_TO_PRIVATE_ADDRESSES=true allows it.",
                    hostname=parts.hostname,
                    address=address,
                )
    return Destination(parts, addresses[0], port)


def is_public(address: str) -> bool:
    """Whether everybody can reach it; of IPv6 that holds an IPv4 address, whether that one is public."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def post(url: str, body: str, headers: Mapping[str, str]) -> int:
    """Send a body; the status of the answer.

    Raises
    ------
    Refused, Unavailable
        As `resolve`; Unavailable when there is no answer within `TIMEOUT_S`.
    """
    destination = resolve(url)
    connection = _PinnedConnection(destination)
    deadline = Timer(DEADLINE_S, connection.abort)
    deadline.daemon = True
    parts = destination.parts
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        deadline.start()
        connection.request("POST", target, body.encode(), {"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        answer.read(READ_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(
            "No answer: {kind}.",
            kind=type(error).__name__,
        ) from None
    finally:
        deadline.cancel()
        connection.close()
    if connection.is_aborted:
        raise Unavailable(
            "No answer within {deadline_s:g} s.",
            deadline_s=DEADLINE_S,
        )
    return answer.status


class _PinnedConnection(http.client.HTTPConnection):
    """To the address that was checked, whatever the name leads to by now."""

    def __init__(self, destination: Destination) -> None:
        super().__init__(destination.parts.hostname or "", destination.port, timeout=TIMEOUT_S)
        self._destination = destination
        self.is_aborted = False

    def abort(self) -> None:
        """End it from another thread."""
        self.is_aborted = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        self.sock = socket.create_connection((self._destination.ip, self.port), TIMEOUT_S)
        if self._destination.parts.scheme == "https":
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
