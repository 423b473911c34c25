"""A list of recordings that can be played: by mouse, and by keyboard (up, down, space or Enter).

The browser fetches a sound from `/audio/<recording id>`, which checks the sign-in, and only when it is to be played.
Labels are shown as coloured chips, probabilities as small bars.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import streamlit as st

from core.domain.judgements import JudgedRecording
from core.domain.labels import Label
from core.domain.recordings import Recording
from core.translation import mark
from pages.components import formatting
from pages.components.colours import ACCEPTED, BY_LABEL
from pages.components.words import language, say
from pages.http.browser_modules import component_script

FOLDER = Path(__file__).parent
ROW_HEIGHT_PX = 62
HEARD_S = "heard_s"  # the session's key: seconds by recording

HTML = """
<div class="frame"><div class="player" inert>
  <div class="wave" aria-hidden="true"><span class="now"></span><span class="pictures">
    <canvas class="waveform"></canvas><canvas class="spectrogram"></canvas></span><span class="clock"></span></div>
  <p class="status" role="alert" hidden></p>
  <div class="list" role="grid" tabindex="0" aria-label="Recordings"></div>
  <div class="help"><span class="moves"><kbd>↑</kbd> <kbd>↓</kbd> <span class="text-move">move</span> · </span>
    <kbd>␣</kbd> <span class="text-or">or</span> <kbd>↵</kbd> <span class="text-play">play and pause</span
    ><span class="keys"></span></div>
</div></div>
"""

TEXTS = {
    "list": mark("Recordings"),
    "move": mark("move"),
    "or": mark("or"),
    "play": mark("play and pause"),
    "play-title": mark("Play {title}"),
    "touch": mark("Press a key, or touch here, to hear it."),
    "missing": mark("Listen to {seconds} s more first."),
    "signed-out": mark("You are signed out. Sign in again to listen."),
    "forbidden": mark("You may not hear this recording."),
    "gone": mark("This recording is no longer there."),
    "unreachable": mark("This recording cannot be fetched."),
    "undecodable": mark("This browser cannot play this recording."),
}

_COMPONENT = st.components.v2.component(
    "earshot_player",
    html=HTML,
    css=(FOLDER / "player.css").read_text(encoding="utf-8"),
    js=component_script("playback/js/main.js"),
)


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


def render_player(
    items: Sequence[Playable],
    *,
    key: str,
    answers: Mapping[str, str] | None = None,
    on_answer: Callable[[int, str], None] | None = None,
    actions: Sequence[Action] = (),
    rows: int = 8,
    heard_first: HeardFirst | None = None,
    open_answers: Sequence[str] = (),
    is_drawn: bool = False,
    is_linked: bool = True,
) -> None:
    """Show the list.

    Parameters
    ----------
    answers : `event.code` or `event.key` -> the answer it gives for the selected recording, wherever the focus is;
        for a screen that shows one recording at a time. The sound then plays by itself.
    on_answer : called with the recording's id, as the browser saw it, and the answer, before the screen runs again.
        Where `open_answers` are, an answer may come a second time together with the one after it.
    actions : buttons on every row; their keys work on the selected row, where the list has the focus.
    rows : how many rows are visible before the list scrolls.
    heard_first : answers that wait until enough was heard; `seconds_heard` knows how much that was.
    open_answers : answers after which others may follow for the same recording.
    is_drawn : the first recording is fetched at once, and its spectrogram shown.
    is_linked : titles lead to the recording's page.
    """
    data = {
        "items": [asdict(item) for item in items],
        "keys": dict(answers or {}),
        "single": answers is not None,
        "actions": [asdict(action) for action in actions],
        "height": rows * ROW_HEIGHT_PX,
        "heard_first": asdict(heard_first or HeardFirst(0.0, ())),
        "open": list(open_answers),
        "texts": {name: say(text) for name, text in TEXTS.items()},
        "speaks": language(),
        "drawn": is_drawn,
        "linked": is_linked and answers is None,
    }

    def answered() -> None:
        chosen = st.session_state[key].chosen
        if chosen and on_answer:
            _note_heard(chosen)
            for choice in (*chosen.get("before", ()), chosen["choice"]):  # the screen may have missed the first
                on_answer(int(chosen["recording_id"]), str(choice))

    def heard() -> None:
        _note_heard(st.session_state[key].heard)

    _COMPONENT(key=key, data=data, on_chosen_change=answered, on_heard_change=heard)


def seconds_heard(recording_id: int) -> float:
    """What the player of this visit reported of a recording. The server believes no more than it sent."""
    return float(st.session_state.get(HEARD_S, {}).get(recording_id, 0.0))


def _note_heard(reported: Mapping[str, float | str] | None) -> None:
    if reported:
        heard_s: dict[int, float] = st.session_state.setdefault(HEARD_S, {})
        number = int(reported["recording_id"])
        heard_s[number] = max(heard_s.get(number, 0.0), float(reported.get("seconds", 0.0)))


def _chip(label: Label, who: str, title: str) -> Chip:
    return Chip(say(label.value), BY_LABEL[label], who, title)
