"""The audit log: who did what to what, when, from where. Rows are only added, and chained as `core.domain.audit` says.

Triggers refuse every other change. Two functions here pass them, and both leave an entry in the chain: `redact`, for
the erasure of a child, and `clear`, for a restore. Whoever may alter the tables of the database can pass them as well;
the chain shows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, text, update

from core.domain.audit import AuditEntry, AuditQuestion, ChainHead
from core.domain.json_types import JsonObject
from core.domain.list_pages import PageBounds
from core.json_values import without_nan
from db import audit_addresses, audit_chain, keyset, session
from db.audit_chain import entry_of
from db.commit_hooks import before_commit
from db.schema import accounts, audit, audit_head

ROWS_AT_ONCE = 500
COUNTED_MOST = 10_000  # entries of one action


@dataclass(frozen=True)
class UncleanEntries:
    """Entries with words to take out, among those up to `last_id`."""

    ids: tuple[int, ...]
    last_id: int


def record(
    tx: Connection,
    account_id: int | None,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    *,
    address: str = "",
) -> None:
    """Add one entry, in the transaction of the deed itself: both happen or neither.

    It is written at the end of the transaction: every writer must know the entry before its own.

    Parameters
    ----------
    account_id : who, or None for the command line and for somebody who is not signed in.
    actor : the name of the actor as it is now; it stays readable when the account is renamed.
    action : what, in a few words of at most 40 characters, such as "deploy" or "sign in".
    subject : to what, such as a model's id or "recording 12". Never a child or a file name: the log outlives them.
    detail : anything that JSON can hold.
    address : the network address; by default that of the request that is being answered.
    """
    entry = new_entry(account_id, actor, action, subject, detail, address=address)
    before_commit(tx, lambda: audit_chain.append(tx, [entry]))


def new_entry(
    account_id: int | None,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    *,
    address: str = "",
) -> AuditEntry:
    """An entry of this moment, not yet in the log; the parameters are those of `record`."""
    address = audit_addresses.shortened(address or audit_addresses.current())
    return AuditEntry(0, session.now(), account_id, actor, action, subject, _plain(detail or {}), address)


def record_entries(tx: Connection, entries: Sequence[AuditEntry]) -> None:
    """Add many entries, in their order. Whose account is gone since stays named, without the account."""
    wanted = {entry.account_id for entry in entries if entry.account_id is not None}
    known = set(tx.execute(select(accounts.c.id).where(accounts.c.id.in_(wanted))).scalars())
    linked = [entry if entry.account_id in known else replace(entry, account_id=None) for entry in entries]
    before_commit(tx, lambda: audit_chain.append(tx, linked))


def entries(
    tx: Connection,
    *,
    action: str | None = None,
    question: AuditQuestion | None = None,
    begin: int | None = None,
    limit: int,
) -> tuple[list[AuditEntry], PageBounds]:
    """One page of entries, newest first, from entry `begin` back; of one action, or what fits a question, or all."""
    conditions = _conditions(question or AuditQuestion(action=action or ""))

    def numbers(begin: int | None, *, limit: int, is_back: bool = False) -> list[int]:
        query = select(audit.c.id).where(*conditions)
        if begin is not None:
            query = query.where(audit.c.id > begin if is_back else audit.c.id <= begin)
        return list(tx.execute(query.order_by(audit.c.id if is_back else audit.c.id.desc()).limit(limit)).scalars())

    ids, bounds = keyset.page(numbers, begin=begin, size=limit)
    query = select(audit).where(audit.c.id.in_(ids)).order_by(audit.c.id.desc())
    return [entry_of(row) for row in tx.execute(query)], bounds


def fitting(tx: Connection, question: AuditQuestion) -> Iterator[AuditEntry]:
    """Every entry that fits a question, oldest first, read in portions."""
    query = select(audit).where(*_conditions(question)).order_by(audit.c.id)
    for row in tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield entry_of(row)


def newest_at(tx: Connection, action: str) -> datetime | None:
    """When the newest entry of an action was recorded."""
    query = select(audit.c.at).where(audit.c.action == action).order_by(audit.c.id.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none()


def about(tx: Connection, subjects: Sequence[str], actions: Sequence[str]) -> list[AuditEntry]:
    """Entries of some actions about some subjects, oldest first."""
    of_subjects: list[AuditEntry] = []
    for begin in range(0, len(subjects), ROWS_AT_ONCE):
        some = list(subjects[begin : begin + ROWS_AT_ONCE])
        query = select(audit).where(audit.c.action.in_(map(str, actions)), audit.c.subject.in_(some))
        of_subjects += [entry_of(row) for row in tx.execute(query)]
    return sorted(of_subjects, key=lambda entry: entry.id)


def oldest_first(tx: Connection) -> Iterator[AuditEntry]:
    """Every entry, read in portions."""
    for row in tx.execute(select(audit).order_by(audit.c.id), execution_options={"yield_per": ROWS_AT_ONCE}):
        yield entry_of(row)


def count(tx: Connection, *, action: str | None = None, question: AuditQuestion | None = None) -> int:
    """How many entries there are; of a question they are counted up to `COUNTED_MOST` + 1: one more says that there
    are more."""
    wanted = question or AuditQuestion(action=action or "")
    if wanted == AuditQuestion():
        return audit_chain.head(tx).n_entries
    some = select(audit.c.id).where(*_conditions(wanted)).limit(COUNTED_MOST + 1).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def actions(tx: Connection) -> list[str]:
    """Every action that was ever recorded, in alphabetical order: from each to the next, by the index."""
    names = [""]
    while following := tx.execute(select(func.min(audit.c.action)).where(audit.c.action > names[-1])).scalar():
        names.append(following)
    return names[1:]


def actors(tx: Connection) -> list[str]:
    """Whoever did anything that was recorded, by name, in alphabetical order: likewise by the index."""
    names = [""]
    while following := tx.execute(select(func.min(audit.c.actor)).where(audit.c.actor > names[-1])).scalar():
        names.append(following)
    return names[1:]


def _conditions(question: AuditQuestion) -> list[ColumnElement[bool]]:
    conditions = []
    if question.action:
        conditions.append(audit.c.action == question.action)
    if question.actor:
        conditions.append(audit.c.actor == question.actor)
    if question.begins_at is not None:
        conditions.append(audit.c.at >= question.begins_at)
    if question.ends_at is not None:
        conditions.append(audit.c.at < question.ends_at)
    return conditions


def unclean(tx: Connection, change: Callable[[AuditEntry], AuditEntry]) -> UncleanEntries:
    """The entries that `redact` would change, looked for while nobody waits to write."""
    last_id = audit_chain.head(tx).last_id
    return UncleanEntries(tuple(entry.id for entry in oldest_first(tx) if _is_changed(entry, change(entry))), last_id)


def redact(
    tx: Connection, change: Callable[[AuditEntry], AuditEntry], known: UncleanEntries | None = None
) -> list[AuditEntry]:
    """Let `change` take words out of subject and detail; the entries that it changed, as they are now.

    known : what was found before; then only these entries are read, and those that came since.

    Their salts go, so that nobody can find out by trying what they said. Record what is given back
    (`core.domain.audit.redaction_detail`): an entry that was redacted and is not recorded breaks the chain.
    """
    redacted = []
    for entry in oldest_first(tx) if known is None else _among(tx, known):
        changed = change(entry)
        if _is_changed(entry, changed):
            redacted.append(replace(changed, salt=""))
    if redacted:
        with _without_triggers(tx):
            for entry in redacted:
                values = {"subject": entry.subject, "detail": entry.detail, "salt": ""}
                tx.execute(update(audit).where(audit.c.id == entry.id).values(values))
    return redacted


def _among(tx: Connection, known: UncleanEntries) -> Iterator[AuditEntry]:
    for begin in range(0, len(known.ids), ROWS_AT_ONCE):
        some = audit.c.id.in_(known.ids[begin : begin + ROWS_AT_ONCE])
        yield from map(entry_of, tx.execute(select(audit).where(some).order_by(audit.c.id)))
    yield from map(entry_of, tx.execute(select(audit).where(audit.c.id > known.last_id).order_by(audit.c.id)))


def _is_changed(entry: AuditEntry, changed: AuditEntry) -> bool:
    return (changed.subject, changed.detail) != (entry.subject, entry.detail)


def clear(tx: Connection) -> ChainHead:
    """Remove every entry before a restore brings others; where the chain ended, for the entry about the restore."""
    before = audit_chain.head(tx)
    with _without_triggers(tx):
        tx.execute(delete(audit))
    tx.execute(delete(audit_head))
    return before


def _plain(detail: Mapping[str, object]) -> JsonObject:
    """The detail as it comes back from the database, so that its hash is the same then."""
    return dict(json.loads(json.dumps(without_nan(detail))))


@contextmanager
def _without_triggers(tx: Connection) -> Iterator[None]:
    """Change rows that triggers protect. The change of the triggers is part of the transaction as well."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        yield
        tx.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    triggers = tx.execute(text(query)).all()
    for trigger in triggers:
        tx.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')
    yield
    for trigger in triggers:
        tx.exec_driver_sql(trigger.sql)
