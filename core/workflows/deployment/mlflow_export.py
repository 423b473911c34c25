"""A model as a folder that MLflow loads and scores with (a pyfunc model), for servers that have MLflow.

The folder holds the model's own folder, the rooms of this project that compute features and scores, and a loader. It
takes a data frame whose column `sound` holds the bytes of recordings, or a list of bytes, and gives a row a recording.

Source: MLflow's storage format, https://mlflow.org/docs/latest/ml/model/.
"""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

from core.config import settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.json_types import JsonObject
from core.domain.permissions import Permission
from core.errors import Conflict, Refused
from core.learning.calibration import Calibration
from core.workflows.accounts import authorisation
from core.workflows.deployment import model_export
from core.workflows.deployment.model_export import FAMILY, ExportedModel, ExportedThreshold, ExportRequest
from core.workflows.training.model_folders import LoadedModel
from db import audit, session

CODE = Path(__file__).parents[3] / "core"
LOADER = "earshot_loader"
ROOMS = ("audio", "domain", "learning")
BELOW = (
    "__init__.py",
    "arrays.py",
    "errors.py",
    "json_values.py",
    "messages.py",
    "number_words.py",
    "process_limits.py",
    "translation.py",
    "typography.py",
)
NEEDED = ("numpy", "scipy", "av", "babel")
FACTS = "earshot.json"

_LOADER = '''"""Opens an exported model of Earshot for MLflow."""

import json
from pathlib import Path

from core.audio import decoding, steady_dynamics
from core.errors import UndecodableAudio
from core.learning import calibration, classical, tasks


class EarshotModel:
    def __init__(self, folder):
        self.facts = json.loads((folder / "earshot.json").read_text())
        self.members = [classical.load(folder / name) for name in self.facts["members"]]
        fusion = self.facts["fusion"]
        self.fusion = calibration.Calibration(tuple(fusion["weights"]), tuple(fusion["biases"]), fusion["n"])

    def predict(self, data, params=None):
        sounds = data["sound"].tolist() if hasattr(data, "columns") else list(data)
        return [self.decide(bytes(sound)) for sound in sounds]

    def decide(self, sound):
        limits = {"min_duration_s": self.facts["min_duration_s"], "max_duration_s": self.facts["max_duration_s"]}
        try:
            samples = decoding.decode(sound, **limits).samples
        except UndecodableAudio as error:
            return {"decision": None, "reason": None, "p_accepted": None, "error": str(error)}
        features = [steady_dynamics.extract(samples)]
        task = tasks.task("multiclass")
        p = [tasks.class_probabilities(task, member.predict(features)) for member in self.members]
        scores = calibration.log_p([each for each in p])
        shares = [float(f"{share:.6g}") for share in self.fusion.apply(scores)[0]]
        accepted, noise, speechless = (shares[task.targets[label]] for label in ("Accepted", "Noise", "Speechless"))
        is_accepted = accepted >= self.facts["threshold"]
        reason = None if is_accepted else "noise" if noise > speechless else "speechless"
        decision = "accepted" if is_accepted else "rejected"
        return {"decision": decision, "reason": reason, "p_accepted": accepted, "error": None}


def _load_pyfunc(path):
    return EarshotModel(Path(path))
'''


def export_mlflow_model(out: Path, request: ExportRequest, *, actor: Actor = COMMAND_LINE) -> ExportedModel:
    """Write the folder; the command is `mlflow models serve -m OUT`.

    Raises
    ------
    NotFound, Refused
        As `model_export.export_tablet_model`; and Refused with an expiry, which MLflow does not know.
    Conflict
        The folder is there and not empty.
    """
    authorisation.require_first(actor, Permission.DOWNLOAD_MODELS)
    if request.expires_on is not None:
        raise Refused("An export for MLflow cannot expire: leave out --expires, and take the version out of MLflow.")
    if out.exists() and any(out.iterdir()):
        raise Conflict(
            "{out} is not empty: name a new folder.",
            out=out,
        )
    chosen = model_export.choose_exported_threshold(request)
    _write(out, chosen)
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DOWNLOAD_MODELS)
        detail: JsonObject = {"threshold": chosen.threshold, "for": "MLflow", "source": chosen.source}
        audit.record(tx, actor.account_id, actor.name, "export model", chosen.model_id, detail)
    files = tuple(sorted(file for file in out.rglob("*") if file.is_file()))
    return ExportedModel(chosen, files, sum(file.stat().st_size for file in files))


def _write(out: Path, chosen: ExportedThreshold) -> None:
    model = model_export.load_small(chosen.model_id)
    if model.fusion is None:
        raise Refused(
            "{id} lacks the weights of its members: retrain.",
            id=model.id,
        )
    data, code = out / "data", out / "code"
    for member, spec in zip(model_export.members_of(model), model.spec.classifiers, strict=True):
        member.save(data / spec.slug)
    (data / FACTS).write_text(json.dumps(_facts(model, model.fusion, chosen), indent=2) + "\n")
    for room in ROOMS:
        shutil.copytree(CODE / room, code / "core" / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BELOW:
        shutil.copy(CODE / name, code / "core" / name)
    (code / f"{LOADER}.py").write_text(_LOADER)
    pins = [f"{name}=={version(name)}" for name in NEEDED]
    (out / "requirements.txt").write_text("\n".join(["mlflow", *pins]) + "\n")
    (out / "MLmodel").write_text(json.dumps(_ml_model(chosen), indent=2) + "\n")


def _facts(model: LoadedModel, fusion: Calibration, chosen: ExportedThreshold) -> JsonObject:
    return {
        "model": chosen.model_id,
        "threshold": chosen.threshold,
        "am_target": chosen.am_target,
        "certainty": None if chosen.certainty is None else chosen.certainty.value,
        "members": [spec.slug for spec in model.spec.classifiers],
        "fusion": {"weights": list(fusion.weights), "biases": list(fusion.biases), "n": fusion.n},
        "features": FAMILY,
        "min_duration_s": settings().min_duration_s,
        "max_duration_s": settings().max_duration_s,
    }


def _ml_model(chosen: ExportedThreshold) -> JsonObject:
    """YAML takes JSON as it is."""
    column = json.dumps([{"type": "binary", "name": "sound", "required": True}])
    return {
        "utc_time_created": session.now().isoformat(sep=" "),
        "flavors": {
            "python_function": {
                "loader_module": LOADER,
                "data": "data",
                "code": "code",
                "python_version": platform.python_version(),
                "env": {"virtualenv": "requirements.txt"},
            }
        },
        "signature": {"inputs": column, "outputs": None, "params": None},
        "metadata": {"earshot_model": chosen.model_id, "threshold": chosen.threshold, "am_target": chosen.am_target},
    }
