"""What a scorer tells of one recording, and how it travels between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from core.audio import acoustic_summary
from core.audio.acoustic_summary import AcousticSummary
from core.audio.features import FeatureFamily
from core.audio.sounds import Sound
from core.domain.json_types import JsonObject, list_of, number_of, number_or_none, object_of
from core.errors import EarshotError
from core.metrics.likeness import SoundReference
from core.workflows.evaluation import sound_likeness
from core.workflows.evaluation.sound_likeness import SoundLikeness
from core.workflows.training.model_folders import LoadedModel


@dataclass(frozen=True)
class ScoredSound:
    """One recording: its probabilities by a model, and what was measured of its sound.

    p_noise, p_speechless : None where the model's task does not separate them
    """

    p_accepted: float
    p_noise: float | None
    p_speechless: float | None
    duration_s: float
    summary: AcousticSummary
    likeness: SoundLikeness

    def as_json(self) -> JsonObject:
        return {
            "p": [self.p_accepted, self.p_noise, self.p_speechless],
            "duration_s": self.duration_s,
            "summary": {**asdict(self.summary)},
            "profile": [float(value) for value in self.likeness.profile],
            "unlike": self.likeness.unlike,
            "is_processed": self.likeness.is_processed,
        }

    @staticmethod
    def from_json(stored: JsonObject) -> ScoredSound:
        p_accepted, p_noise, p_speechless = (number_or_none(p) for p in list_of(stored["p"]))
        is_processed = stored["is_processed"]
        summary = {name: number_of(value, 0.0) for name, value in object_of(stored["summary"]).items()}
        return ScoredSound(
            p_accepted=number_of(p_accepted, 0.0),
            p_noise=p_noise,
            p_speechless=p_speechless,
            duration_s=number_of(stored["duration_s"], 0.0),
            summary=AcousticSummary(**summary),
            likeness=SoundLikeness(
                np.array([number_of(value, 0.0) for value in list_of(stored["profile"])]),
                number_or_none(stored["unlike"]),
                None if is_processed is None else bool(is_processed),
            ),
        )


@dataclass(frozen=True)
class SoundScorer:
    """A model in memory, with the families of features that it reads.

    reference : what its training recordings sound like; None where its card does not say
    """

    model: LoadedModel
    families: Mapping[str, FeatureFamily]
    reference: SoundReference | None

    def score(self, sound: Sound) -> ScoredSound:
        """The probabilities of a recording, and its measures.

        Raises
        ------
        EarshotError
            The model gives no probability.
        """
        p = self.model.predict(lambda name: [self.families[name].extract(sound.samples)])
        p_accepted, p_noise, p_speechless = (
            None if array is None else float(array[0]) for array in (p.p_accepted, p.p_noise, p.p_speechless)
        )
        if p_accepted is None:
            raise EarshotError(f"Model {self.model.id} gave no probability.")
        return ScoredSound(
            p_accepted,
            p_noise,
            p_speechless,
            sound.duration_s,
            acoustic_summary.hear(sound.samples),
            sound_likeness.compare(sound.samples, self.reference),
        )
