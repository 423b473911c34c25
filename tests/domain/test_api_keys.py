"""What a key opens, until when, from where."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.domain.api_keys import GRANTS, ApiKey, KeyLimits, Scope
from core.domain.permissions import Permission

NOW = datetime(2026, 11, 25, 12)


def key(*scopes: Scope, revoked_at: datetime | None = None, **limits: object) -> ApiKey:
    return ApiKey(1, "k", frozenset(scopes), KeyLimits(**limits), "ada", NOW, revoked_at=revoked_at)  # type: ignore[arg-type]


def test_at_the_moment_of_its_expiry_a_key_is_over() -> None:
    assert key(expires_at=NOW + timedelta(microseconds=1)).is_in_force(NOW)
    assert not key(expires_at=NOW).is_in_force(NOW)
    assert not key(revoked_at=NOW).is_in_force(NOW - timedelta(days=1))


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_grants_its_permissions_and_no_others(scope: Scope) -> None:
    granted = {permission for permission in Permission if key(scope).grants(permission)}
    assert granted == GRANTS[scope]
    assert granted <= {Permission.DECIDE, Permission.READ_DECISIONS, Permission.IMPORT}


@pytest.mark.parametrize(
    ("network", "address", "is_inside"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("2001:db8::/32", "2001:db8::", True),
        ("10.0.0.0/8", "2001:db8::", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("10.0.0.0/8", "unknown", False),
    ],
)
def test_a_key_counts_from_its_networks_only(network: str, address: str, is_inside: bool) -> None:
    assert key(networks=(network,)).may_come_from(address) is is_inside
    assert key().may_come_from(address)


def test_a_key_for_one_source_need_not_name_it_and_names_no_other() -> None:
    assert key(sources=("a",)).source_of("") == "a"
    assert key(sources=("a", "b")).source_of("") is None
    assert key(sources=("a",)).source_of("b") is None
    assert key().source_of("b") == "b"
