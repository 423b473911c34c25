"""How much the platform records on a day, as staff state it: turns shares into recordings a day."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.workflows.evaluation import platform_volume
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.words import say, say_count

READINGS, BAD = "volume_readings", "volume_bad"
USUAL_READINGS, USUAL_BAD = 1000, 0.5


def render_volume_popover(actor: Actor) -> None:
    """A button that opens two fields."""
    volume = platform_volume.current_volume()
    name = say("Per day: how much is read?")
    if volume:
        name = say_count("{n} reading a day", "{n} readings a day", volume.readings_a_day)
    with st.popover(name, icon=":material/calendar_today:"):
        estimate = platform_volume.estimated_bad_share()
        bad_share = volume.bad_share if volume else (estimate if estimate is not None else USUAL_BAD)
        st.number_input(
            say("Readings on a day"),
            min_value=1,
            max_value=platform_volume.MOST_A_DAY,
            value=volume.readings_a_day if volume else USUAL_READINGS,
            step=100,
            key=READINGS,
        )
        st.number_input(
            say("Of 100, how many are bad (noise or nothing read)?"),
            min_value=0.0,
            max_value=100.0,
            value=round(100 * bad_share, 1),
            step=1.0,
            key=BAD,
        )
        if estimate is not None:
            st.caption(
                say(
                    "Among the judged recordings it is {n} of 100. What children record on a day may differ: listen to "
                    "a hundred recordings of one day to know.",
                    n=formatting.in_hundred(estimate, 0),
                )
            )
        st.button(say("Show it per day"), key="volume_set", type="primary", on_click=_set, args=(actor,))


def _set(actor: Actor) -> None:
    def state() -> str:
        volume = platform_volume.PlatformVolume(int(st.session_state[READINGS]), float(st.session_state[BAD]) / 100)
        platform_volume.set_volume(volume, actor=actor)
        return say("Stored: the trade-off is also shown per day.")

    attempt(state)
