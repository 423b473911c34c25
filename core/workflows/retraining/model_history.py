"""Every model there is or was held against another: to look back, to take away as a file, to clear out.

A model that decided at any time stays for good, so that every decision can be explained. One that never did can be
deleted: its folder, its row and its probabilities; what challenges recorded of it stays, with its name.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from core.config import settings
from core.domain.actor import Actor
from core.domain.labels import Split
from core.domain.models import Challenge, Model
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound
from core.workflows.accounts import authorisation
from core.workflows.deployment import gate_comparison, promotion_gate
from core.workflows.training import model_folders
from db import audit, deployments, models, session


@dataclass(frozen=True)
class ModelRecord:
    """A model and how it fared.

    challenge : the newest one that it was held in as the challenger
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

    def figures(self, split: Split = Split.TEST) -> dict[str, Any]:
        """f10, f15, f_am_m, am_m of a split, from its card; empty where there is none."""
        return dict(self.model.card.get("figures", {}).get(split.value, {}))


def all_models() -> list[ModelRecord]:
    """Newest first."""
    with session.reading() as tx:
        found, deployed, now = models.newest_first(tx), deployments.ever_deployed(tx), deployments.newest(tx)
    newest: dict[str, Challenge] = {}
    for one in promotion_gate.challenge_history(limit=1000):
        newest.setdefault(one.challenger_id, one)
    in_force = now.operating_point.model_id if now else None
    return [
        ModelRecord(one, one.id == in_force, one.id in deployed, newest.get(one.id), _has_folder(one.id))
        for one in found
    ]


def gate_refusals(limit: int = 50) -> list[gate_comparison.GateComparison]:
    """What the gate turned away, newest first; of models that are deleted as well."""
    lost = [one for one in promotion_gate.challenge_history(limit=1000) if not one.is_offered]
    return [gate_comparison.GateComparison.of(one.figures) for one in lost[:limit]]


def zip_model(model_id: str, *, actor: Actor) -> bytes:
    """The folder of a model as a zip: its networks and its card. Audited.

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
                file.write(path, f"{model_id}/{path.relative_to(folder)}")
        except FileNotFoundError:
            raise NotFound(f"Model {model_id!r} was deleted while it was packed.") from None
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DOWNLOAD_MODELS)
        audit.record(tx, actor.account_id, actor.name, "download model", model_id)
    return packed.getvalue()


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
        found = models.get(tx, model_id)
        if found is None:
            raise NotFound(f"There is no model {model_id!r}; somebody may have deleted it already.")
        if model_id in deployments.ever_deployed(tx):
            raise Conflict(f"{model_id} has decided about children, so it stays: its decisions must be explainable.")
        models.delete(tx, model_id)
        audit.record(tx, actor.account_id, actor.name, "delete model", model_id, {"name": found.name})
    _remove_folder(model_id)


def _has_folder(model_id: str) -> bool:
    try:
        model_folders.folder_of(model_id)
    except NotFound:
        return False
    return True


def _remove_folder(model_id: str) -> None:
    """Out of sight by one rename first, so that no half of a model is ever found."""
    try:
        folder = model_folders.folder_of(model_id)
    except NotFound:
        return
    aside = settings().models / ".parts" / f"{model_id}.deleted.{uuid.uuid4().hex}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # somebody removed it by hand
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
