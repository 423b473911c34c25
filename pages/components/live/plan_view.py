"""What judges hear of the class: the budget with what it will show, and which sources agreed."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.live_sampling import ALARM_LEVELS, MOST_JUDGEMENTS, LivePlan
from core.domain.recordings import LONGEST_CONSENT
from core.number_words import DASH, short_percent
from core.sentences import live_sentences
from core.sentences.retention_sentences import source_name
from core.translation import mark, translate
from core.workflows.deployment import live_figures, live_plan
from core.workflows.deployment.live_plan import SamplingObstacle, SourcePlan
from pages.components.action_result import attempt, show_last_result
from pages.components.markdown import bold, plain

BUDGET, LEVEL, SOURCE, REFERENCE = "live-budget", "live-level", "live-source", "live-reference"
STEP = 20
OBSTACLES = {
    SamplingObstacle.NO_BUDGET: mark("no judgements are planned"),
    SamplingObstacle.NO_CONSENT: mark("it has not agreed"),
    SamplingObstacle.NO_RETENTION: mark("no retention rule: its recordings would stay for good"),
}


@st.fragment
def render_plan(account: Account) -> None:
    """Two forms and a table."""
    show_last_result()
    speaks = account.speaks
    st.caption(
        translate(
            speaks,
            "A small share of what is decided is drawn, more of it near the threshold, and goes to judges: blind, "
            "among their other recordings. It is kept as long as the retention rule of its source says. Of a source "
            "that has not agreed, nothing is kept.",
        )
    )
    _render_budget(account)
    plans = live_plan.source_plans()
    _render_sources(plans, speaks)
    _render_consent(plans, account)


def _render_budget(account: Account) -> None:
    speaks, plan = account.speaks, live_plan.current_plan()
    with st.container(width=620):
        budget = st.number_input(
            translate(speaks, "Judgements a week for recordings from class"),
            0,
            MOST_JUDGEMENTS,
            value=plan.judgements_a_week,
            step=STEP,
            key=BUDGET,
            help=translate(speaks, "Two judges hear each recording, so 120 judgements are enough for 60 recordings."),
        )
        level = st.radio(
            translate(speaks, "A false alarm comes, ever, in at most"),
            list(ALARM_LEVELS),
            index=ALARM_LEVELS.index(plan.false_alarms),
            format_func=lambda share: translate(
                speaks, "{percent} of deployments", percent=short_percent(share, speaks=speaks)
            ),
            key=LEVEL,
            horizontal=True,
        )
    seen = live_figures.outlook(int(budget))
    words = live_sentences.outlook_sentence(seen.recordings_a_week, seen.half_width_week, seen.half_width_month, speaks)
    st.info(plain(words), icon=":material/visibility:")
    chosen = LivePlan(int(budget), float(level or plan.false_alarms))
    st.button(
        translate(speaks, "Set the plan"),
        type="primary",
        icon=":material/task_alt:",
        key="set-live-plan",
        disabled=chosen == plan,
        on_click=_set_plan,
        args=(chosen, account),
    )


def _render_sources(plans: list[SourcePlan], speaks: str) -> None:
    st.header(translate(speaks, "Sources"), anchor=False)
    if not plans:
        st.caption(translate(speaks, "No program has named a source yet, and none has agreed."))
        return
    st.dataframe(
        [
            {
                translate(speaks, "Source"): source_name(speaks, plan.source),
                translate(speaks, "Agreed by"): (plan.consent.reference if plan.consent else "") or DASH,
                translate(speaks, "Days kept"): str(plan.days) if plan.days else DASH,
                translate(speaks, "Decisions in 7 days"): plan.decisions,
                translate(speaks, "Drawn a week"): f"{plan.recordings:.0f}" if plan.rate else DASH,
                translate(speaks, "Why none"): translate(speaks, OBSTACLES[plan.obstacle]) if plan.obstacle else "",
            }
            for plan in plans
        ],
        hide_index=True,
        alt=translate(speaks, "What is drawn of each source"),
        key="live-plans",
    )


def _render_consent(plans: list[SourcePlan], account: Account) -> None:
    speaks = account.speaks
    st.markdown(bold(translate(speaks, "A source agrees, or does no more")))
    with st.container(width=620):
        chosen = st.selectbox(
            translate(speaks, "Source"),
            [plan.source for plan in plans if plan.source],
            index=None,
            accept_new_options=True,
            key=SOURCE,
            placeholder=translate(speaks, "As programs name it"),
        )
        present = next((plan.consent for plan in plans if plan.source == chosen), None)
        st.text_input(
            translate(speaks, "What shows that it agreed"),
            value=present.reference if present else "",
            max_chars=LONGEST_CONSENT,
            key=f"{REFERENCE}-{chosen}",
            placeholder=translate(speaks, "The number of a contract, or words; empty: it does not agree"),
        )
        st.button(
            translate(speaks, "Write it down"),
            icon=":material/handshake:",
            key="set-live-consent",
            disabled=not chosen,
            on_click=_set_consent,
            args=(chosen or "", account),
        )


def _set_plan(plan: LivePlan, account: Account) -> None:
    def change() -> str:
        live_plan.set_plan(plan, actor=Actor.of(account))
        return translate(account.speaks, "The plan is in force.")

    attempt(change)


def _set_consent(source: str, account: Account) -> None:
    reference = str(st.session_state.get(f"{REFERENCE}-{source}", ""))

    def change() -> str:
        live_plan.set_consent(source, reference, actor=Actor.of(account))
        return translate(account.speaks, "Written down for {source}.", source=source)

    attempt(change)
