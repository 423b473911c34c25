"""Keys for programs: what one opens, until when, from where, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from core.domain.names import normal_form
from core.domain.permissions import Permission

PREFIX = "earshot_"  # by which a leaked key is recognised
SECRET_BYTES = 32
DEFAULT_PER_MINUTE = 600
MOST_PER_MINUTE = 60_000


class Scope(StrEnum):
    """What a key opens. The words are stored, and typed on the command line."""

    SCORE = "score"
    READ_DECISIONS = "read-decisions"
    IMPORT = "import"
    METRICS = "metrics"


SCOPE_IN_WORDS: Mapping[Scope, str] = {
    Scope.SCORE: "ask for decisions",
    Scope.READ_DECISIONS: "read decisions",
    Scope.IMPORT: "bring recordings in",
    Scope.METRICS: "read the metrics",
}

# what a key with a scope may do in workflows, and nothing else
GRANTS: Mapping[Scope, frozenset[Permission]] = {
    Scope.SCORE: frozenset({Permission.DECIDE}),
    Scope.READ_DECISIONS: frozenset({Permission.READ_DECISIONS}),
    Scope.IMPORT: frozenset({Permission.IMPORT}),
    Scope.METRICS: frozenset(),
}


@dataclass(frozen=True)
class KeyLimits:
    """What bounds a key beside its scopes.

    per_minute : requests
    expires_at : UTC; None: until it is revoked
    networks : from which it may be used; none: from everywhere
    sources : of recordings that it may name; none: every source
    """

    per_minute: int = DEFAULT_PER_MINUTE
    expires_at: datetime | None = None
    networks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApiKey:
    """A key as it is stored: of its secret only a hash, which is not in here."""

    id: int
    name: str
    scopes: frozenset[Scope]
    limits: KeyLimits
    created_by: str
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Neither revoked nor past its expiry; at the moment of expiry it is over."""
        return self.revoked_at is None and (self.limits.expires_at is None or now < self.limits.expires_at)

    def grants(self, permission: Permission) -> bool:
        return any(permission in GRANTS[scope] for scope in self.scopes)

    def may_come_from(self, address: str) -> bool:
        """Whether a request from this network address counts; from what is no address only without a limit."""
        if not self.limits.networks:
            return True
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in parse_networks(self.limits.networks))

    def source_of(self, named: str) -> str | None:
        """The source that a request with this key counts for; None where the key may not name it.

        A key for a single source need not name it. Sources are compared, and given, in the form that records have.
        """
        named, own = normal_form(named), [normal_form(source) for source in self.limits.sources]
        if not named and len(own) == 1:
            return own[0]
        return named if not own or named in own else None

    def may_read(self, source: str) -> bool:
        """Whether it reads decisions on recordings of this source."""
        return not self.limits.sources or source in map(normal_form, self.limits.sources)


def parse_networks(written: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks as people write them; a single address is a network of its own.

    Raises
    ------
    ValueError
        The words are no network.
    """
    return tuple(ip_network(network.strip()) for network in written)


def sorted_scopes(scopes: Iterable[Scope]) -> list[Scope]:
    """In the order of `Scope`."""
    chosen = set(scopes)
    return [scope for scope in Scope if scope in chosen]
