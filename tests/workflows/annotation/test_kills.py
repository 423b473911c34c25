"""The server is killed at random moments while judges work: every label whose saving was answered is there, once."""

from __future__ import annotations

import random
import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol
from db import schema, session
from tests.annotation.people import add_recordings
from tests.serving import HttpJudge, Served

JUDGES, RECORDINGS, KILLS = 8, 2000, 3
SEED = 2019
PATIENCE_S = 40.0  # for the server to come back
LABELLING_S = 2.0  # between two kills, about

Answered = dict[str, tuple[int, str]]  # request id -> recording and label, as the server said it had stored them


def work(judge: HttpJudge, until: list[float]) -> Answered:
    """Judge until that moment as the browser does: a label is sent, with one id, until it is answered."""
    answered: Answered = {}
    while time.monotonic() < until[0]:
        status, desk = judge.post("desk", count=6, with_figures=False)
        if status != 200:
            time.sleep(0.1)
            continue
        for item in desk["items"]:
            label, request_id = list(Label)[item["recording_id"] % 3], secrets.token_hex(16)
            status, answer = send_until_answered(judge, item, label, request_id)
            assert status in (200, 409), answer
            if status == 200:
                answered[request_id] = (answer["recording_id"], answer["label"])
    return answered


def send_until_answered(judge: HttpJudge, item: dict[str, Any], label: str, request_id: str) -> tuple[int, dict]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        status, answer = judge.label(item, label, request_id)
        if status in (200, 400, 404, 409):
            return status, answer
        time.sleep(0.1)
    raise AssertionError("the server did not come back")


def kill_now_and_then(server: Served) -> None:
    moments = random.Random(SEED)
    for _ in range(KILLS):
        time.sleep(LABELLING_S * moments.uniform(0.5, 1.5))
        server.kill()
        server.start()
    time.sleep(LABELLING_S)


def stored() -> dict[str, tuple[int, str]]:
    with session.reading() as tx:
        table = schema.judgements
        return {
            row[0]: (row[1], row[2])
            for row in tx.execute(select(table.c.request_id, table.c.recording_id, table.c.label))
        }


def most_judgements_of_one() -> int:
    with session.reading() as tx:
        table = schema.judgements
        counted = select(func.count().label("n")).select_from(table).group_by(table.c.recording_id).subquery()
        return tx.execute(select(func.max(counted.c.n))).scalar_one()


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_every_label_that_was_answered_is_there_exactly_once_whenever_the_server_is_killed(tmp_path: Path) -> None:
    add_recordings(RECORDINGS)
    protocols.set_desk(DeskProtocol(heard_share=0.0), actor=COMMAND_LINE)  # scripted judges hear nothing
    server = Served(tmp_path / "server.log")
    judges = [HttpJudge(server.port, f"judge {number}") for number in range(JUDGES)]
    server.start()
    until = [float("inf")]
    with ThreadPoolExecutor(JUDGES) as pool:
        working: list[Future[Answered]] = [pool.submit(work, judge, until) for judge in judges]
        try:
            kill_now_and_then(server)
        finally:
            until[0] = 0.0
            answers = [one.result() for one in working]
            server.kill()
            for judge in judges:
                judge.connection.close()
    answered = {request_id: said for some in answers for request_id, said in some.items()}
    assert len(answered) > 100
    assert answered == stored()
    assert most_judgements_of_one() <= 2
