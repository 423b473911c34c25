"""Which model a scorer shall load, and from where: all that its process is told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.audio import features, hub_modules
from core.audio.features import FeatureFamily
from core.config import settings
from core.domain.catalogue import MODULE_OF_FAMILY
from core.domain.json_types import JsonObject, number_of, object_of, text_of
from core.learning import classical, plain_networks
from core.learning.classifier_kinds import Predictor
from core.workflows.evaluation import sound_likeness
from core.workflows.serving.scored_sound import SoundScorer
from core.workflows.training import feature_families, lite_store, model_folders


@dataclass(frozen=True)
class ScorerLimits:
    """Of one recording, and of the process.

    decoding_s : of a processor, for one recording
    memory_mb : that one recording may take, beyond what the process has once its model is loaded
    growth_mb : by which the process may have grown after an answer; then it is replaced
    """

    decoding_s: float = 5.0
    memory_mb: int = 384
    growth_mb: int = 256
    max_duration_s: float = 30.0
    min_duration_s: float = 0.1


@dataclass(frozen=True)
class ScorerOrder:
    """A model's folder, the modules that its features need, and what its training recordings sound like.

    modules : address of each family's module, "" for families without one
    reference : as the model's card has it
    """

    model_id: str
    folder: str
    modules: dict[str, str] = field(default_factory=dict)
    reference: JsonObject = field(default_factory=dict)
    limits: ScorerLimits = ScorerLimits()

    def as_json(self) -> JsonObject:
        return {
            "model_id": self.model_id,
            "folder": self.folder,
            "modules": {**self.modules},
            "reference": self.reference,
            "limits": {**asdict(self.limits)},
        }

    @staticmethod
    def from_json(stored: JsonObject) -> ScorerOrder:
        limits = {name: number_of(value, 0.0) for name, value in object_of(stored["limits"]).items()}
        return ScorerOrder(
            model_id=text_of(stored["model_id"]),
            folder=text_of(stored["folder"]),
            modules={name: text_of(address) for name, address in object_of(stored["modules"]).items()},
            reference=object_of(stored["reference"]),
            limits=ScorerLimits(
                decoding_s=limits["decoding_s"],
                memory_mb=int(limits["memory_mb"]),
                growth_mb=int(limits["growth_mb"]),
                max_duration_s=limits["max_duration_s"],
                min_duration_s=limits["min_duration_s"],
            ),
        )


def order_for(model_id: str, reference: JsonObject) -> ScorerOrder:
    """What loads a published model under the settings in force.

    Raises
    ------
    NotFound
        Its folder is not there.
    Refused
        It learned from features that this version of the code, or the module it is pointed at, computes differently.
    """
    folder = model_folders.folder_of(model_id)
    card = model_folders.read_card(folder)
    model_folders.check_features(card)
    values = settings()
    limits = ScorerLimits(
        decoding_s=values.decoding_limit_s,
        memory_mb=values.decoding_limit_mb,
        growth_mb=values.scorer_growth_mb,
        max_duration_s=values.max_duration_s,
        min_duration_s=values.min_duration_s,
    )
    modules = {family.name: _module(feature_families.family(family.name)) for family in card.families}
    return ScorerOrder(model_id, str(folder.absolute()), modules, reference, limits)


def load_plain(folder: Path) -> Predictor:
    """A classifier without TensorFlow."""
    return classical.load(folder) if (folder / classical.JSON).is_file() else plain_networks.load(folder)


def _module(family: FeatureFamily) -> str:
    """Where the family's module lies, as LiteRT runs it where it can; "" of a family without."""
    if not family.module:
        return ""
    is_cut_open = family.spec == hub_modules.VGGISH_CONVOLUTIONS  # its layers are taken out of the SavedModel
    converted = None if is_cut_open else lite_store.lite_address(MODULE_OF_FAMILY[family.name], family.module)
    return converted or family.module


def load(order: ScorerOrder) -> SoundScorer:
    """The model in memory, in this process; needs no settings and no database."""
    model = model_folders.load_folder(Path(order.folder), load_classifier=load_plain)
    families = {name: features.family(name, vggish=address, yamnet=address) for name, address in order.modules.items()}
    return SoundScorer(model, families, sound_likeness.reference_from_json(order.reference))
