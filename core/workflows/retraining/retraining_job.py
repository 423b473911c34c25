"""The parameters and the result of a retraining: the JSON of its job, parsed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.domain.jobs import Job
from core.domain.json_types import JsonObject, JsonValue, number_of, objects_of, text_of
from core.workflows.training.model_specs import ModelSpec, changes_of, specs_of


@dataclass(frozen=True)
class RetrainingParameters:
    """What to train.

    predicts_unlabelled : whether the best new model is also applied to recordings without a label
    without_lost : whether recordings whose bytes are lost are left out
    """

    specs: tuple[ModelSpec, ...]
    seed: int
    predicts_unlabelled: bool = False
    without_lost: bool = False

    @staticmethod
    def from_json(stored: JsonObject) -> RetrainingParameters:
        changes = changes_of(stored.get("changes"))
        specs = tuple(replace(spec, changes=changes) for spec in specs_of(stored))
        return RetrainingParameters(
            specs,
            int(number_of(stored["seed"], 0)),
            predicts_unlabelled=bool(stored.get("pool")),
            without_lost=bool(stored.get("without_lost")),
        )

    def as_json(self) -> JsonObject:
        changes = self.specs[0].changes if self.specs else ()
        return {
            "systems": [[spec.features, spec.kind, spec.task] for spec in self.specs],
            "changes": [[name, value] for name, value in changes],
            "seed": self.seed,
            "pool": self.predicts_unlabelled,
            "without_lost": self.without_lost,
        }


@dataclass(frozen=True)
class PublishedModel:
    """A model that a retraining published; `seconds` are those of its features and its training."""

    id: str
    name: str
    seconds: float


@dataclass(frozen=True)
class RetrainingResult:
    """The new models, the one in force (or the best of them while none is), and the best by f(0.10) on validation."""

    models: tuple[PublishedModel, ...] = ()
    champion: str | None = None
    best: str | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> RetrainingResult:
        """Empty for a job that has not published anything."""
        models = tuple(
            PublishedModel(text_of(model["id"]), text_of(model["name"]), number_of(model["seconds"], 0.0))
            for model in objects_of(stored.get("models"))
        )
        return RetrainingResult(models, _id(stored.get("champion")), _id(stored.get("best")))

    def as_json(self) -> JsonObject:
        models: list[JsonValue] = [{"id": each.id, "name": each.name, "seconds": each.seconds} for each in self.models]
        return {"models": models, "champion": self.champion, "best": self.best}


def trained_specs(job: Job) -> tuple[ModelSpec, ...]:
    """The specs that a retraining, or a cross-validation, trains."""
    return specs_of(job.parameters)


def _id(value: object) -> str | None:
    return value if isinstance(value, str) else None
