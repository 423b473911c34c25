"""Rows of the player: a recording with its labels as coloured chips and probabilities as small bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.judgements import JudgedRecording
from core.domain.labels import Label
from core.domain.recordings import Recording
from pages.components import formatting
from pages.components.colours import ACCEPTED, BY_LABEL
from pages.components.words import say


@dataclass(frozen=True)
class Chip:
    """A label of a judge. `who` is empty where it must not be shown."""

    label: str
    colour: str
    who: str = ""
    title: str = ""


@dataclass(frozen=True)
class Bar:
    """A share between 0 and 1, with the place of a threshold where there is one."""

    name: str
    share: float
    colour: str
    mark: float | None = None


@dataclass(frozen=True)
class Action:
    """A button on every row: its text, the answer it gives for the row's recording, the key that presses it."""

    text: str
    choice: str
    key: str = ""


@dataclass(frozen=True)
class Playable:
    """A row of the list."""

    id: int
    title: str
    detail: str
    language: str
    duration_s: float
    chips: tuple[Chip, ...] = ()
    bars: tuple[Bar, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class HeardFirst:
    """Answers that count only once so many seconds of the recording were heard."""

    needed_s: float
    answers: tuple[str, ...]


class ClassProbabilities(Protocol):
    """A model's probabilities for one recording; None where its task does not separate the classes."""

    @property
    def p_accepted(self) -> float: ...

    @property
    def p_noise(self) -> float | None: ...

    @property
    def p_speechless(self) -> float | None: ...


def playable(
    recording: Recording,
    *,
    chips: Sequence[Chip] = (),
    bars: Sequence[Bar] = (),
    note: str = "",
    more: Sequence[str] = (),
) -> Playable:
    """A recording as a row of the list; `more`: what else stands below its title."""
    known = (recording.child, recording.source, say("{seconds:.1f} s", seconds=recording.duration_s), *more)
    return Playable(
        id=recording.id,
        title=formatting.recording_title(recording),
        detail=" · ".join(part for part in known if part),
        language=recording.language,
        duration_s=recording.duration_s,
        chips=tuple(chips),
        bars=tuple(bars),
        note=note,
    )


def judgement_chips(judged: JudgedRecording, *, named: bool = True) -> tuple[Chip, ...]:
    """The judgements of a recording, and what staff decided where the judges differed.

    named : without names, the chips are in the order of the labels, which does not show whose is whose.
    """
    order = list(Label)
    judgements = judged.judgements
    if not named:
        judgements = tuple(sorted(judgements, key=lambda judgement: order.index(judgement.label)))
    chips = [_chip(judgement.label, judgement.judge if named else "", judgement.comment) for judgement in judgements]
    if judged.adjudication:
        chips.append(_chip(judged.adjudication.label, say("settled"), say(judged.adjudication.reason)))
    return tuple(chips)


def joined_note(judged: JudgedRecording, *remarks: str) -> str:
    """The judges' comments and further remarks in one line; empty ones are left out."""
    comments = [judgement.comment for judgement in judged.judgements]
    return " · ".join(part for part in (*comments, *remarks) if part)


def label_chip(label: Label) -> Chip:
    """A label without a name."""
    return _chip(label, "", "")


def probability_bars(probabilities: ClassProbabilities, *, threshold: float | None = None) -> tuple[Bar, ...]:
    """A bar a class; classes that the model does not separate are left out."""
    bars = [Bar(say("Accepted"), probabilities.p_accepted, ACCEPTED, threshold)]
    rest = ((Label.NOISE, probabilities.p_noise), (Label.SPEECHLESS, probabilities.p_speechless))
    return (*bars, *(Bar(say(label.value), share, BY_LABEL[label]) for label, share in rest if share is not None))


def _chip(label: Label, who: str, title: str) -> Chip:
    return Chip(say(label.value), BY_LABEL[label], who, title)
