"""Who reaches what: every route the app has, signed out and in each role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import KeyLimits, Scope
from core.domain.labels import Role
from core.workflows.accounts import api_keys
from pages.http import rules
from pages.http.rules import Rule, Who, rule_for
from pages.http.sign_in import DOORS

SAMPLES = {
    "decision_id": "0" * 32,
    "recording_id": "1",
    "session_id": "s",
    "file_id": "f",
    "path": "x/y",
    "version": "v",
}
SCREENS = sorted(
    file.stem for file in (Path(rules.__file__).parents[1]).glob("*.py") if file.stem not in ("main", "__init__")
)


def leaves(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every (method, path) below these routes, parameters filled in; a mount of plain files is one file of it."""
    for route in routes:
        if isinstance(route, Mount) and route.routes:
            yield from leaves(list(route.routes), prefix + route.path)
        elif isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/static/js/index.js"
        elif isinstance(route, WebSocketRoute):
            yield "WS", prefix + filled(route)
        else:
            assert isinstance(route, Route), f"a kind of route that this test does not know: {route!r}"
            for method in route.methods or {"GET"}:
                yield method, prefix + filled(route)


def filled(route: Route | WebSocketRoute) -> str:
    path = route.path
    for name in route.param_convertors:
        for marked in (f"{{{name}}}", f"{{{name}:path}}", f"{{{name}:int}}"):
            path = path.replace(marked, SAMPLES[name])
    assert "{" not in path, path
    return path


def every_route(server) -> list[tuple[str, str]]:
    return sorted(set(leaves(server.app._starlette_app.routes)))


def expected(rule: Rule, role: Role | None) -> set[int]:
    if rule.who.includes(role) or rule.is_open_to_loopback:
        return set(range(200, 400)) | {400, 404, 405, 415, 422, 503}
    return {303, 401} if role is None else {403, 404}


def test_the_walk_finds_our_routes_and_streamlits(server):
    found = set(every_route(server))
    for method, path in [
        ("WS", "/_stcore/stream"),
        ("PUT", "/_stcore/upload_file/s/f"),
        ("POST", "/api/score"),
        ("GET", "/audio/1"),
        ("GET", "/assets/v/x/y"),
        ("GET", "/media/f"),
        ("POST", "/_stcore/agent/interact"),
        ("POST", "/judging/judgements"),
        ("POST", "/v1/decisions"),
        ("POST", "/v1/recordings"),
    ]:
        assert (method, path) in found


def test_every_route_has_a_rule(server):
    without = [f"{method} {path}" for method, path in every_route(server) if rule_for(path, method) is None]
    assert not without, f"add these to pages/http/rules.py: {without}"


def test_every_screen_has_a_rule_of_its_own():
    for name in SCREENS:
        rule = rule_for(f"/{name}", "GET")
        assert rule is not None, f"add /{name} to pages/http/rules.py"
        assert (rule.pattern, rule.is_page) == (f"/{name}", True)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_answers_each_role_as_its_rule_says(server, visitor, role):
    client = visitor(role)
    for method, path in every_route(server):
        if method == "WS" or path in DOORS:
            continue
        rule = rule_for(path, method)
        status = client.request(method, path).status_code
        if path.startswith("/_stcore/upload_file") and rule.who.includes(role):
            assert status in (204, 404)  # the address of no session of this sign-in
            continue
        assert status in expected(rule, role), f"{method} {path} gave {status} to {role}"


@pytest.mark.parametrize("scope", Scope)
def test_every_route_answers_a_key_as_its_scopes_say(server, stranger, scope):
    _, secret = api_keys.create(f"for {scope}", {scope}, KeyLimits(per_minute=10_000), actor=COMMAND_LINE)
    stranger.headers.pop("Origin")
    for method, path in every_route(server):
        if method == "WS" or path in DOORS:
            continue
        rule = rule_for(path, method)
        status = stranger.request(method, path, headers={"Authorization": f"Bearer {secret}"}).status_code
        is_open = scope in rule.scopes or rule.is_open_to_loopback
        if rule.scopes:
            assert (status not in (401, 403)) == is_open, f"{method} {path} gave {status} to {scope}"
        else:
            assert status in expected(rule, None), f"{method} {path} gave {status} to {scope}"


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_answers_each_role_as_its_rule_says(visitor, role, name):
    status = visitor(role).get(f"/{name}", headers={"Accept": "text/html"}).status_code
    allowed = rule_for(f"/{name}", "GET").who.includes(role)
    assert status == (200 if allowed else 303 if role is None else 403)


def test_only_health_and_the_doors_are_open():
    opened = {rule.pattern for rule in rules.RULES if rule.who is Who.ANYONE}
    doors = {"/sign-in", "/sign-in/code", "/first-start", "/sign-out"}
    health = {"/_stcore/health", "/livez", "/readyz"}
    assert opened == health | doors | {"/oidc/sign-in", "/oidc/callback", "/oidc/sign-out"}


def test_what_no_rule_names_reaches_nobody(visitor):
    assert visitor(Role.ADMIN).get("/somewhere-new").status_code == 404
    assert visitor(None).get("/somewhere-new").status_code == 401


def test_streamlits_own_agents_and_metrics_are_shut_for_administrators_too(visitor):
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics", "/auth/login"):
        assert visitor(Role.ADMIN).get(path).status_code == 404


def test_a_slash_at_the_end_opens_nothing():
    assert rule_for("/administration/", "GET").who is Who.ADMINISTRATORS
    assert rule_for("/media/", "GET") is None
    assert rule_for("/_stcore/health/../stream", "WS") is None
