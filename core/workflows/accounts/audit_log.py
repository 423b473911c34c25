"""The audit log: reading it, proving that nobody changed it, taking it away, and recording what changes no row.

Deeds that change rows are recorded by their workflow, in the transaction of the deed itself. What an HTTP endpoint
refuses, fetches or is told by the player is recorded with `record_event`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from core.domain import audit as chain
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditAction, AuditEntry, AuditQuestion, ChainFault, ChainProblem, ChainReport
from core.domain.list_pages import PageBounds
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from db import audit, audit_addresses, audit_chain, session, sign_ins


@dataclass(frozen=True)
class AuditPage:
    """`items` holds one page of entries, newest first, and `total` counts all of the question.

    has_more : there are more than `total`; entries of one action are not counted any further
    """

    total: int
    items: list[AuditEntry]
    has_more: bool
    bounds: PageBounds


def entries(
    *,
    action: str | None = None,
    question: AuditQuestion | None = None,
    begin: int | None = None,
    limit: int = 100,
    actor: Actor = COMMAND_LINE,
) -> AuditPage:
    """Who did what to what, when; of one action, or what fits a question, or all.

    begin : the number of the entry that the page begins at, the newest on it
    """
    wanted = question or AuditQuestion(action=action or "")
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        items, bounds = audit.entries(tx, question=wanted, begin=begin, limit=limit)
        total = audit.count(tx, question=wanted)
    has_more = wanted != AuditQuestion() and total > audit.COUNTED_MOST
    return AuditPage(audit.COUNTED_MOST if has_more else total, items, has_more, bounds)


def actions(*, actor: Actor = COMMAND_LINE) -> list[str]:
    """Every action that was ever recorded, to choose from."""
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        return audit.actions(tx)


def actors(*, actor: Actor = COMMAND_LINE) -> list[str]:
    """Whoever did anything that was recorded, to choose from."""
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        return audit.actors(tx)


def record_event(
    actor: Actor | None,
    action: AuditAction | str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    *,
    address: str = "",
) -> None:
    """Record an event that changes no row of its own, such as bytes that were fetched, or a refusal.

    Anybody's events are recorded, also of those who may do nothing.

    Parameters
    ----------
    actor : None for somebody who is not signed in.
    subject : by number ("recording 12"), never a child or a file: the log outlives an erasure.
    address : where it came from; by default that of `acting_from`.
    """
    account_id, name = (None, chain.NOT_SIGNED_IN) if actor is None else (actor.account_id, actor.name)
    with session.writing() as tx:
        audit.record(tx, account_id, name, str(action), subject, detail, address=address)


@contextmanager
def acting_from(address: str, browser: str = "") -> Iterator[None]:
    """Everything that is recorded inside came from this network address, whatever workflow records it.

    browser : a few words on what sent it, which a sign-in that begins inside remembers.
    """
    token, browser_token = audit_addresses.request_address.set(address), sign_ins.request_browser.set(browser)
    try:
        yield
    finally:
        audit_addresses.request_address.reset(token)
        sign_ins.request_browser.reset(browser_token)


def take_address_from(source: Callable[[], str]) -> None:
    """Ask `source` for the address where `acting_from` names none: in threads of a framework that knows its visitor."""
    audit_addresses.take_address_from(source)


def verify(export: Path | None = None, *, actor: Actor = COMMAND_LINE) -> ChainReport:
    """Whether the log is as it was written.

    Parameters
    ----------
    export : an earlier `export_log`; every entry of it must still be there, with the same hash.

    Raises
    ------
    NotFound, Refused
        There is no such file, or it is no export of the log.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        report = chain.verify(audit.oldest_first(tx), audit_chain.head(tx))
        if export is None:
            return report
        exported = _exported_hashes(export)
        present = {entry.id: entry.hash for entry in audit.oldest_first(tx) if entry.id in exported}
    differing = [number for number, value in exported.items() if present.get(number) != value]
    problems = tuple(ChainProblem(number, ChainFault.DIFFERS_FROM_EXPORT) for number in differing)
    return ChainReport(report.n_entries, report.n_redacted, report.head, report.problems + problems)


def export_log(out: Path, *, actor: Actor = COMMAND_LINE) -> int:
    """Write every entry with its hashes to a new file, one JSON object a line, oldest first; how many.

    Raises
    ------
    Refused
        There is a file of that name already.
    NotFound
        There is no folder to put it in.
    """
    authorisation.require_first(actor, Permission.READ_AUDIT)
    try:
        with out.open("x", encoding="utf-8") as file:
            count = _write_entries(file)
    except FileExistsError:
        raise Refused(
            "{out} exists already; choose another name.",
            out=out,
        ) from None
    except FileNotFoundError:
        raise NotFound(
            "There is no folder {parent}; make it first.",
            parent=out.absolute().parent,
        ) from None
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.READ_AUDIT)
        audit.record(tx, actor.account_id, actor.name, AuditAction.EXPORT_AUDIT, detail={"entries": count})
    return count


def _write_entries(file: TextIO) -> int:
    count = 0
    with session.reading() as tx:
        for entry in audit.oldest_first(tx):
            line = asdict(entry) | {"at": entry.at.isoformat(timespec="microseconds")}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _exported_hashes(export: Path) -> dict[int, str]:
    if not export.is_file():
        raise NotFound(
            "There is no file {export}.",
            export=export,
        )
    try:
        with export.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
            return {int(line["id"]): str(line["hash"]) for line in lines}
    except (ValueError, KeyError, TypeError):
        raise Refused(
            "{export} is no export of the audit log.",
            export=export,
        ) from None
