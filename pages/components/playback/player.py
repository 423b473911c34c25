"""A list of recordings that can be played: by mouse, and by keyboard (up, down, space or Enter).

The browser fetches a sound from `/audio/<recording id>`, which checks the sign-in, and only when it is to be played.
`playable_rows` has what stands in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from core.translation import mark
from pages.components.playback.playable_rows import Action, HeardFirst, Playable
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
