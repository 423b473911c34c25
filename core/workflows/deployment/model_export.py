"""A model for use elsewhere: as one ES module that decides on the tablet itself.

What is exported is frozen: a later deployment changes nothing on tablets until the module is exported anew. An expiry
makes sure that an old one is not used for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.certainty import Certainty
from core.domain.json_types import JsonObject, json_of
from core.domain.permissions import Permission
from core.errors import Conflict, NotFound, Refused
from core.learning.classical import TrainedClassical
from core.sentences import acoustic_sentences
from core.tablet import packing, page
from core.tablet.page import MODULE as MODULE
from core.tablet.page import page_files as page_files
from core.workflows.accounts import authorisation
from core.workflows.deployment import source_thresholds
from core.workflows.evaluation import threshold_choice
from core.workflows.training import model_folders
from core.workflows.training.feature_families import family
from core.workflows.training.model_folders import LoadedModel
from core.workflows.training.model_specs import ModelSpec
from db import audit, deployments, models, session

FAMILY = "steady"
MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class ExportedThreshold:
    """Which model is exported, and at which threshold it decides there."""

    model_id: str
    threshold: float
    am_target: float
    certainty: Certainty | None
    basis: str = "common"
    source: str = ""


@dataclass(frozen=True)
class ExportRequest:
    """What to export.

    model_id : None for the model in force
    am_target, certainty : for a model that is not in force; None takes the threshold in force
    source : whose threshold decides, if it has one
    expires_on : the last day on which the export decides
    """

    model_id: str | None = None
    am_target: float | None = None
    certainty: Certainty = Certainty.EVEN
    source: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class ExportedModel:
    """What was written."""

    threshold: ExportedThreshold
    files: tuple[Path, ...]
    n_bytes: int


def export_tablet_model(out: Path, request: ExportRequest, *, actor: Actor = COMMAND_LINE) -> ExportedModel:
    """Write the module, its types and a page to try it with into a folder.

    Raises
    ------
    NotFound
        No such model, or none is in force.
    Refused
        The model has features or classifiers that do not run on a tablet, is too large, or has no threshold.
    """
    authorisation.require_first(actor, Permission.DOWNLOAD_MODELS)
    chosen = choose_exported_threshold(request)
    module = tablet_module(chosen, expires_on=request.expires_on)
    files = {MODULE: module, **page_files()}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    expires_on = None if request.expires_on is None else request.expires_on.isoformat()
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DOWNLOAD_MODELS)
        detail: JsonObject = {"threshold": chosen.threshold, "expires_on": expires_on, "source": chosen.source}
        audit.record(tx, actor.account_id, actor.name, "export model", chosen.model_id, detail)
    return ExportedModel(chosen, tuple(out / name for name in files), len(module.encode()))


def choose_exported_threshold(request: ExportRequest) -> ExportedThreshold:
    """The model and its threshold: what is in force, or what validation gives for the target; raises as above."""
    with session.reading() as tx:
        now = deployments.newest(tx)
        point = now.operating_point if now else None
        if request.model_id is None and point is None:
            raise NotFound("No model is in force: deploy one, or name one with --model and --am.")
        model_id = request.model_id or (point.model_id if point else "")
        _check_model(tx, model_id)
        if point is not None and point.model_id == model_id and request.am_target is None:
            in_force = source_thresholds.threshold_in_force(tx, point, request.source)
            return ExportedThreshold(
                model_id, in_force.threshold, point.am_target, in_force.certainty, in_force.basis.value, request.source
            )
        if request.am_target is None:
            raise Refused(
                "{model_id} is not in force, so it has no threshold: say with --am how much may be refused.",
                model_id=model_id,
            )
        if request.source:
            raise Refused(
                "{source!r} has no threshold under {model_id} at this target: leave out --source.",
                source=request.source,
                model_id=model_id,
            )
        choice = threshold_choice.require_threshold(tx, model_id, request.am_target, certainty=request.certainty)
    return ExportedThreshold(model_id, choice.threshold, request.am_target, request.certainty)


def _check_model(tx: session.Connection, model_id: str) -> None:
    model = models.get(tx, model_id)
    if model is None:
        raise NotFound(
            "There is no model {model_id!r}; `python -m core models` lists them.",
            model_id=model_id,
        )
    if model.withdrawn_at is not None:
        raise Conflict(
            "{model_id} was withdrawn when a child that it had learned from was erased; retrain.",
            model_id=model_id,
        )


def tablet_module(chosen: ExportedThreshold, *, expires_on: date | None = None) -> str:
    """The source of the ES module.

    Raises
    ------
    Refused
        The model does not run on a tablet, the module is too large, or the day has passed.
    """
    today = session.now().date()
    if expires_on is not None and expires_on < today:
        raise Refused(
            "{expires_on} has passed: an export that expires then would never decide.",
            expires_on=expires_on,
        )
    model = load_small(chosen.model_id)
    module = page.model_module(packed_model(model, chosen, exported_on=today, expires_on=expires_on))
    if len(module.encode()) >= MOST_BYTES:
        size_mb = len(module.encode()) / 1e6
        raise Refused(
            "{id} takes {size_mb:.1f} MB; at most {most_bytes:g} MB go onto a tablet.",
            id=model.id,
            size_mb=size_mb,
            most_bytes=MOST_BYTES / 1000000.0,
        )
    return module


def packed_model(
    model: LoadedModel, chosen: ExportedThreshold, *, exported_on: date, expires_on: date | None = None
) -> JsonObject:
    """Everything that `core/tablet/js/tablet_model.js` opens."""
    if model.fusion is None:
        raise Refused(
            "{id} lacks the weights of its members: retrain.",
            id=model.id,
        )
    facts: JsonObject = {
        "id": model.id,
        "name": model.spec.name,
        "created_at": model_folders.read_card(model_folders.folder_of(model.id)).created_at,
        "exported_on": exported_on.isoformat(),
        "expires_on": None if expires_on is None else expires_on.isoformat(),
        "threshold": chosen.threshold,
        "threshold_basis": chosen.basis,
        "am_target": chosen.am_target,
        "certainty": None if chosen.certainty is None else chosen.certainty.value,
        "source": chosen.source or None,
        "min_duration_s": settings().min_duration_s,
        "max_duration_s": settings().max_duration_s,
        "features_hash": family(FAMILY).spec_hash,
    }
    messages = {
        reason: json_of(acoustic_sentences.child_messages("rejected", reason, ())) for reason in ("noise", "speechless")
    }
    return {"facts": facts, "messages": messages, **packing.pack_members(members_of(model), model.fusion)}


def load_small(model_id: str) -> LoadedModel:
    """A model that needs neither TensorFlow nor a module.

    Raises
    ------
    NotFound, Refused
        As `model_folders.load`; Refused of any other model, which is not loaded.
    """
    spec = ModelSpec.of_card(model_folders.read_card(model_folders.folder_of(model_id)).spec)
    if not spec.is_fused or spec.families != (FAMILY,):
        raise Refused(
            "{model_id} ({name}) does not run on a tablet: expected a fusion on {family} features, "
            "which `python -m core retrain` trains.",
            model_id=model_id,
            name=spec.name,
            family=FAMILY,
        )
    return model_folders.load(model_id)


def members_of(model: LoadedModel) -> tuple[TrainedClassical, ...]:
    """The classifiers that are arrays alone."""
    return tuple(member for member in model.classifiers if isinstance(member, TrainedClassical))
