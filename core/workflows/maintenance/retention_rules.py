"""Setting how long the recordings of a source are kept, and looking first at what that would do."""

from __future__ import annotations

from datetime import datetime

from core.domain.actor import Actor
from core.domain.erasure import ModelsChoice
from core.domain.json_types import JsonObject
from core.domain.names import normal_form
from core.domain.permissions import Permission
from core.domain.retention import MOST_DAYS, RetentionPreview, RetentionRule, RetentionRules
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.importing.manifest_rows import LONGEST
from core.workflows.maintenance import retention_outlook
from db import audit, retention, session

DEFAULT = "the default"


def rules() -> RetentionRules:
    """The rules in force."""
    with session.reading() as tx:
        return retention.rules(tx)


def preview_rule(
    source: str | None, days: int | None, *, actor: Actor, now: datetime | None = None
) -> RetentionPreview:
    """What a rule would do if it were in force; changes nothing.

    Parameters
    ----------
    source : None for the default.
    """
    authorisation.require_first(actor, Permission.SET_RETENTION)
    rule = _checked(source, days, ModelsChoice.WITHDRAW)
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.SET_RETENTION)
        return retention_outlook.preview(tx, rule, now or session.now())


def set_rule(source: str | None, days: int | None, models: ModelsChoice, *, actor: Actor) -> RetentionRule:
    """Let a source, or the default, have a rule. What runs by itself follows it from a day later on.

    Parameters
    ----------
    source : None for the default, "" for recordings whose source is not known.
    days : None: until somebody erases them, whatever the default is.

    Raises
    ------
    Refused
        The number of days, or the source, cannot be.
    """
    authorisation.require_confirmed_first(actor, Permission.SET_RETENTION)
    rule = _checked(source, days, models)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.SET_RETENTION)
        before = _present(tx, rule.source)
        if before is not None and (before.days, before.models) == (rule.days, rule.models):
            return before
        retention.set_rule(tx, rule, account_id=actor.account_id)
        detail: JsonObject = {"days": rule.days, "models": str(rule.models)}
        detail["before"] = None if before is None else {"days": before.days, "models": str(before.models)}
        audit.record(tx, actor.account_id, actor.name, "set retention", _subject(rule.source), detail)
    return rule


def remove_rule(source: str | None, *, actor: Actor) -> None:
    """Take a rule away: a source follows the default again, without a default everything stays.

    Raises
    ------
    NotFound
        There is no such rule.
    """
    authorisation.require_confirmed_first(actor, Permission.SET_RETENTION)
    source = source if source is None else normal_form(source)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.SET_RETENTION)
        before = _present(tx, source)
        if before is None:
            raise NotFound(
                "There is no retention rule for {default}.",
                default=DEFAULT if source is None else repr(source),
            )
        retention.remove_rule(tx, source)
        detail: JsonObject = {"days": before.days, "models": str(before.models)}
        audit.record(tx, actor.account_id, actor.name, "remove retention", _subject(source), detail)


def _checked(source: str | None, days: int | None, models: ModelsChoice) -> RetentionRule:
    source = source if source is None else normal_form(source)
    if source is not None and len(source) > LONGEST["source"]:
        raise Refused(
            "A source has at most {source} characters; this has {n_source}.",
            source=LONGEST["source"],
            n_source=len(source),
        )
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(
            "Recordings can be kept for 1 to {most_days:,} days, not for {days:,}.",
            most_days=MOST_DAYS,
            days=days,
        )
    return RetentionRule(source, days, models, session.now())


def _present(tx: session.Connection, source: str | None) -> RetentionRule | None:
    stored = retention.rules(tx)
    return stored.default if source is None else stored.of_sources.get(source)


def _subject(source: str | None) -> str:
    return DEFAULT if source is None else f"source {source!r}"
