"""Keys of the HTTP API for programs: whose, for what, from where, how often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import KeyLimits, Scope
from core.domain.labels import Role
from core.workflows.accounts import api_keys, audit_log
from db import session
from tests.programs import GOOD, ask, bearer, key, problem, program, scorer

pytestmark = pytest.mark.usefixtures("scorer")
__all__ = ["program", "scorer"]


def test_unknown_revoked_and_expired_keys_get_401_in_the_same_words(program):
    revoked, revoked_secret = key(name="old")
    api_keys.revoke(revoked.name, actor=COMMAND_LINE)
    expiring, expired_secret = key(limits=KeyLimits(expires_at=session.now() + timedelta(hours=1)))
    with session.writing() as tx:
        tx.exec_driver_sql(f"UPDATE api_keys SET expires_at = '2020-01-01 00:00:00' WHERE id = {expiring.id}")
    answers = [ask(program, secret) for secret in (revoked_secret, expired_secret, "earshot_unknown", "", "x" * 500)]
    assert len({answer.text for answer in answers}) == 1
    for answer in answers:
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer {} {}", "bearer\t{}", "Token {}", "Bearer{}"])
def test_only_the_bearer_scheme_counts(program, header):
    _, secret = key()
    answer = program.post("/v1/decisions", content=GOOD, headers={"Authorization": header.replace("{}", secret)})
    problem(answer, 401)


def test_a_key_of_another_scope_gets_403_and_the_audit_log_names_it(program):
    named, secret = key(Scope.READ_DECISIONS, name="reader")
    problem(ask(program, secret), 403)
    assert audit_log.entries(action="refused").items[0].actor == f"key {named.name}"
    assert secret not in str(audit_log.entries().items)


def test_a_sign_in_without_a_key_opens_nothing_under_v1(visitor):
    browser = visitor(Role.ADMIN)
    problem(browser.post("/v1/decisions", content=GOOD), 403)
    problem(browser.get("/v1/model"), 403)


def test_a_key_with_a_cookie_needs_our_own_origin(visitor):
    browser = visitor(Role.STAFF)
    _, secret = key()
    problem(ask(browser, secret, headers={"Origin": "https://elsewhere.example"}), 403)
    assert ask(browser, secret, headers={"Origin": "http://localhost"}).status_code == 200


def test_a_key_may_be_bound_to_networks_and_sources(program):
    _, elsewhere = key(limits=KeyLimits(networks=("10.0.0.0/8",)))
    problem(ask(program, elsewhere), 403)
    _, bound = key(limits=KeyLimits(networks=("127.0.0.0/8",), sources=("school a",)))
    assert ask(program, bound).json()["source"] == "school a"
    problem(ask(program, bound, params={"source": "school b"}), 403)


def test_a_key_for_some_sources_reads_no_decision_of_others(program):
    _, secret = key()
    foreign = ask(program, secret, params={"source": "school b"}).json()["id"]
    _, bound = key(Scope.READ_DECISIONS, limits=KeyLimits(sources=("school a",)))
    problem(program.get(f"/v1/decisions/{foreign}", headers=bearer(bound)), 404)


def test_a_key_that_asks_too_often_is_asked_to_wait(program):
    _, secret = key(limits=KeyLimits(per_minute=2))
    assert [ask(program, secret).status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(program, secret)
    problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_a_key_for_a_source_is_not_told_why_of_another(program):
    _, secret = key()
    asked = ask(program, secret, params={"source": "school b"}).json()["id"]
    _, of_another = key(Scope.READ_DECISIONS, limits=KeyLimits(sources=("school a",)))
    problem(program.get(f"/v1/decisions/{asked}/why", headers=bearer(of_another)), 404)
