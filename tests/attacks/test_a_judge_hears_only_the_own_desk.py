"""A judge tries to hear, put off and label recordings that never came to the own desk, and to invent what was heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from core.audio import store
from core.config import settings
from core.domain.labels import Label, Role
from core.workflows.annotation import assignment, sound_deliveries
from db import children, recordings, schema, session
from pages.http import cookie
from tests.annotation.people import give, let_claims_expire, person
from tests.audio_files import encode, tone
from tests.whole_app import account_and_token

COUNT, DURATION_S = 12, 1.0


class Desk:
    """One judge's browser, one tab."""

    def __init__(self, client: TestClient, name: str) -> None:
        self.client = client
        self.account, token = account_and_token(Role.JUDGE, name)
        self.headers = {"Cookie": f"{cookie.NAME}={cookie.sign(token)}"}

    def post(self, path: str, *, sitting: str = "tab", **body: Any) -> tuple[int, dict[str, Any]]:
        sent = {"account": self.account.id, "sitting": sitting} | body
        answer = self.client.post(f"/judging/{path}", json=sent, headers=self.headers)
        return answer.status_code, answer.json()

    def claim(self, count: int = 1, *, sitting: str = "tab") -> list[int]:
        return [item["recording_id"] for item in self.post("desk", sitting=sitting, count=count)[1]["items"]]

    def label(self, recording_id: int, *, heard_s: float = DURATION_S, request_id: str = "", **more: Any) -> Any:
        body = {"recording_id": recording_id, "round": 1, "label": "Noise", "seconds_heard": heard_s}
        return self.post("judgements", request_id=request_id or f"r{recording_id}", **body | more)

    def fetch(self, recording_id: int, **headers: str) -> tuple[int, str]:
        answer = self.client.get(f"/audio/{recording_id}", headers=self.headers | headers)
        return answer.status_code, answer.text if answer.status_code >= 400 else ""


@pytest.fixture
def anna(stranger: TestClient) -> Desk:
    return Desk(stranger, "anna")


@pytest.fixture
def others(anna: Desk) -> Iterator[list[int]]:
    """Recordings with sound; the first is judged by two others already, the second by one."""
    with session.writing() as tx:
        child = children.find_or_add(tx, "child-1")
        ids = [_add(tx, child.id, number) for number in range(COUNT)]
    bert, cleo = person("bert"), person("cleo")
    for judge in (bert, cleo):
        give(judge, ids[0], Label.SPEECHLESS)
    give(bert, ids[1], Label.SPEECHLESS)
    return ids


def _add(tx: session.Connection, child_id: int, number: int) -> int:
    data = encode(tone(200.0 + number, DURATION_S))
    sha256 = store.put(settings().storage, data, "wav")
    new = recordings.NewRecording(sha256, "wav", f"{number}.wav", DURATION_S, 16_000, len(data))
    recording_id = recordings.add(tx, new, child_id=child_id)
    assert recording_id is not None
    return recording_id


def pretend_time_passed(seconds: float) -> None:
    """All that was sent was sent so much earlier."""
    sound_deliveries.store()
    with session.writing() as tx:
        for table, column in ((schema.sound_deliveries, "first_sent_at"),):
            for row in tx.execute(select(table)).all():
                earlier = getattr(row, column) - timedelta(seconds=seconds)
                tx.execute(update(table).where(table.c.id == row.id).values({column: earlier}))


def stored_seconds(recording_id: int) -> float | None:
    column = schema.judgements.c
    with session.reading() as tx:
        query = select(column.seconds_heard).where(column.recording_id == recording_id, column.request_id.like("r%"))
        return tx.execute(query).scalar_one()


def test_skipping_any_number_makes_no_recording_heard(anna: Desk, others: list[int]) -> None:
    mine = anna.claim(2)
    for recording_id in [*others, 10_000, 2**31 - 1]:
        if recording_id not in mine:
            assert anna.post("skip", recording_id=recording_id, round=1)[0] == 404
            assert anna.fetch(recording_id)[0] == 404
    assert [anna.fetch(recording_id)[0] for recording_id in mine] == [200, 200]


def test_a_refusal_tells_neither_open_from_full_nor_from_absent(anna: Desk, others: list[int]) -> None:
    mine = set(anna.claim(1))
    strange = [number for number in [*others, 10_000, 2**31 - 1] if number not in mine]
    answers = {repr(anna.label(number, request_id=f"q{number}")) for number in strange}
    answers |= {repr(anna.label(number, request_id=f"s{number}", round=7)) for number in strange}
    answers |= {repr(anna.post("skip", recording_id=number, round=1)) for number in strange}
    assert len(answers) == 1
    assert "(404" in answers.pop()
    assert len({anna.fetch(number) for number in [*strange, 0, 2**31, 10**30]}) == 1


