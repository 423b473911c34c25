"""The history of models: every model with its last challenge, the download of a folder, and deleting.

A model that decided at any time stays for good, so that every decision can be explained. One that never did can be
deleted: its folder, its row and its probabilities; what challenges recorded of it stays, with its name.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core.config import settings
from core.domain.actor import Actor
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.labels import Split
from core.domain.model_cards import CardFigures
from core.domain.models import Challenge, Model
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound
from core.workflows.accounts import authorisation
from core.workflows.deployment import gate_comparison, promotion_gate
from core.workflows.training import model_folders
from db import audit, deployments, models, session

MAX_CHALLENGES = 1000  # that are looked at for the last one of each model


@dataclass(frozen=True)
class ModelRecord:
    """A model with its last challenge.

    challenge : the newest one in which it was the challenger
    has_folder : whether its networks are there, so that it can decide and be downloaded
    """

    model: Model
    is_in_force: bool
    was_deployed: bool
    challenge: Challenge | None
    has_folder: bool

    @property
    def can_be_deleted(self) -> bool:
        return not self.was_deployed

    def figures(self, split: Split = Split.TEST) -> CardFigures:
        """The figures of a split, from the card."""
        return self.model.card.figures_of(split)


def all_models() -> list[ModelRecord]:
    """Newest first."""
    with session.reading() as tx:
        every_model, deployed, newest = models.newest_first(tx), deployments.ever_deployed(tx), deployments.newest(tx)
    challenges: dict[str, Challenge] = {}
    for challenge in promotion_gate.challenge_history(limit=MAX_CHALLENGES):
        challenges.setdefault(challenge.challenger_id, challenge)
    in_force = newest.operating_point.model_id if newest else None
    with_folder = set(model_folders.names())
    return [
        ModelRecord(
            model, model.id == in_force, model.id in deployed, challenges.get(model.id), model.id in with_folder
        )
        for model in every_model
    ]


def gate_refusals(limit: int = 50) -> list[gate_comparison.GateComparison]:
    """The challenges that were lost, newest first; of deleted models as well."""
    challenges = promotion_gate.challenge_history(limit=MAX_CHALLENGES)
    lost = [challenge for challenge in challenges if not challenge.is_offered]
    return [gate_comparison.GateComparison.of(challenge.figures) for challenge in lost[:limit]]


def zip_model(model_id: str, *, actor: Actor) -> bytes:
    """The folder of a model as a zip: its networks and its card. Audited.

    The card in the zip also says what is in force (`in_force`): the threshold with its AM target and its certainty;
    null where the model does not decide. The one in the folder is never changed.

    Raises
    ------
    NotFound
        Its folder is not there.
    """
    authorisation.require_first(actor, Permission.DOWNLOAD_MODELS)
    folder = model_folders.folder_of(model_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        try:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder)
                if name == Path(model_folders.CARD):
                    file.writestr(f"{model_id}/{name}", _card_with_what_is_in_force(path, model_id))
                else:
                    file.write(path, f"{model_id}/{name}")
        except FileNotFoundError:
            raise NotFound(
                "Model {model_id!r} was deleted while it was packed.",
                model_id=model_id,
            ) from None
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DOWNLOAD_MODELS)
        audit.record(tx, actor.account_id, actor.name, "download model", model_id)
    return packed.getvalue()


def _card_with_what_is_in_force(card: Path, model_id: str) -> str:
    with session.reading() as tx:
        now = deployments.newest(tx)
    in_force: JsonObject | None = None
    if now is not None and now.operating_point.model_id == model_id:
        point = now.operating_point
        in_force = {
            "am_target": point.am_target,
            "certainty": point.certainty.value,
            "threshold": point.threshold,
            "since": now.deployed_at.isoformat(),
            "by": now.deployed_by,
            "reason": now.reason,
        }
    document = object_of(json_of(json.loads(card.read_text(encoding="utf-8")))) | {"in_force": in_force}
    return json.dumps(document, indent=2, ensure_ascii=False)


def delete_model(model_id: str, *, actor: Actor) -> None:
    """Remove a model that never decided.

    Raises
    ------
    NotFound
        There is none of that id.
    Conflict
        It was deployed at some time.
    """
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DELETE_MODELS)
        model = models.get(tx, model_id)
        if model is None:
            raise NotFound(
                "There is no model {model_id!r}; somebody may have deleted it already.",
                model_id=model_id,
            )
        if model_id in deployments.ever_deployed(tx):
            raise Conflict(
                "{title} has decided about children, so it stays: its decisions must be explainable.",
                title=model.title,
            )
        models.delete(tx, model_id)
        audit.record(tx, actor.account_id, actor.name, "delete model", model_id, {"name": model.title})
    _remove_folder(model_id)


def _remove_folder(model_id: str) -> None:
    """Out of sight by one rename first, so that no half of a model is ever found."""
    try:
        folder = model_folders.folder_of(model_id)
    except NotFound:
        return
    model_folders.unshare(model_id)
    aside = settings().models / ".parts" / f"{model_id}.deleted.{uuid.uuid4().hex}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # removed by hand
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
