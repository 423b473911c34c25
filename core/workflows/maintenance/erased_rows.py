"""The rows of an erasure: what one transaction removes, withdraws and replaces. Used by an erasure and by a restore."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.erasure import AffectedModel, ErasurePreview, ModelsChoice
from core.domain.json_types import JsonObject
from core.workflows.maintenance import erased_files, erased_words, receipts, tombstones
from core.workflows.maintenance.erased_words import ErasedWords
from db import audit, children, deployments, erasure_records, erasures, imports, models, recordings, session

WITHDRAWN_REASON = "The model in force was withdrawn: it had learned from a child that was erased"


@dataclass(frozen=True)
class Erased:
    """What a transaction removed; `words` finds what may be left of it elsewhere."""

    recordings: int
    judgements: int
    learned: tuple[str, ...]
    mentions: int
    was_deployed: bool
    next_in_force: str | None
    receipt: int
    words: ErasedWords


def remove(
    tx: session.Connection,
    pseudonyms: Sequence[str],
    recording_ids: Collection[int],
    *,
    choice: ModelsChoice,
    actor: Actor,
    is_restore: bool = False,
) -> Erased:
    """Remove children and recordings, withdraw the models that learned from them, and write the receipt.

    Model folders go before the transaction ends: when one cannot be removed, nothing is changed.
    """
    words = erased_words.words_of(tx, pseudonyms, recording_ids)
    learned = tuple(sorted(erasures.models_that_learned(tx, recording_ids)))
    tested = tuple(sorted(erasures.models_that_tested(tx, recording_ids) - set(learned)))
    snapshots = erasures.snapshots_that_teach(tx, recording_ids)
    sha256s = [one.sha256 for one in recordings.all_recordings(tx) if one.id in set(recording_ids)]
    removed = erasures.remove_recordings(tx, recording_ids)
    for pseudonym in pseudonyms:
        child = children.by_pseudonym(tx, pseudonym)
        if child is not None:
            children.remove(tx, child.id)
    was_deployed, next_in_force = _withdraw(tx, learned, actor)
    for pseudonym in pseudonyms:
        imports.rename_in_notes(tx, repr(pseudonym), erased_words.SOMEBODY)
    mentions = erased_words.replace_everywhere(tx, words, actor=actor)
    salt, erased_at = tombstones.salt_in_use(tx), session.now().isoformat()
    stones = tombstones.of_erasure(pseudonyms, sha256s, salt=salt, erased_at=erased_at)
    erasure_records.add_tombstones(tx, stones)
    body: JsonObject = {
        "what": "erasure applied again after a restore" if is_restore else "erasure of a child",
        "erased_at": erased_at,
        "by": actor.name,
        "child": {"salt": salt, "digests": [stone.digest for stone in stones if stone.kind == tombstones.CHILD]},
        "removed_rows": {name: count for name, count in removed.items() if count},
        "mentions": mentions,
        "models": {"choice": str(choice), "learned": list(learned), "tested": list(tested)},
    }
    receipt = receipts.signed(body)
    number = erasure_records.add_receipt(tx, receipt)
    counts: JsonObject = {"recordings": len(recording_ids), "judgements": removed["judgements"]}
    audit.record(tx, actor.account_id, actor.name, "erase child", "a child", counts | {"models": list(learned)})
    audit.record(tx, actor.account_id, actor.name, "erasure receipt", f"receipt {number}", {"hash": receipt["hash"]})
    known = {model.id for model in (*models.newest_first(tx), *models.withdrawn(tx))}
    erased_files.remove_model_folders({*learned, *erased_files.unpublished_models(known, snapshots)})
    return Erased(
        len(recording_ids), removed["judgements"], learned, mentions, was_deployed, next_in_force, number, words
    )


def preview(
    tx: session.Connection, pseudonym: str, recording_ids: Collection[int], jobs: Sequence[str]
) -> ErasurePreview:
    """What `remove` would do now."""
    learned_ids = erasures.models_that_learned(tx, recording_ids)
    tested_ids = erasures.models_that_tested(tx, recording_ids) - learned_ids
    in_force = deployments.newest(tx)
    deployed_id = in_force.operating_point.model_id if in_force else None
    affected = {
        model.id: AffectedModel(model.id, model.name, model.id == deployed_id) for model in models.newest_first(tx)
    }
    next_in_force = deployments.newest(tx, without=learned_ids) if deployed_id in learned_ids else None
    words = erased_words.words_of(tx, [pseudonym], recording_ids)
    return ErasurePreview(
        recordings=len(recording_ids),
        judgements=erasures.count_judgements(tx, recording_ids),
        learned=tuple(affected[model_id] for model_id in sorted(learned_ids)),
        tested=tuple(affected[model_id] for model_id in sorted(tested_ids)),
        mentions=erased_words.count_mentions(tx, words),
        next_in_force=next_in_force.operating_point.model_id if next_in_force else None,
        jobs=tuple(jobs),
    )


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
