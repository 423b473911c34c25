"""How long recordings are kept, at a glance; the screen about consent and retention sets it."""

from __future__ import annotations

import streamlit as st

from core.sentences import retention_sentences
from core.workflows.maintenance import retention_outlook, retention_rules
from pages.components.words import language, say, say_count


def render_retention_overview() -> None:
    """The rules in words, the newest run of the server, and the way to the screen."""
    rules, runs = retention_rules.rules(), retention_outlook.runs()
    by_default = retention_sentences.keeping_time(language(), rules.default)
    lines = [say("Without a rule of their own, recordings are kept: {kept}.", kept=by_default)]
    if rules.of_sources:
        n = len(rules.of_sources)
        lines.append(say_count("{n} source has a rule of its own.", "{n} sources have a rule of their own.", n))
    if runs:
        lines.append(
            say(
                "The server looked on {day}: {n} recordings went, {postponed} wait for a judge or a job.",
                day=runs[0].day,
                n=runs[0].recordings,
                postponed=runs[0].postponed,
            )
        )
    st.markdown("  \n".join(lines))
    st.page_link("privacy.py", label=say("Consent and retention"), icon=":material/arrow_forward:")
