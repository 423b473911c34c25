"""The erasure of a child: what may be chosen, what would go, what went."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from core.domain.json_types import JsonObject

RECORDING = "recording"


class ErasureOccasion(StrEnum):
    """Why something was erased, as receipts state it."""

    REQUEST = "erasure of a child"
    RESTORE = "erasure applied again after a restore"
    RETENTION = "erasure by retention"


class ModelsChoice(StrEnum):
    """What becomes of the models that learned from the child. Both remove them: they hold rows of its features."""

    WITHDRAW = "withdraw"
    RETRAIN = "retrain"  # and train the same systems again on what is left


@dataclass(frozen=True)
class AffectedModel:
    id: str
    name: str
    is_in_force: bool


@dataclass(frozen=True)
class ErasurePreview:
    """What an erasure would do now.

    learned : models that learned from the child, by training or by validation; they are withdrawn.
    tested : models that were only tested on it; the child's probabilities go from them.
    mentions : texts of other rows that name the child or its recordings, where the words are replaced.
    next_in_force : the model that would decide afterwards; None when none would, or nothing changes.
    jobs : jobs at work that would be cancelled.
    """

    recordings: int
    judgements: int
    learned: tuple[AffectedModel, ...]
    tested: tuple[AffectedModel, ...]
    mentions: int
    next_in_force: str | None
    jobs: tuple[str, ...]

    @property
    def withdraws_the_deployed(self) -> bool:
        return any(model.is_in_force for model in self.learned)


@dataclass(frozen=True, kw_only=True)
class ErasureAftermath:
    """What an erasure means for models and files, whoever or whatever erased.

    models : those that learned from what is gone; withdrawn.
    was_deployed : whether the model in force was withdrawn.
    next_in_force : the model that decides now, when the one in force was withdrawn; None: none does.
    is_log_empty : False while somebody reads an older state of the database: its write-ahead log still has the rows.
    traces : files that still hold a word or a hash of what was erased; empty when it is forgotten.
    retraining : the job that trains the withdrawn systems again; empty without.
    retraining_error : why that job could not begin.
    """

    models: tuple[str, ...] = ()
    was_deployed: bool = False
    next_in_force: str | None = None
    is_log_empty: bool = True
    traces: tuple[str, ...] = ()
    retraining: str = ""
    retraining_error: str = ""

    @property
    def is_complete(self) -> bool:
        return self.is_log_empty and not self.traces


@dataclass(frozen=True)
class ErasureResult(ErasureAftermath):
    """What is gone. receipt : number of the signed receipt."""

    recordings: int
    judgements: int
    receipt: int = 0
    mentions: int = 0


@dataclass(frozen=True)
class Receipt:
    """A signed receipt. `body` is what is signed; it names nobody who was erased."""

    id: int
    body: JsonObject
    is_log_empty: bool


@dataclass(frozen=True)
class Tombstone:
    """What an erased child or recording is recognised by: a salted digest. `kind` is "child" or "recording".

    counted_from : from when retention counted; None where a person asked for the erasure.
    """

    kind: str
    salt: str
    digest: str
    erased_at: str
    counted_from: str | None = None


def digest_of_recording(sha256: str, salt: str) -> str:
    """64 hexadecimal digits. A hash of a sound cannot be guessed, so that one round is enough."""
    return hashlib.sha256(f"{salt}{sha256}".encode()).hexdigest()
