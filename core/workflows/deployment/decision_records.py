"""Decisions for programs: decided by the model in force, recorded, and read again.

A record holds figures only: no audio, no child, no file name. It goes after EARSHOT_DECISION_DAYS.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.config import settings
from core.domain.actor import Actor
from core.domain.decisions import LONGEST_SOURCE, DecisionRecord, RejectionReason, Verdict, is_decision_id
from core.domain.json_types import JsonObject, JsonValue
from core.domain.models import Deployment
from core.domain.names import normal_form
from core.domain.permissions import Permission
from core.domain.sources import ThresholdInForce
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.deployment import live_drawing, scoring, source_thresholds
from core.workflows.importing.import_single import StatedFacts
from db import api_keys, decisions, deployments, session

ID_BYTES = 16


@dataclass(frozen=True)
class FileOutcome:
    """What came of one file: the record of its decision, or why there is none."""

    record: DecisionRecord | None
    error: str = ""


def decide(
    files: Sequence[tuple[str, bytes]], *, source: str = "", facts: StatedFacts | None = None, actor: Actor
) -> list[FileOutcome]:
    """Decide on recordings, in their order, and record each decision.

    Parameters
    ----------
    facts : what is stated of the recordings; stored with those that are drawn for judges, and with nothing else

    Raises
    ------
    NotFound
        Nothing is deployed.
    Refused
        The source cannot be used.
    Unavailable
        Nothing answers that can decide.
    """
    authorisation.require_first(actor, Permission.DECIDE)
    source = named_source(source)
    outcomes = [_outcome(answer, source, actor) for answer in scoring.score_remote(files, source=source)]
    with_chances = live_drawing.with_chances([outcome.record for outcome in outcomes], source)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DECIDE)
        decisions.add(tx, [record for record in with_chances.records if record is not None])
        _forget_old(tx)
    live_drawing.keep_drawn(with_chances, files, facts or StatedFacts(source=source))
    return [replace(outcome, record=record) for outcome, record in zip(outcomes, with_chances.records, strict=True)]


def record_answers(answers: Sequence[JsonObject], *, source: str = "", actor: Actor) -> list[str | None]:
    """Record what a person, or the command line, had decided (`scoring`); the id of each, None for one with an error.

    None of these is drawn for judges: they are no class.
    """
    authorisation.require_first(actor, Permission.DECIDE)
    source = named_source(source)
    records = [_outcome(answer, source, actor).record for answer in answers]
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DECIDE)
        decisions.add(tx, [record for record in records if record is not None])
        _forget_old(tx)
    return [None if record is None else record.id for record in records]


def named_source(source: str) -> str:
    """A source as imports, consents and retention rules have it.

    Raises
    ------
    Refused
        It is too long.
    """
    source = normal_form(source)
    if len(source) > LONGEST_SOURCE:
        raise Refused(
            "source has {n_source} characters; at most {longest_source} are taken.",
            n_source=len(source),
            longest_source=LONGEST_SOURCE,
        )
    return source


def forget_old() -> int:
    """Drop the records whose time is over, also when nobody asks for decisions any more; how many."""
    with session.writing() as tx:
        return _forget_old(tx)


@dataclass(frozen=True)
class InForce:
    """What decides: the deployment, and the threshold that counts in a source."""

    deployment: Deployment
    threshold: ThresholdInForce


def in_force(source: str = "") -> InForce:
    """What decides on recordings of a source at this moment; without a source, what decides elsewhere.

    Raises
    ------
    NotFound
        Nothing is deployed.
    Refused
        The source cannot be used.
    """
    source = named_source(source)
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment is None:
            raise NotFound("No model is deployed.")
        return InForce(deployment, source_thresholds.threshold_in_force(tx, deployment.operating_point, source))


def decision(decision_id: str, *, actor: Actor) -> DecisionRecord:
    """The record of an earlier decision. A key for some sources reads those of its sources.

    Raises
    ------
    NotFound
        There is none of that id, or of another source, or its time is over.
    """
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.READ_DECISIONS)
        record = decisions.get(tx, decision_id) if is_decision_id(decision_id) else None
        key = None if actor.key_id is None else api_keys.get(tx, actor.key_id)
    is_foreign = record is not None and key is not None and not key.may_read(record.source)
    if record is None or is_foreign:
        raise NotFound("There is no decision of this id, or its time is over.")
    return record


def _forget_old(tx: session.Connection) -> int:
    return decisions.forget(tx, before=session.now() - timedelta(days=settings().decision_days))


def _outcome(answer: JsonObject, source: str, actor: Actor) -> FileOutcome:
    error = answer.get("error")
    if error:
        return FileOutcome(None, str(error))
    reason = answer.get("reason")
    return FileOutcome(
        DecisionRecord(
            id=secrets.token_hex(ID_BYTES),
            key_id=actor.key_id,
            decided_at=session.now(),
            verdict=Verdict(str(answer["decision"])),
            reason=RejectionReason(str(reason)) if reason else None,
            p_accepted=_number(answer["p_accepted"]),
            p_noise=_share(answer.get("p_noise")),
            p_speechless=_share(answer.get("p_speechless")),
            threshold=_number(answer["threshold"]),
            model_id=str(answer["model"]),
            source=source,
            duration_s=_number(answer["duration_s"]),
            distance=_share(answer.get("unlike")),
        )
    )


def _number(value: JsonValue) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _share(value: JsonValue) -> float | None:
    return None if value is None else _number(value)
