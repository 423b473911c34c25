"""The rows of an erasure: what one transaction removes, withdraws and replaces. Used by an erasure and by a restore."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.actor import Actor
from core.domain.erasure import AffectedModel, ErasureOccasion, ErasurePreview, ModelsChoice
from core.domain.json_types import JsonObject, JsonValue
from core.workflows.maintenance import erased_files, erased_words, receipts, tombstones
from core.workflows.maintenance.erased_words import ErasedWords, SearchedRows
from db import (
    audit,
    children,
    deployments,
    erasure_records,
    erasures,
    imports,
    models,
    recordings,
    row_texts,
    session,
)
from db.row_texts import RemovedTexts

AUDIT_ACTIONS = {
    ErasureOccasion.REQUEST: ("erase child", "a child"),
    ErasureOccasion.RESTORE: ("erase child", "a child"),
    ErasureOccasion.RETENTION: ("erase by retention", "recordings"),
}
WITHDRAWN_REASON = "The model in force was withdrawn: it had learned from a child that was erased"


@dataclass(frozen=True)
class Erased:
    """What a transaction removed; `words` finds what may be left of it elsewhere, `texts` are those of its rows."""

    recordings: int
    judgements: int
    learned: tuple[str, ...]
    mentions: int
    was_deployed: bool
    next_in_force: str | None
    receipt: int
    words: ErasedWords
    texts: RemovedTexts


@dataclass(frozen=True)
class ErasureReason:
    """Why something is erased.

    counted_from : of recordings that retention erases, by number: from when their days counted.
    rule : what the receipt says of the rule.
    """

    occasion: ErasureOccasion = ErasureOccasion.REQUEST
    counted_from: Mapping[int, datetime] = field(default_factory=dict)
    rule: JsonObject = field(default_factory=dict)


BY_REQUEST = ErasureReason()


def remove(
    tx: session.Connection,
    pseudonyms: Sequence[str],
    recording_ids: Collection[int],
    *,
    choice: ModelsChoice,
    actor: Actor,
    reason: ErasureReason = BY_REQUEST,
    searched: SearchedRows | None = None,
) -> Erased:
    """Remove children and recordings, withdraw the models that learned from them, and write the receipt.

    searched : what `erased_words.search` found before and is current, which leaves less to do while others wait to
        write.

    What is kept of the recordings in counts is taken off by whoever counts changes in next (`count_changes_in`).

    Model folders go before the transaction ends: when one cannot be removed, nothing is changed.
    """
    words = searched.words if searched is not None else erased_words.words_of(tx, pseudonyms, recording_ids)
    learned = tuple(sorted(erasures.models_that_learned(tx, recording_ids)))
    tested = tuple(sorted(erasures.models_that_tested(tx, recording_ids) - set(learned)))
    snapshots = erasures.snapshots_that_teach(tx, recording_ids)
    sha256s = {item.sha256: reason.counted_from.get(item.id) for item in recordings.by_ids(tx, recording_ids).values()}
    texts = row_texts.texts_about(tx, recording_ids)
    removed = erasures.remove_recordings(tx, recording_ids)
    _remove_children(tx, pseudonyms)
    was_deployed, next_in_force = _withdraw(tx, learned, actor)
    mentions = erased_words.replace_everywhere(tx, words, actor=actor, searched=searched)
    facts: JsonObject = {
        "removed_rows": {name: count for name, count in removed.items() if count},
        "mentions": mentions,
        "models": {"choice": str(choice), "learned": list(learned), "tested": list(tested)},
    }
    number, receipt_hash = _store_receipt(tx, pseudonyms, sha256s, facts, actor=actor, reason=reason)
    counts = {"recordings": len(recording_ids), "judgements": removed["judgements"], "models": list(learned)}
    audit.record(tx, actor.account_id, actor.name, *AUDIT_ACTIONS[reason.occasion], counts)
    audit.record(tx, actor.account_id, actor.name, "erasure receipt", f"receipt {number}", {"hash": receipt_hash})
    known = {model.id for model in (*models.newest_first(tx), *models.withdrawn(tx))}
    erased_files.remove_model_folders({*learned, *erased_files.unpublished_models(known, snapshots)})
    return Erased(
        recordings=len(recording_ids),
        judgements=removed["judgements"],
        learned=learned,
        mentions=mentions,
        was_deployed=was_deployed,
        next_in_force=next_in_force,
        receipt=number,
        words=words,
        texts=texts,
    )


def preview(
    tx: session.Connection, pseudonym: str, recording_ids: Collection[int], jobs: Sequence[str]
) -> ErasurePreview:
    """What `remove` would do now."""
    learned_ids = erasures.models_that_learned(tx, recording_ids)
    tested_ids = erasures.models_that_tested(tx, recording_ids) - learned_ids
    in_force = deployments.newest(tx)
    deployed_id = in_force.operating_point.model_id if in_force else None
    learned, tested = affected_models(tx, learned_ids), affected_models(tx, tested_ids)
    next_in_force = deployments.newest(tx, without=learned_ids) if deployed_id in learned_ids else None
    words = erased_words.words_of(tx, [pseudonym], recording_ids)
    return ErasurePreview(
        recordings=len(recording_ids),
        judgements=erasures.count_judgements(tx, recording_ids),
        learned=learned,
        tested=tested,
        mentions=erased_words.count_mentions(tx, words),
        next_in_force=next_in_force.operating_point.model_id if next_in_force else None,
        jobs=tuple(jobs),
    )


def affected_models(tx: session.Connection, model_ids: Collection[str]) -> tuple[AffectedModel, ...]:
    """Models by their number, as an erasure names them."""
    in_force = deployments.newest(tx)
    deployed_id = in_force.operating_point.model_id if in_force else None
    every = {model.id: model for model in models.newest_first(tx)}
    return tuple(AffectedModel(item, every[item].title, item == deployed_id) for item in sorted(model_ids))


def _remove_children(tx: session.Connection, pseudonyms: Sequence[str]) -> None:
    """Remove children without recordings, in the notes of imports as well."""
    for pseudonym in pseudonyms:
        child = children.by_pseudonym(tx, pseudonym)
        if child is not None:
            children.remove(tx, child.id)
        imports.rename_in_notes(tx, repr(pseudonym), erased_words.SOMEBODY)


def _store_receipt(
    tx: session.Connection,
    pseudonyms: Sequence[str],
    sha256s: Mapping[str, datetime | None],
    facts: JsonObject,
    *,
    actor: Actor,
    reason: ErasureReason,
) -> tuple[int, JsonValue]:
    """Write the tombstones of an erasure, and its receipt; the receipt's number and hash."""
    salt, erased_at = tombstones.salt_in_use(tx), session.now().isoformat()
    stones = tombstones.of_erasure(pseudonyms, sha256s, salt=salt, erased_at=erased_at)
    erasure_records.add_tombstones(tx, stones)
    body: JsonObject = {
        "what": str(reason.occasion),
        "erased_at": erased_at,
        "by": actor.name,
        "child": {"salt": salt, "digests": [stone.digest for stone in stones if stone.kind == tombstones.CHILD]},
    }
    receipt = receipts.signed(body | facts | ({"rule": reason.rule} if reason.rule else {}))
    return erasure_records.add_receipt(tx, receipt), receipt["hash"]


def _withdraw(tx: session.Connection, learned: Sequence[str], actor: Actor) -> tuple[bool, str | None]:
    """Whether the model in force is among them, and the one that decides instead."""
    before = deployments.newest(tx)
    models.withdraw(tx, learned, session.now())
    if before is None or before.operating_point.model_id not in learned:
        return False, None
    now = deployments.newest(tx)
    if now is None:
        return True, None
    deployments.add(tx, now.operating_point.id, account_id=actor.account_id, reason=WITHDRAWN_REASON)
    model_id = now.operating_point.model_id
    detail = {"from": before.operating_point.model_id, "threshold": now.operating_point.threshold}
    audit.record(tx, actor.account_id, actor.name, "roll back", model_id, detail)
    return True, model_id
