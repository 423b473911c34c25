"""A small corpus out of nothing: words that pseudo-children read, and rooms in which nobody reads. Demonstration only.

`make(plan)` gives about 160 recordings of a few seconds, float32 mono at 16 kHz, in the class proportions of the
paper (Table 1: about 36 % Accepted, 18 % Noise, 46 % Speechless), each with the label it was built to have and how
clear a case it is. The same plan gives the same samples. Figures learnt from it say nothing about real classrooms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from core.audio.decoding import SAMPLE_RATE_HZ
from core.demonstration import acoustics
from core.demonstration.voices import SpeechEngine, Voice, speech_engine
from core.domain.labels import Label

SPELLED = {
    "en": (
        "apple animal because birthday bridge butterfly castle children elephant family flower forest friend garden "
        "holiday kitchen ladder library mountain morning orange picture rabbit river school summer thunder together "
        "tomorrow umbrella water window winter yellow"
    ),
    "fr": (
        "arbre bateau bonjour campagne chapeau château cheval chocolat école éléphant étoile famille fenêtre fleur "
        "forêt fromage grenouille histoire jardin lapin livre lumière maison montagne musique oiseau papillon "
        "parapluie poisson pomme printemps soleil vacances voiture"
    ),
}
WORDS = {language: words.split() for language, words in SPELLED.items()}
ACCENTS = {"en": ("en-us", "en-GB-x-rp", "en"), "fr": ("fr", "fr-BE", "fr-CH")}
TIMBRES = ("f1", "f2", "f3", "f4", "f5", "Annie", "belinda", "linda", "steph", "Alicia")
SOURCES = ("classroom tablet", "library tablet", "phone at home")


@dataclass(frozen=True)
class SynthesisPlan:
    """Every number that changes the corpus."""

    seed: int = 11
    n_recordings: int = 160
    n_children: int = 24
    first_day: datetime = datetime(2026, 3, 2, 9)


@dataclass(frozen=True)
class SyntheticChild:
    pseudonym: str
    language: str
    voice: Voice
    source: str


@dataclass(frozen=True)
class SyntheticRecording:
    """One recording. `clarity` in [0, 1]: 1 is a case that nobody doubts, 0 one on which people differ."""

    filename: str
    samples: np.ndarray
    language: str
    word: str
    child: str
    source: str
    collected_at: datetime
    label: Label
    clarity: float


@dataclass(frozen=True)
class _Scene:
    """What one recording is made in: who reads which word, and what else there is to hear."""

    word: np.ndarray
    babble: np.ndarray
    rng: np.random.Generator

    def draw_length(self) -> int:
        """How many samples the recording has: the word and some time around it."""
        return int(self.rng.uniform(1.6, 3.6) * SAMPLE_RATE_HZ) + len(self.word)


Take = tuple[np.ndarray, float]


def synthesise(plan: SynthesisPlan) -> list[SyntheticRecording]:
    """All recordings of the plan, children and kinds well mixed.

    Raises
    ------
    Unavailable
        espeak-ng cannot be loaded on this machine.
    """
    rng = np.random.default_rng(plan.seed)
    children = _children(plan.n_children, rng)
    kinds = _kinds(plan.n_recordings, rng)
    with speech_engine() as speaker:
        babble = {language: _babble(speaker, language, rng) for language in WORDS}
        return [
            _record(number, kind, children[number % len(children)], speaker, babble, plan)
            for number, kind in enumerate(kinds)
        ]


def _children(count: int, rng: np.random.Generator) -> list[SyntheticChild]:
    children = []
    for number in range(count):
        language = "fr" if number % 2 else "en"
        accent, timbre = rng.choice(ACCENTS[language]), rng.choice(TIMBRES)
        voice = Voice(
            f"{accent}+{timbre}",
            pitch=int(rng.integers(50, 95)),
            words_per_minute=int(rng.integers(105, 160)),
            raised=float(rng.uniform(1.15, 1.38)),
        )
        children.append(SyntheticChild(f"child-{number + 1:02d}", language, voice, str(rng.choice(SOURCES))))
    return children


def _kinds(count: int, rng: np.random.Generator) -> list[SceneKind]:
    shares = np.array([kind.share for kind in KINDS])
    # the largest remainders are rounded up, so the counts add up to `count`
    exact = shares / shares.sum() * count
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: count - counts.sum()]] += 1
    kinds = [kind for kind, n in zip(KINDS, counts, strict=True) for _ in range(n)]
    return [kinds[i] for i in rng.permutation(count)]


def _babble(speaker: SpeechEngine, language: str, rng: np.random.Generator) -> np.ndarray:
    """Ten seconds of nine children who all talk at once."""
    voices = [child.voice for child in _children(18, rng) if child.language == language]
    talkers = []
    for voice in voices:
        sentence = ", ".join(rng.choice(WORDS[language], size=14))
        talkers.append(np.resize(speaker.say(sentence, voice), 10 * SAMPLE_RATE_HZ))
    return acoustics.mixed([acoustics.rolled(talker, rng) for talker in talkers])


def _clarity(value: float, *, doubted: float, width: float) -> float:
    """0 where people differ most, 1 from `width` on to either side of it."""
    return float(np.clip(abs(value - doubted) / width, 0, 1))


def _record(
    number: int,
    kind: SceneKind,
    child: SyntheticChild,
    speaker: SpeechEngine,
    babble: dict[str, np.ndarray],
    plan: SynthesisPlan,
) -> SyntheticRecording:
    rng = np.random.default_rng([plan.seed, number])
    word = str(rng.choice(WORDS[child.language]))
    spoken = speaker.say(word, child.voice)
    samples, clarity = kind.take(_Scene(spoken, babble[child.language], rng))
    return SyntheticRecording(
        filename=f"{child.language}/{child.pseudonym}/{number + 1:03d}.flac",
        samples=np.clip(samples, -1, 1).astype(np.float32),
        language=child.language,
        word=word,
        child=child.pseudonym,
        source=child.source,
        collected_at=plan.first_day + timedelta(days=number // 8, minutes=7 * (number % 8)),
        label=kind.label,
        clarity=clarity,
    )


def _read_aloud(snr_db: tuple[float, float], peak: tuple[float, float]) -> Callable[[_Scene], Take]:
    """The word, in a room whose noise and babble together lie `snr_db` below it."""

    def take(scene: _Scene) -> Take:
        n, rng = scene.draw_length(), scene.rng
        snr = float(rng.uniform(*snr_db))
        word = acoustics.placed(acoustics.echoing(scene.word, rng), n, rng)
        around = acoustics.mixed(
            [acoustics.room_tone(n, rng), acoustics.crop(scene.babble, n, rng) * rng.uniform(0.1, 1.2)]
        )
        samples = acoustics.at_peak(word + acoustics.below(word, around, snr), float(rng.uniform(*peak)))
        return samples, _clarity(snr, doubted=5.0, width=6.0)

    return take


def _clipped(drive: tuple[float, float]) -> Callable[[_Scene], Take]:
    """The word, so loud that the microphone cannot follow: `drive` times full scale."""

    def take(scene: _Scene) -> Take:
        samples, _ = _read_aloud((8, 20), (1.0, 1.0))(scene)
        times = float(scene.rng.uniform(*drive))
        return np.clip(samples * times, -0.98, 0.98), _clarity(times, doubted=6.0, width=10.0)

    return take


def _knocked(scene: _Scene) -> Take:
    """The word, while the tablet is knocked about."""
    samples, _ = _read_aloud((12, 22), (0.3, 0.3))(scene)
    return acoustics.at_peak(samples + acoustics.knocks(len(samples), scene.rng, count=9), 0.9), 0.7


def _neighbour(scene: _Scene) -> Take:
    """A child at the next desk speaks, the one who was asked does not: like reading, but from further away."""
    far = scene.word
    for _ in range(3):
        far = acoustics.echoing(far, scene.rng)
    samples, _ = _read_aloud((2, 14), (0.02, 0.25))(replace(scene, word=far))
    return samples, 0.5


def _near_silence(scene: _Scene) -> Take:
    return acoustics.at_peak(
        acoustics.room_tone(scene.draw_length(), scene.rng), float(10 ** scene.rng.uniform(-3.6, -2.4))
    ), 1.0


def _empty_room(scene: _Scene) -> Take:
    return acoustics.at_peak(
        acoustics.room_tone(scene.draw_length(), scene.rng), float(scene.rng.uniform(0.02, 0.3))
    ), 1.0


def _far_babble(scene: _Scene) -> Take:
    """A class that talks, nobody at the microphone. The louder, the more it sounds like noisy reading."""
    n, rng = scene.draw_length(), scene.rng
    far = acoustics.muffled(acoustics.echoing(acoustics.crop(scene.babble, n, rng), rng))[:n]
    peak = float(rng.uniform(0.05, 0.5))
    return acoustics.at_peak(acoustics.mixed([far, 0.2 * acoustics.room_tone(n, rng)]), peak), 1 - peak


def _handled(scene: _Scene) -> Take:
    """Knocks and breath, no word."""
    n, rng = scene.draw_length(), scene.rng
    heard = acoustics.knocks(n, rng, count=4) + 0.4 * acoustics.breath(n, rng) + 0.02 * acoustics.room_tone(n, rng)
    return acoustics.at_peak(heard, float(rng.uniform(0.1, 0.7))), 0.9


@dataclass(frozen=True)
class SceneKind:
    """One way for a recording to come about, and how often."""

    label: Label
    share: float
    take: Callable[[_Scene], Take]


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
