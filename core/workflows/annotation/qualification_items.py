"""Choosing the recordings that new judges begin with. For staff only: it shows labels."""

from __future__ import annotations

from core.domain.actor import Actor
from core.domain.judgements import QualificationItem
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.annotation import recording_search
from db import audit, qualification, session


def add(recording_id: int, *, actor: Actor) -> None:
    """Let new judges begin with this recording; its label as it stands now is the answer.

    Raises
    ------
    Refused
        Its label is not settled.
    NotFound
        There is no such recording.
    """
    authorisation.require_first(actor, Permission.CHOOSE_QUALIFICATION_ITEMS)
    judged = recording_search.get_recording(recording_id)
    if judged.consensus is None:
        raise Refused(
            "{filename} has no settled label yet ({judging_state}); choose another one.",
            filename=judged.recording.filename,
            judging_state=Message(judged.judging_state.value),
        )
    with session.writing() as tx:
        qualification.add_item(tx, recording_id, judged.consensus, at=session.now())
        detail = {"label": str(judged.consensus)}
        audit.record(tx, actor.account_id, actor.name, "add qualification item", f"recording {recording_id}", detail)


def remove(recording_id: int, *, actor: Actor) -> None:
    """Take a recording from the qualification; earlier answers to it stay.

    Raises
    ------
    NotFound
        It is none of its recordings.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.CHOOSE_QUALIFICATION_ITEMS)
        if not qualification.remove_item(tx, recording_id):
            raise NotFound(
                "Recording {recording_id} is not part of the qualification.",
                recording_id=recording_id,
            )
        audit.record(tx, actor.account_id, actor.name, "remove qualification item", f"recording {recording_id}")


def items() -> list[QualificationItem]:
    """The recordings that new judges begin with and the answer to each, the oldest choice first."""
    with session.reading() as tx:
        return qualification.all_items(tx)
