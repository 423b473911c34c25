"""Who may reach what: one table for every route the app has, Streamlit's own included.

The first rule whose pattern fits the path and whose methods hold the method decides. What no rule names, nobody
reaches: a route that is added without a rule answers 404, and a test that walks all routes fails.

Patterns are whole paths; a `*` at the end stands for anything, also for nothing. `WS` is a WebSocket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from core.domain.api_keys import Scope
from core.domain.labels import Role


class Who(Enum):
    """A group of people; `Who.STAFF` includes administrators."""

    ANYONE = frozenset({None, *Role})  # None: nobody signed in
    SIGNED_IN = frozenset(Role)
    STAFF = frozenset({Role.STAFF, Role.ADMIN})
    ADMINISTRATORS = frozenset({Role.ADMIN})
    NOBODY = frozenset[Role | None]()

    def includes(self, role: Role | None) -> bool:
        return role in self.value


@dataclass(frozen=True)
class Rule:
    """A line of the table.

    is_page : a person's browser asks for it, so a refusal is a page and a stranger is led to the sign-in.

    scopes : a key with any of these opens it as well; an address with any is the business of `key_door`.
    is_open_to_loopback : programs of this machine may read it.
    """

    pattern: str
    methods: frozenset[str]
    who: Who
    is_page: bool = False
    scopes: frozenset[Scope] = frozenset()
    is_open_to_loopback: bool = False

    def fits(self, path: str) -> bool:
        if self.pattern.endswith("*"):
            return path.startswith(self.pattern[:-1])
        return path == self.pattern


READ = frozenset({"GET", "HEAD", "OPTIONS"})
SEND = frozenset({"POST", "OPTIONS"})
ANY = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "WS"})
EVERY_SCOPE = frozenset(Scope)

RULES: tuple[Rule, ...] = (
    # the only doors that stand open
    Rule("/_stcore/health", READ, Who.ANYONE),
    Rule("/sign-in", READ | SEND, Who.ANYONE, is_page=True),
    Rule("/first-start", READ | SEND, Who.ANYONE, is_page=True),
    Rule("/sign-out", READ | SEND, Who.ANYONE, is_page=True),
    Rule("/sign-in/code", SEND, Who.ANYONE),
    Rule("/oidc/sign-in", READ, Who.ANYONE, is_page=True),
    Rule("/oidc/callback", READ, Who.ANYONE, is_page=True),
    Rule("/oidc/sign-out", READ, Who.ANYONE, is_page=True),
    Rule("/oidc/confirm", READ, Who.SIGNED_IN, is_page=True),
    Rule("/confirm", READ | SEND, Who.SIGNED_IN, is_page=True),
    Rule("/two-step", READ | SEND, Who.SIGNED_IN, is_page=True),
    Rule("/password", READ | SEND, Who.SIGNED_IN, is_page=True),
    Rule("/account", READ | SEND, Who.SIGNED_IN, is_page=True),
    # screens; each asks again itself, because a click inside the app changes screens without a new request
    Rule("/", READ, Who.SIGNED_IN, is_page=True),
    Rule("/annotate", READ, Who.SIGNED_IN, is_page=True),
    Rule("/overview", READ, Who.STAFF, is_page=True),
    Rule("/disagreements", READ, Who.STAFF, is_page=True),
    Rule("/agreement", READ, Who.STAFF, is_page=True),
    Rule("/recording", READ, Who.STAFF, is_page=True),
    Rule("/recordings", READ, Who.STAFF, is_page=True),
    Rule("/evaluate", READ, Who.STAFF, is_page=True),
    Rule("/retrain", READ, Who.STAFF, is_page=True),
    Rule("/protocol", READ, Who.STAFF, is_page=True),
    Rule("/paper", READ, Who.STAFF, is_page=True),
    Rule("/live", READ, Who.STAFF, is_page=True),
    Rule("/try_it", READ, Who.STAFF, is_page=True),
    Rule("/glossary", READ, Who.STAFF, is_page=True),
    Rule("/privacy", READ, Who.STAFF, is_page=True),
    Rule("/administration", READ, Who.ADMINISTRATORS, is_page=True),
    # our endpoints
    Rule("/audio/*", READ, Who.SIGNED_IN),
    Rule("/listening", SEND, Who.STAFF),
    Rule("/find", READ, Who.SIGNED_IN),  # a judge is answered with nothing
    Rule("/tablet/*", READ, Who.STAFF, is_page=True),
    Rule("/assets/*", READ, Who.SIGNED_IN),
    Rule("/judging/openapi.json", READ, Who.STAFF),
    Rule("/judging/*", SEND, Who.SIGNED_IN),
    Rule("/api/me", READ, Who.SIGNED_IN),
    Rule("/api/docs", READ, Who.STAFF, is_page=True),
    Rule("/api/openapi.json", READ, Who.STAFF),
    Rule("/api/score", SEND, Who.STAFF),
    # for programs; whether this is about a method or an address that there is not, `/v1` says itself
    Rule("/livez", READ, Who.ANYONE),
    Rule("/readyz", READ, Who.ANYONE),
    Rule("/metrics", READ, Who.NOBODY, scopes=frozenset({Scope.METRICS}), is_open_to_loopback=True),
    Rule("/v1/docs", READ, Who.STAFF, is_page=True),
    Rule("/v1/openapi.json", READ, Who.STAFF, scopes=EVERY_SCOPE),
    Rule("/v1/decisions", SEND, Who.NOBODY, scopes=frozenset({Scope.SCORE})),
    Rule("/v1/decisions/*", READ, Who.NOBODY, scopes=frozenset({Scope.READ_DECISIONS})),
    Rule("/v1/model", READ, Who.NOBODY, scopes=frozenset({Scope.SCORE, Scope.READ_DECISIONS})),
    Rule("/v1/recordings", SEND, Who.NOBODY, scopes=frozenset({Scope.IMPORT})),
    Rule("/v1", ANY - {"WS"}, Who.NOBODY, scopes=EVERY_SCOPE),
    Rule("/v1/*", ANY - {"WS"}, Who.NOBODY, scopes=EVERY_SCOPE),
    # what Streamlit's screens are made of
    Rule("/_stcore/stream", frozenset({"WS"}), Who.SIGNED_IN),
    Rule("/_stcore/host-config", READ, Who.SIGNED_IN),
    Rule("/_stcore/bidi-components/*", READ, Who.SIGNED_IN),
    Rule("/component/*", READ, Who.SIGNED_IN),
    Rule("/static/*", READ, Who.SIGNED_IN),
    Rule("/favicon.png", READ, Who.SIGNED_IN),
    Rule("/manifest.json", READ, Who.SIGNED_IN),
    # what Streamlit publishes by an address alone: exports and uploads are the business of staff
    Rule("/media/*", READ, Who.STAFF),
    Rule("/_stcore/upload_file/*", frozenset({"PUT", "DELETE", "OPTIONS"}), Who.STAFF),
    # Streamlit's features that Earshot does not use, shut for everybody
    Rule("/_stcore/agent/*", ANY, Who.NOBODY),
    Rule("/_stcore/metrics", ANY, Who.NOBODY),
    Rule("/_stcore/script-health-check", ANY, Who.NOBODY),
    Rule("/auth/*", ANY, Who.NOBODY),
    Rule("/oauth2callback", ANY, Who.NOBODY),
    Rule("/app/static/*", ANY, Who.NOBODY),
)


@lru_cache(512)  # every request comes by twice, in the guard and in the log
def rule_for(path: str, method: str) -> Rule | None:
    """The rule that decides on this request, or None: nobody may. A slash at the end changes nothing."""
    path = path.rstrip("/") or "/"
    return next((rule for rule in RULES if method in rule.methods and rule.fits(path)), None)


def is_page(path: str) -> bool:
    """Whether a person would open this path in a browser."""
    path = path.rstrip("/") or "/"
    return any(rule.is_page and rule.fits(path) for rule in RULES)
