"""Whether more good readings are refused in class than the target allows: in words, at the top of the screen."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.sentences import live_sentences
from core.translation import translate
from core.workflows.deployment.live_alarms import AlarmState
from core.workflows.deployment.live_figures import LiveReport
from pages.components.markdown import plain


def render_alarm(report: LiveReport, alarm: AlarmState, account: Account) -> None:
    """An alarm with what to do; without one, what is known of AM."""
    speaks, target = account.speaks, report.deployment.operating_point.am_target
    judged = plain(live_sentences.judged_sentence(report.recent.am, target, speaks))
    if not alarm.alarms:
        st.info(judged, icon=":material/hearing:")
        return
    sentences = [plain(live_sentences.alarm_sentence(each, target, speaks)) for each in alarm.alarms]
    advice = translate(
        speaks,
        "Look below which source it is and what is different about its sound; adapt its threshold on Evaluate, Place "
        "by place, or deploy a lower one. The alarm stands until something else is deployed.",
    )
    title = translate(speaks, "Too many good readings are refused in class")
    st.error("  \n".join([*sentences, judged, advice]), title=title, icon=":material/notification_important:")
