"""Kinds of recordings in the demonstration's corpus: each makes a waveform of a word and random background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import FloatArray
from core.audio.sounds import SAMPLE_RATE_HZ
from core.demonstration import acoustics
from core.domain.labels import Label


@dataclass(frozen=True)
class Scene:
    """The sounds that a recording is mixed from, and its source of chance."""

    word: FloatArray
    babble: FloatArray
    rng: np.random.Generator

    def draw_length(self) -> int:
        """How many samples the recording has: the word and some time around it."""
        return int(self.rng.uniform(1.6, 3.6) * SAMPLE_RATE_HZ) + len(self.word)


Take = tuple[FloatArray, float]
"""A waveform [shape=(n,)] and its clarity."""


def _clarity(value: float, *, doubted: float, width: float) -> float:
    """0 where people differ most, 1 from `width` on to either side of it."""
    return float(np.clip(abs(value - doubted) / width, 0, 1))


def _read_aloud(snr_db: tuple[float, float], peak: tuple[float, float]) -> Callable[[Scene], Take]:
    """The word, in a room whose noise and babble together lie `snr_db` below it."""

    def take(scene: Scene) -> Take:
        n, rng = scene.draw_length(), scene.rng
        snr = float(rng.uniform(*snr_db))
        word = acoustics.placed(acoustics.echoing(scene.word, rng), n, rng)
        around = acoustics.mixed(
            [acoustics.room_tone(n, rng), acoustics.crop(scene.babble, n, rng) * rng.uniform(0.1, 1.2)]
        )
        samples = acoustics.at_peak(word + acoustics.below(word, around, snr), float(rng.uniform(*peak)))
        return samples, _clarity(snr, doubted=5.0, width=6.0)

    return take


def _clipped(drive: tuple[float, float]) -> Callable[[Scene], Take]:
    """The word, so loud that the microphone cannot follow: `drive` times full scale."""

    def take(scene: Scene) -> Take:
        samples, _ = _read_aloud((8, 20), (1.0, 1.0))(scene)
        times = float(scene.rng.uniform(*drive))
        return np.clip(samples * times, -0.98, 0.98), _clarity(times, doubted=6.0, width=10.0)

    return take


def _knocked(scene: Scene) -> Take:
    """The word, while the tablet is knocked about."""
    samples, _ = _read_aloud((12, 22), (0.3, 0.3))(scene)
    return acoustics.at_peak(samples + acoustics.knocks(len(samples), scene.rng, count=9), 0.9), 0.7


def _neighbour(scene: Scene) -> Take:
    """A child at the next desk speaks, the reader does not: like reading, but from further away."""
    far = scene.word
    for _ in range(3):
        far = acoustics.echoing(far, scene.rng)
    samples, _ = _read_aloud((2, 14), (0.02, 0.25))(replace(scene, word=far))
    return samples, 0.5


def _near_silence(scene: Scene) -> Take:
    return acoustics.at_peak(
        acoustics.room_tone(scene.draw_length(), scene.rng), float(10 ** scene.rng.uniform(-3.6, -2.4))
    ), 1.0


def _empty_room(scene: Scene) -> Take:
    return acoustics.at_peak(
        acoustics.room_tone(scene.draw_length(), scene.rng), float(scene.rng.uniform(0.02, 0.3))
    ), 1.0


def _far_babble(scene: Scene) -> Take:
    """A class that talks, nobody at the microphone. The louder, the more it sounds like noisy reading."""
    n, rng = scene.draw_length(), scene.rng
    far = acoustics.muffled(acoustics.echoing(acoustics.crop(scene.babble, n, rng), rng))[:n]
    peak = float(rng.uniform(0.05, 0.5))
    return acoustics.at_peak(acoustics.mixed([far, 0.2 * acoustics.room_tone(n, rng)]), peak), 1 - peak


def _handled(scene: Scene) -> Take:
    """Knocks and breath, no word."""
    n, rng = scene.draw_length(), scene.rng
    sound = acoustics.knocks(n, rng, count=4) + 0.4 * acoustics.breath(n, rng) + 0.02 * acoustics.room_tone(n, rng)
    return acoustics.at_peak(sound, float(rng.uniform(0.1, 0.7))), 0.9


@dataclass(frozen=True)
class SceneKind:
    """A kind of recording: its label, its share of the corpus, and what draws its waveform."""

    label: Label
    share: float
    take: Callable[[Scene], Take]


# Classes overlap on purpose: people differ about such recordings, and models have something to get wrong
KINDS = (
    SceneKind(Label.ACCEPTED, 0.17, _read_aloud((14, 28), (0.15, 0.9))),
    SceneKind(Label.ACCEPTED, 0.10, _read_aloud((4, 14), (0.2, 0.9))),
    SceneKind(Label.ACCEPTED, 0.06, _read_aloud((8, 20), (0.02, 0.06))),
    SceneKind(Label.ACCEPTED, 0.03, _clipped((1.5, 8))),
    SceneKind(Label.NOISE, 0.05, _read_aloud((-6, 2), (0.2, 0.9))),
    SceneKind(Label.NOISE, 0.07, _read_aloud((1, 9), (0.2, 0.9))),
    SceneKind(Label.NOISE, 0.03, _clipped((5, 30))),
    SceneKind(Label.NOISE, 0.03, _knocked),
    SceneKind(Label.SPEECHLESS, 0.10, _near_silence),
    SceneKind(Label.SPEECHLESS, 0.09, _empty_room),
    SceneKind(Label.SPEECHLESS, 0.12, _far_babble),
    SceneKind(Label.SPEECHLESS, 0.08, _handled),
    SceneKind(Label.SPEECHLESS, 0.07, _neighbour),
)
