"""What shows that a child's parents agreed: the number of a form, or words. Earshot stores it and judges nothing."""

from __future__ import annotations

from core.domain.actor import Actor
from core.domain.names import normal_form
from core.domain.permissions import Permission
from core.domain.recordings import LONGEST_CONSENT
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from db import audit, children, session


def set_consent(pseudonym: str, reference: str, *, actor: Actor) -> None:
    """Write the consent reference of a child; an empty one takes it away. The audit log tells neither.

    Raises
    ------
    NotFound
        There is no child of that pseudonym.
    Refused
        The reference is too long.
    """
    authorisation.require_first(actor, Permission.RECORD_CONSENT)
    reference = normal_form(str(reference))
    if len(reference) > LONGEST_CONSENT:
        raise Refused(
            "A consent reference has at most {longest_consent} characters; this has {n_reference}.",
            longest_consent=LONGEST_CONSENT,
            n_reference=len(reference),
        )
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.RECORD_CONSENT)
        child = children.by_pseudonym(tx, pseudonym)
        if child is None:
            raise NotFound(
                "There is no child {pseudonym!r}.",
                pseudonym=pseudonym,
            )
        if child.consent == reference:
            return
        children.set_consent(tx, child.id, reference)
        action = "record consent" if reference else "remove consent"
        audit.record(tx, actor.account_id, actor.name, action, f"child {child.id}")
