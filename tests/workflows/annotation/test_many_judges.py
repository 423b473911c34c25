"""Many judges at once: two judgements a recording, by two people; none lost, none doubled, nobody starves."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import select

from core.domain.accounts import Account
from core.domain.labels import Label
from core.errors import Conflict
from core.workflows.annotation import judge_desk
from db import schema, session
from tests.annotation.people import add_recordings, bring_repeats, give, let_claims_expire, people

RECORDINGS = 120
JUDGES = 20


def work(judge: Account) -> int:
    """Judge until the desk stays empty; how many labels were saved."""
    saved = 0
    while items := judge_desk.next_assignments(judge, session_id="tab", count=3, with_figures=False).items:
        for item in items:
            try:
                request = secrets.token_hex(8)
                saved += not give(judge, item, list(Label)[item.recording_id % 3], request=request).already
            except Conflict:
                continue
    return saved


def by_recording() -> dict[int, list[int]]:
    with session.reading() as tx:
        found: dict[int, list[int]] = {}
        for recording_id, account_id in tx.execute(
            select(schema.judgements.c.recording_id, schema.judgements.c.account_id)
        ):
            found.setdefault(recording_id, []).append(account_id)
        return found


@pytest.mark.usefixtures("any_database")
def test_twenty_judges_at_once_give_every_recording_two_judgements_by_two_people() -> None:
    judges = people(*(f"judge {number}" for number in range(JUDGES)))
    ids = add_recordings(RECORDINGS)
    with ThreadPoolExecutor(JUDGES) as pool:
        saved = list(pool.map(work, judges))
    given = by_recording()
    assert sorted(given) == ids
    assert all(len(accounts) == len(set(accounts)) == 2 for accounts in given.values())
    assert sum(saved) == 2 * RECORDINGS


@pytest.mark.usefixtures("any_database")
def test_eight_judges_who_ignore_their_claims_still_make_no_third_judgement() -> None:
    judges = people(*(f"judge {number}" for number in range(8)))
    ids = add_recordings(5)

    def rush(judge: Account) -> int:
        return sum(is_taken(judge, recording_id) for recording_id in ids)

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(rush, judges))
    assert taken == 10
    assert {len(set(accounts)) for accounts in by_recording().values()} == {2}


@pytest.mark.usefixtures("any_database")
def test_the_same_label_sent_by_eight_connections_at_once_is_one_judgement() -> None:
    (anna,) = people("anna")
    only = add_recordings(1)[0]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: give(anna, only, request="same"), range(8)))
    assert Counter(answer.already for answer in answers) == {True: 7, False: 1}
    assert by_recording() == {only: [anna.id]}


def is_taken(judge: Account, recording_id: int) -> bool:
    try:
        give(judge, recording_id)
    except Conflict:
        return False
    return True


@pytest.mark.usefixtures("any_database")
def test_twenty_judges_with_repeats_and_crashed_tabs_still_give_two_judgements_each() -> None:
    judges = people(*(f"judge {number}" for number in range(JUDGES)))
    ids = add_recordings(RECORDINGS)
    bring_repeats(after=2, share=0.2)
    with ThreadPoolExecutor(JUDGES) as pool:
        list(pool.map(crash, judges))
        let_claims_expire()
        list(pool.map(work, judges))
    given = by_recording()
    assert sorted(given) == ids
    assert all(len(accounts) == len(set(accounts)) == 2 for accounts in given.values())


def crash(judge: Account) -> None:
    """Leave a tab with recordings reserved and one label sent twice over."""
    items = judge_desk.next_assignments(judge, session_id="crashed", count=6).items
    for _ in range(2):
        for item in items[:1]:
            with suppress(Conflict):
                give(judge, item, session_id="crashed")
