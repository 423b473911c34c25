"""Recordings as a model decides them, to be heard: what people said, what the models give, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.workflows.annotation import qualification_items
from core.workflows.evaluation import acoustic_explanation
from pages.components import formatting, screen_address
from pages.components.action_result import attempt
from pages.components.annotation.judge_again import A_DECISION, AGAIN, render_judge_again, round_note, send_back
from pages.components.charts import GREY
from pages.components.colours import SPEECHLESS
from pages.components.playback.acoustic_measures import measures_line
from pages.components.playback.player import Action, Bar, judgement_chips, playable, probability_bars, render_player

PAGE_SIZE = 20
EXAMPLE = "example"
ACTIONS = (Action("Label is wrong: back to the judges", AGAIN, "b"), Action("Keep to train judges", EXAMPLE, "k"))
FROM = "from"


def render_decided_recordings(
    items: Sequence[Any],
    *,
    model_id: str,
    threshold: float,
    key: str,
    actor: Actor,
    others: Mapping[int, Bar] | None = None,
) -> None:
    """A list of `deciding_cells.Decided`, with what can be done to each and to all of them.

    Parameters
    ----------
    model_id, threshold : whose p stand in the bars, and what it decides by
    others : a further bar for some recordings, such as what another model gives
    """
    examples = {one.recording.id for one in qualification_items.items()}
    heard = acoustic_explanation.explain_recordings([one.judged.recording.id for one in items], model_id=model_id)
    shown = [
        _playable(one, threshold, bar=(others or {}).get(one.judged.recording.id), note=_note(one, examples, heard))
        for one in items
    ]
    render_player(shown, key=key, actions=ACTIONS, on_answer=lambda one, choice: _act(one, choice, key, actor))
    settled = [one.judged.recording.id for one in items if one.judged.consensus]
    if settled:
        render_judge_again(settled, key=key, actor=actor, reason=A_DECISION)


def render_pager(total: int, *, key: str) -> int:
    """Where the page that is shown begins, with buttons to the page before and after; it stands in the address."""
    begin = min(screen_address.count_in_address(FROM), max(0, total - 1)) // PAGE_SIZE * PAGE_SIZE
    screen_address.put_in_address(FROM, str(begin) if begin else "")
    if total <= PAGE_SIZE:
        return begin
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name, to, icon in (
            ("Before", begin - PAGE_SIZE, "chevron_left"),
            ("Next", begin + PAGE_SIZE, "chevron_right"),
        ):
            st.button(
                name,
                key=f"{key}_{name.lower()}",
                icon=f":material/{icon}:",
                disabled=not 0 <= to < total,
                on_click=go_to_offset,
                args=(to,),
            )
        st.caption(f"{begin + 1:,} to {min(begin + PAGE_SIZE, total):,} of {total:,}")
    return begin


def go_to_offset(begin: int) -> None:
    screen_address.put_in_address(FROM, str(begin) if begin else "")


def _act(recording_id: int, choice: str, key: str, actor: Actor) -> None:
    if choice == AGAIN:
        send_back([recording_id], key, actor)
    elif choice == EXAMPLE:
        attempt(lambda: _keep(recording_id, actor))


def _keep(recording_id: int, actor: Actor) -> str:
    qualification_items.add(recording_id, actor=actor)
    return "Kept: new judges hear it when they begin."


def _playable(one: Any, threshold: float, *, bar: Bar | None, note: str) -> Any:
    bars = [*probability_bars(one, threshold=threshold)]
    if bar:
        bars.append(bar)
    if one.in_force and one.in_force.p_accepted is not None:
        bars.append(Bar("in force", one.in_force.p_accepted, GREY, one.in_force.threshold))
    return playable(one.judged.recording, chips=judgement_chips(one.judged), bars=bars, note=note)


def _note(one: Any, examples: set[int], heard: Mapping[int, Any]) -> str:
    said = [given.comment for given in one.judged.judgements if given.comment]
    said += filter(None, [round_note(one.judged)])
    if one.judged.consensus and one.judged.consensus is not one.label:
        said.append(f"{one.label.value} when this model learned, {one.judged.consensus.value} now.")
    if one.judged.recording.id in examples:
        said.append("An example for new judges.")
    if one.judged.recording.id in heard:
        said += _heard(heard[one.judged.recording.id])
    return " · ".join(said)


def _heard(explanation: Any) -> list[str]:
    """What was measured, and what stands out where the model knows what is usual."""
    is_known = any(one.low is not None for one in explanation.measured)
    return [measures_line(explanation), *([explanation.why] if is_known and explanation.why else [])]


def other_bar(name: str, p_accepted: float, threshold: float) -> Bar:
    """What another model gives, beside this one's bars."""
    return Bar(name, p_accepted, SPEECHLESS, threshold)


def recordings_caption(total: int, children: str) -> str:
    counted = formatting.counted(total, "recording")
    return f"{counted} of the {children} children, the worst first. The line is the threshold."