@pytest.mark.parametrize("sitting", ["other", "tab ", "TAB"])
def test_a_claim_of_one_tab_labels_nothing_in_another(anna: Desk, others: list[int], sitting: str) -> None:
    (mine,) = anna.claim(1)
    anna.fetch(mine)
    pretend_time_passed(5)
    assert anna.label(mine, sitting=sitting)[0] == 404
    assert anna.post("skip", sitting=sitting, recording_id=mine, round=1)[0] == 404
    assert anna.label(mine)[0] == 200


def test_seconds_of_a_sound_that_was_never_fetched_are_not_heard(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1)
    status, answer = anna.label(mine, heard_s=9.0)
    assert (status, answer["error"][:15]) == (400, "You heard 0.0 s")


def test_seconds_are_no_more_than_the_time_since_the_first_byte(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1)
    anna.fetch(mine)
    assert anna.label(mine)[0] == 400
    pretend_time_passed(0.6)  # at twice the speed, enough
    assert anna.label(mine, heard_s=9.0)[0] == 200
    assert stored_seconds(mine) <= DURATION_S + sound_deliveries.CLOCKS_DIFFER_S


def test_a_part_of_the_bytes_is_a_part_of_the_seconds(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1)
    for _ in range(3):
        assert anna.fetch(mine, Range="bytes=0-3199")[0] == 206  # a tenth, again and again
    pretend_time_passed(60)
    assert anna.label(mine)[0] == 400
    anna.fetch(mine, Range="bytes=3200-")
    assert anna.label(mine)[0] == 200


def test_a_head_request_sends_no_sound(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1)
    anna.client.head(f"/audio/{mine}", headers=anna.headers)
    pretend_time_passed(60)
    assert anna.label(mine)[0] == 400


def test_what_another_judge_was_sent_was_not_heard_by_this_one(anna: Desk, others: list[int]) -> None:
    bert = Desk(anna.client, "ben")
    theirs = bert.claim(COUNT)
    (mine,) = anna.claim(1)
    if mine in theirs:
        bert.fetch(mine)
    pretend_time_passed(60)
    assert anna.label(mine)[0] == 400


def test_a_label_that_waited_without_a_connection_is_taken_after_its_claim(anna: Desk, others: list[int]) -> None:
    first = anna.claim(3, sitting="closed laptop")
    for recording_id in first:
        anna.fetch(recording_id)
    pretend_time_passed(3600)
    let_claims_expire()
    anna.claim(3, sitting="another tab")
    anna.claim(0, sitting="another tab")
    sound_deliveries._sent.clear()  # the server was started anew as well
    assert [anna.label(number, sitting="closed laptop")[0] for number in first] == [200] * 3


def test_what_was_put_off_and_taken_back_is_labelled(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1)
    anna.fetch(mine)
    assert anna.post("skip", recording_id=mine, round=1)[0] == 200
    pretend_time_passed(5)
    assert anna.label(mine)[0] == 200
    assert anna.post("undo", request_id=f"r{mine}")[1]["item"]["recording_id"] == mine
    assert anna.label(mine, request_id="again")[0] == 200


def test_a_tab_that_was_taken_over_still_sends_its_label(anna: Desk, others: list[int]) -> None:
    (mine,) = anna.claim(1, sitting="one")
    anna.fetch(mine)
    pretend_time_passed(5)
    assert anna.post("desk", sitting="two", count=1, take_over=True)[1]["items"][0]["recording_id"] == mine
    assert anna.label(mine, sitting="one")[0] == 200
    status, answer = anna.label(mine, sitting="two", request_id="late")
    assert (status, "Noise stands" in answer["error"]) == (409, True)


def test_one_judge_reserves_no_whole_queue_with_many_tabs(
    anna: Desk, others: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignment, "MOST_RESERVED", 5)
    claimed = [anna.claim(3, sitting=f"tab {number}") for number in range(6)]
    assert sum(map(len, claimed)) == 5
    assert len(anna.claim(20, sitting="tab 0")) == 3


def test_a_judge_asks_for_no_recording_that_no_table_holds(anna: Desk) -> None:
    wrong = ["0", "-1", "1.5", "1e3", "9" * 30, "٣", "%00", "1%00", "' or 1=1 --"]
    assert {anna.client.get(f"/audio/{number}", headers=anna.headers).status_code for number in wrong} <= {400, 404}
