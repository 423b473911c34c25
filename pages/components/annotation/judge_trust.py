"""How far each judge's labels can be trusted: a verdict in words, the newest labels to hear, setting labels aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.set_asides import SetAside
from core.sentences.judge_sentences import (
    counted_again_sentence,
    set_aside_sentence,
    verdict_sentences,
    verdict_words,
)
from core.translation import mark
from core.workflows.annotation import judge_trust, setting_aside
from core.workflows.annotation.judge_trust import Evidence, JudgeVerdict
from core.workflows.overview import warning_watch
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.overview.warning_list import render_dismiss_button
from pages.components.playback.playable_rows import joined_note, judgement_chips, playable
from pages.components.playback.player import render_player
from pages.components.words import say, say_count

OTHERS, ALSO = mark("Other judges only"), mark("This judge as well, who has rested")


def render_judge_trust(account: Account) -> None:
    """A verdict for each judge, then one judge to listen to, and what is set aside."""
    verdicts = judge_trust.verdicts()
    if verdicts:
        st.header(say("Can the labels be trusted?"), anchor=False)
        _render_raised(verdicts, account)
        _render_table(verdicts, account.speaks)
        _render_judge(verdicts, account)
    _render_set_asides(setting_aside.set_asides_of_all(), account)


def _render_raised(verdicts: Sequence[JudgeVerdict], account: Account) -> None:
    """A warning for each judge in doubt, with a button that dismisses it; of a dismissed one who did and when."""
    raised = {warning_watch.judge_warning(verdict): verdict for verdict in verdicts if verdict.is_raised}
    dismissed = warning_watch.dismissed_among(raised)
    for warning, verdict in raised.items():
        sentence = formatting.plain(" ".join(verdict_sentences(verdict, account.speaks)))
        dismissal = dismissed.get(warning.fingerprint)
        if dismissal is None:
            st.warning(sentence, icon=":material/hearing:")
            render_dismiss_button(warning, account)
        else:
            when = formatting.time_text(dismissal.at)
            who = say("Dismissed by {name}, {when}.", name=formatting.plain(dismissal.by), when=when)
            st.caption(f"{sentence} {who}")


def _render_table(verdicts: Sequence[JudgeVerdict], language: str) -> None:
    rows = [
        {
            say("Judge"): formatting.plain(verdict.judge),
            say("Labels"): verdict_words(verdict.verdict, language),
            say("Same as the others"): _share(verdict.agreement),
            say("Same when heard again"): _share(verdict.repeats),
            say("Right where staff settled"): _share(verdict.settled),
            say("Labels an hour"): formatting.decimal(verdict.pace, 0),
        }
        for verdict in verdicts
    ]
    st.table(rows, border="horizontal", alt=say("How far each judge's labels can be trusted"))
    st.caption(
        say(
            "Checked with every label: agreement with others, the same recording heard twice, and disagreements that "
            "staff settled. At most one careful judge of 100 is called into doubt in 2,000 labels."
        )
    )


def _share(evidence: Evidence) -> str:
    if not evidence.n:
        return formatting.DASH
    return say("{share} of {n:,}", share=formatting.percent(evidence.share_same, digits=0), n=evidence.n)


def _render_judge(verdicts: Sequence[JudgeVerdict], account: Account) -> None:
    names = [verdict.judge for verdict in verdicts]
    first = 0 if verdicts[0].is_raised else None
    judge = st.selectbox(
        say("Listen to the last labels of"),
        names,
        index=first,
        key="trusted",
        bind="query-params",
        placeholder=say("A judge"),
    )
    verdict = next((each for each in verdicts if each.judge == judge), None)
    if verdict is None:
        return
    st.markdown(formatting.plain(" ".join(verdict_sentences(verdict, account.speaks))))
    newest = judge_trust.newest_labels(verdict.judge)
    of_judge = say_count(
        "**Listen to the last label of {judge}**",
        "**Listen to the last {n} labels of {judge}**, newest first",
        len(newest),
        judge=formatting.plain(verdict.judge),
    )
    st.markdown(of_judge)
    items = [playable(judged.recording, chips=judgement_chips(judged), note=joined_note(judged)) for judged in newest]
    render_player(items, key="last_labels", rows=max(len(items), 1))
    with st.expander(say("Set labels aside"), icon=":material/playlist_remove:"):
        _render_form(verdict, account)


def _render_form(verdict: JudgeVerdict, account: Account) -> None:
    st.caption(
        say(
            "They stay stored and no longer count: not for the label that stands, not for agreement, not for training. "
            "The recordings go to judges again. You can make the labels count again. Models that learned from them "
            "stay as they are."
        )
    )
    now = formatting.local_time(datetime.now(UTC).replace(second=0, microsecond=0)) + timedelta(minutes=1)
    begins_at = verdict.begins_at and formatting.local_time(verdict.begins_at.replace(second=0, microsecond=0))
    begin = begins_at or now - timedelta(days=1)
    with st.grid(2, min_column_width=260):
        left, right = st.container(), st.container()
    with left:
        st.datetime_input(formatting.zone_note(say("From")), value=begin, key=f"aside_from_{verdict.judge}")
    with right:
        st.datetime_input(formatting.zone_note(say("To")), value=now, key=f"aside_to_{verdict.judge}")
    st.radio(say("Who judges these recordings again"), [OTHERS, ALSO], format_func=say, key="aside_who")
    st.text_input(say("Why set aside"), key="aside_why", max_chars=300)
    st.button(say("Set these labels aside"), key="aside", on_click=_set_aside, args=(verdict.judge, account))


def _set_aside(judge: str, account: Account) -> None:
    def act() -> str:
        aside = setting_aside.set_aside(
            judge,
            formatting.utc_time(st.session_state[f"aside_from_{judge}"]),
            formatting.utc_time(st.session_state[f"aside_to_{judge}"]),
            str(st.session_state.get("aside_why", "")),
            is_for_others=st.session_state.get("aside_who") != ALSO,
            actor=Actor.of(account),
        )
        return formatting.plain(set_aside_sentence(aside, account.speaks, time_text=formatting.moment_text))

    attempt(act)


def _render_set_asides(set_asides: Sequence[SetAside], account: Account) -> None:
    if not set_asides:
        return
    title = say_count("Labels set aside: {n} period", "Labels set aside: {n} periods", len(set_asides))
    with st.expander(title, icon=":material/playlist_remove:"):
        for aside in set_asides:
            st.markdown(formatting.plain(set_aside_sentence(aside, account.speaks, time_text=formatting.moment_text)))
            if aside.undone_at is None:
                key = f"count_again_{aside.id}"
                again = (aside.id, account)
                st.button(say("Count them again"), key=key, type="tertiary", on_click=_count_again, args=again)


def _count_again(set_aside_id: int, account: Account) -> None:
    def act() -> str:
        again = setting_aside.count_again(set_aside_id, actor=Actor.of(account))
        return counted_again_sentence(again, account.speaks)

    attempt(act)
