"""The parameters of a cross-validation, and its steps with the seconds that each usually takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.json_types import JsonObject, number_of, text_of
from core.messages import Message
from core.workflows.paper import claim_repeats, module_load_time
from core.workflows.paper.paper_rows import ALL_LANGUAGES
from core.workflows.training.model_specs import PRODUCT, ModelSpec, specs_of

LABELS, MODULES, EPOCHS, TABLES = "Labels", "Modules", "Time of an epoch", "Tables"

# Seconds that a step usually takes, a network and fold, for the time left until an earlier job has shown better
USUAL_S = {"dnn": 6.0, "rnn": 25.0}
USUAL_FEATURES_S, USUAL_MODULE_S, USUAL_EPOCHS_S, USUAL_TABLES_S = 30.0, 12.0, 30.0, 10.0


@dataclass(frozen=True)
class CrossValidationParameters:
    """What is cross-validated besides the product's own model, and the language that teaches (or `ALL_LANGUAGES`)."""

    specs: tuple[ModelSpec, ...]
    n_folds: int
    seed: int
    trained_on: str

    @property
    def all_specs(self) -> tuple[ModelSpec, ...]:
        return *self.specs, PRODUCT

    @property
    def language(self) -> str:
        """Empty for all languages."""
        return "" if self.trained_on == ALL_LANGUAGES else self.trained_on

    @staticmethod
    def from_json(stored: JsonObject) -> CrossValidationParameters:
        n_folds, seed = (int(number_of(stored[name], 0)) for name in ("folds", "seed"))
        return CrossValidationParameters(specs_of(stored), n_folds, seed, text_of(stored["trained_on"]))

    def as_json(self) -> JsonObject:
        return {
            "folds": self.n_folds,
            "seed": self.seed,
            "trained_on": self.trained_on,
            "systems": [[spec.features, spec.kind, spec.task] for spec in self.specs],
        }


def families_of(specs: Sequence[ModelSpec]) -> list[str]:
    """The feature families that these models need, each once."""
    return list(dict.fromkeys(classifier.features for spec in specs for classifier in spec.classifiers))


def planned_steps(parameters: CrossValidationParameters) -> list[tuple[str | Message, float]]:
    """The name of every step, and the seconds that it usually takes."""
    specs, n_folds = parameters.all_specs, parameters.n_folds
    families = families_of(specs)
    n_modules = sum(module_load_time.has_module(family) for family in families)
    return [
        (LABELS, 0.5),
        *((features_step(family), USUAL_FEATURES_S) for family in families),
        (MODULES, n_modules * USUAL_MODULE_S),
        (EPOCHS, USUAL_EPOCHS_S * any(spec.kind == "rnn" for spec in specs)),
        *(
            (training_step(spec), n_folds * sum(USUAL_S.get(each.kind, 2.0) for each in spec.classifiers))
            for spec in specs
        ),
        (TABLES, USUAL_TABLES_S),
        (claim_repeats.STEP, 0.1),  # nothing, unless a claim seems to be wrong
    ]


def features_step(family: str) -> Message:
    """The name of the step that extracts the features of a family."""
    return Message("Features: {family}", {"family": family})


def training_step(spec: ModelSpec) -> Message:
    """The name of the step that trains a model in every fold."""
    return Message("{system}", {"system": spec.name})
