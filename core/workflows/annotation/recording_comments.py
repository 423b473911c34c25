"""Comments of staff on a recording: for those who look at it next. Judges never see them."""

from __future__ import annotations

from core.domain.actor import Actor
from core.domain.permissions import Permission, may
from core.domain.recording_history import RecordingComment
from core.errors import NotAllowed, NotFound, Refused
from core.workflows.accounts import authorisation
from db import accounts, audit, recording_comments, recordings, session

LONGEST = 2_000  # characters


def add_comment(recording_id: int, text: str, *, actor: Actor) -> None:
    """Store a comment, with its author and the time.

    The audit log has that there is one, not its words: these go when the recording is erased.

    Raises
    ------
    Refused
        It has no words, or too many.
    NotFound
        There is no such recording.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.COMMENT)
        text = text.strip()
        if not text:
            raise Refused("Write the comment first: it is empty.")
        if len(text) > LONGEST:
            raise Refused("The comment has {n:,} characters; at most {most:,} are taken.", n=len(text), most=LONGEST)
        if not recordings.hold(tx, [recording_id]):
            raise NotFound(
                "There is no recording with the number {recording_id}; perhaps it was erased.",
                recording_id=recording_id,
            )
        recording_comments.add(tx, recording_id, text, account_id=actor.account_id, at=session.now())
        audit.record(tx, actor.account_id, actor.name, "comment on recording", f"recording {recording_id}")


def remove_comment(comment_id: int, *, actor: Actor) -> None:
    """Remove a comment: the own one, or any where the actor may erase.

    Raises
    ------
    NotAllowed
        It is somebody else's.
    NotFound
        There is no such comment.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.COMMENT)
        comment, recording_id = recording_comments.get(tx, comment_id), recording_comments.recording_of(tx, comment_id)
        if comment is None:
            raise NotFound("This comment is gone already.")
        if not _may_remove(tx, comment, actor):
            raise NotAllowed(
                "This comment is of {author}, who alone may remove it, or an administrator.", author=comment.author
            )
        recording_comments.remove(tx, comment_id)
        audit.record(tx, actor.account_id, actor.name, "remove comment", f"recording {recording_id}")


def _may_remove(tx: session.Connection, comment: RecordingComment, actor: Actor) -> bool:
    if actor.is_command_line:
        return True
    role = None if actor.account_id is None else accounts.role_in_force(tx, actor.account_id)
    is_own = actor.account_id is not None and comment.author_id == actor.account_id
    return is_own or (role is not None and may(role, Permission.ERASE))
