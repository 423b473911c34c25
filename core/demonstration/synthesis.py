"""A small synthetic corpus: words that pseudo-children read, and rooms in which nobody reads. Demonstration only.

`synthesise(plan)` gives about 160 recordings of a few seconds, float32 mono at 16 kHz, in the class proportions of the
paper (Table 1: about 36 % Accepted, 18 % Noise, 46 % Speechless), each with the label it was built to have and how
clear a case it is. The same plan gives the same samples. Figures learnt from it say nothing about real classrooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio.sounds import SAMPLE_RATE_HZ
from core.demonstration import acoustics
from core.demonstration.scenes import KINDS, Scene, SceneKind
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
    """A pseudo-child: its language, its voice, and where its recordings come from."""

    pseudonym: str
    language: str
    voice: Voice
    source: str


@dataclass(frozen=True)
class SyntheticRecording:
    """A recording [shape=(n,), mono, 16 kHz]. `clarity` in [0, 1]: of 1 nobody doubts the label, at 0 people differ."""

    filename: str
    samples: Float32Array
    language: str
    word: str
    child: str
    source: str
    collected_at: datetime
    label: Label
    clarity: float


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


def _babble(speaker: SpeechEngine, language: str, rng: np.random.Generator) -> FloatArray:
    """Ten seconds of nine children who all talk at once."""
    voices = [child.voice for child in _children(18, rng) if child.language == language]
    talkers = []
    for voice in voices:
        sentence = ", ".join(rng.choice(WORDS[language], size=14))
        talkers.append(np.resize(speaker.say(sentence, voice), 10 * SAMPLE_RATE_HZ))
    return acoustics.mixed([acoustics.rolled(talker, rng) for talker in talkers])


def _record(
    number: int,
    kind: SceneKind,
    child: SyntheticChild,
    speaker: SpeechEngine,
    babble: dict[str, FloatArray],
    plan: SynthesisPlan,
) -> SyntheticRecording:
    rng = np.random.default_rng([plan.seed, number])
    word = str(rng.choice(WORDS[child.language]))
    spoken = speaker.say(word, child.voice)
    samples, clarity = kind.take(Scene(spoken, babble[child.language], rng))
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
