"""Judges, staff and recordings for tests of judging: rows only, no bytes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import DateTime, bindparam, func, insert, select, text, update

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.judgements import Assignment, NewJudgement
from core.domain.labels import Label, Role
from core.workflows.accounts import passwords
from core.workflows.annotation import judge_desk, protocols
from core.workflows.annotation.judge_desk import SavedJudgement
from core.workflows.annotation.protocols import QueueProtocol
from db import accounts, children, desk_recordings, models, schema, session, sign_ins
from db.desk_recordings import SoundDelivery
from tests.workflows import trained

_LAY = text(
    "INSERT INTO desk_recordings (account_id, recording_id, round, sitting, laid_at) "
    "VALUES (:account_id, :recording_id, :round, :sitting, :laid_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("laid_at", type_=DateTime))


def person(name: str, role: Role = Role.JUDGE) -> Account:
    with session.writing() as tx:
        return accounts.add(tx, name, role, None)


def people(*names: str) -> list[Account]:
    return [person(name) for name in names]


def actor(account: Account) -> Actor:
    return Actor(account.id, account.name)


def confirmed(account: Account) -> Actor:
    """Somebody who signed in a moment ago, for what must be confirmed."""
    token_hash = passwords.hash_secret(secrets.token_urlsafe(32))
    with session.writing() as tx:
        sign_ins.add(tx, token_hash, account.id, expires_at=session.now() + timedelta(hours=1))
    return Actor(account.id, account.name, token_hash)


def add_recordings(count: int) -> list[int]:
    """Recordings of one child; their numbers."""
    with session.writing() as tx:
        child = children.find_or_add(tx, "child-1")
        begin = tx.execute(select(func.count()).select_from(schema.recordings)).scalar_one()
        rows = [_recording(begin + at, child.id) for at in range(count)]
        found = tx.execute(
            insert(schema.recordings).returning(schema.recordings.c.id, sort_by_parameter_order=True), rows
        )
        return list(found.scalars())


def give(
    judge: Account, item: Assignment | int, label: Label = Label.NOISE, *, request: str = "", session_id: str = "tab"
) -> SavedJudgement:
    """One label, as the player sends it."""
    recording_id = item if isinstance(item, int) else item.recording_id
    this_round = 1 if isinstance(item, int) else item.round
    lay(judge, recording_id, session_id=session_id, this_round=this_round)
    new = NewJudgement(
        request_id=request or f"{judge.id}-{recording_id}-{label}",
        recording_id=recording_id,
        round=this_round,
        label=label,
        session_id=session_id,
        seconds_heard=1.0,
        replays=0,
        decision_s=0.8,
    )
    return judge_desk.record_judgement(judge, new)


def lay(judge: Account, recording_id: int, *, session_id: str = "tab", this_round: int = 1, share: float = 1.0) -> None:
    """Note a recording as laid on a desk and its sound as sent a minute ago, without a claim."""
    at = session.now() - timedelta(minutes=1)
    row = {"account_id": judge.id, "recording_id": recording_id, "round": this_round, "sitting": session_id}
    with session.writing() as tx:
        if tx.execute(select(schema.recordings.c.id).where(schema.recordings.c.id == recording_id)).first():
            tx.execute(_LAY, row | {"laid_at": at})
        desk_recordings.store_deliveries(tx, {(judge.id, recording_id): SoundDelivery(at, share)})


def lying_before(judge: Account, count: int = 3, *, session_id: str = "tab") -> list[int]:
    """The numbers of the recordings on this judge's desk."""
    return [item.recording_id for item in judge_desk.next_assignments(judge, session_id=session_id, count=count).items]


def bring_repeats(*, after: int = 1, share: float = 0.5) -> None:
    """Let recordings come to the same judge again, as soon and as often as may be."""
    protocols.set_queue(QueueProtocol(repeat_share=share, repeat_after=after), actor=COMMAND_LINE)


def tell_opinion(p_accepted: dict[int, float]) -> None:
    """A model that was asked about recordings which nobody has labelled."""
    model = trained.add_model(f"model of {len(p_accepted)}")
    with session.writing() as tx:
        models.add_probabilities(tx, model.id, [(found, p, None, None) for found, p in p_accepted.items()])


def let_claims_expire() -> None:
    with session.writing() as tx:
        tx.execute(update(schema.claims).values(expires_at=session.now() - timedelta(seconds=1)))


def _recording(number: int, child_id: int) -> dict[str, Any]:
    told = {"sha256": f"{number:064x}", "extension": "wav", "filename": f"{number}.wav", "child_id": child_id}
    measured = {"duration_s": 1.0, "sample_rate_hz": 16_000, "size_bytes": 32_000, "imported_at": session.now()}
    return told | measured | {"language": "en", "word": f"word{number}", "source": "", "extra": {}, "round": 1}
