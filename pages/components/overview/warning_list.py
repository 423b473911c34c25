"""Warnings with their evidence, the way to what can be done, and a button that dismisses them until it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.labels import Role
from core.domain.standing_warnings import (
    AlarmFigures,
    BackupFigures,
    DiskFigures,
    GroupFigures,
    GroupKind,
    JudgeFigures,
    SourceFigures,
    StandingWarning,
)
from core.sentences import overview_sentences as sentences
from core.sentences.judge_sentences import verdict_sentences
from core.sentences.source_sentences import processing_advice
from core.workflows.annotation import judge_trust
from core.workflows.overview import warning_watch
from core.workflows.overview.warning_watch import WatchedWarning
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.markdown import plain
from pages.components.words import language, say, say_count

MOST_SHOWN = 8


@dataclass(frozen=True)
class WarningWords:
    """sentence : Markdown. screen, link, query : the way to what can be done."""

    sentence: str
    icon: str
    screen: str
    link: str
    query: dict[str, str] = field(default_factory=dict)
    is_grave: bool = False


def render_warnings(watched: Sequence[WatchedWarning], account: Account) -> None:
    """Those that nobody dismissed; the dismissed ones folded away, with who dismissed them and when."""
    shown = [each.warning for each in watched if each.dismissed is None]
    for warning in shown[:MOST_SHOWN]:
        _render_warning(warning, account)
    more = shown[MOST_SHOWN:]
    if more:
        title = say_count("{n} more warning", "{n} more warnings", len(more))
        with st.expander(title, icon=":material/expand_more:"):
            for warning in more:
                _render_warning(warning, account)
    _render_dismissed([each for each in watched if each.dismissed is not None], account)


def render_dismiss_button(warning: StandingWarning, account: Account) -> None:
    """The button, for screens that show a warning of one kind."""
    st.button(
        say("Dismiss"),
        key=f"dismiss-{warning.fingerprint[:12]}",
        type="tertiary",
        icon=":material/notifications_off:",
        help=say("Shown no more, to anybody, until its evidence changes. Who dismissed it stands in the audit log."),
        on_click=_dismiss,
        args=(warning, account),
    )


def _render_warning(warning: StandingWarning, account: Account) -> None:
    words = warning_words(warning, account.role)
    if words is None:
        return
    with st.container(gap="xxsmall"):
        show = st.error if words.is_grave else st.warning
        show(words.sentence, icon=f":material/{words.icon}:")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.page_link(
                f"{words.screen}.py", label=words.link, icon=":material/arrow_forward:", query_params=words.query
            )
            render_dismiss_button(warning, account)


def _render_dismissed(watched: Sequence[WatchedWarning], account: Account) -> None:
    if not watched:
        return
    title = say_count("{n} dismissed warning", "{n} dismissed warnings", len(watched))
    with st.expander(title, icon=":material/notifications_off:"):
        for each in watched:
            words, dismissed = warning_words(each.warning, account.role), each.dismissed
            if words is None or dismissed is None:
                continue
            who = say("Dismissed by {name}, {when}.", name=plain(dismissed.by), when=formatting.time_text(dismissed.at))
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"{words.sentence}  \n:small[{who}]", width="stretch")
                st.button(
                    say("Show again"),
                    key=f"show-again-{each.warning.fingerprint[:12]}",
                    type="tertiary",
                    on_click=_show_again,
                    args=(each.warning, account),
                )


def warning_words(warning: StandingWarning, role: Role) -> WarningWords | None:
    """A warning on the screen; None for one that went while the page was made."""
    speaks, figures = language(), warning.figures
    match figures:
        case AlarmFigures():
            sentence = plain(sentences.class_alarm_sentence(figures, speaks))
            link = say("See what happens in class")
            return WarningWords(sentence, "notification_important", "live", link, is_grave=True)
        case DiskFigures():
            sentence = plain(sentences.disk_sentence(figures, speaks))
            return WarningWords(sentence, "hard_drive", "administration", say("See the disks"), {"part": "health"})
        case JudgeFigures():
            return _judge_words(figures)
        case SourceFigures():
            return _source_words(figures)
        case BackupFigures():
            sentence, link = plain(sentences.backup_sentence(figures, speaks)), say("Go to backups")
            return WarningWords(sentence, "backup", "administration", link, {"part": "backups"})
        case GroupFigures():
            name = "language" if figures.kind is GroupKind.LANGUAGE else "source"
            sentence, link = plain(sentences.group_sentence(figures, speaks)), say("See its recordings")
            return WarningWords(sentence, "balance", "recordings", link, {name: figures.name})


def _judge_words(figures: JudgeFigures) -> WarningWords | None:
    verdict = next((each for each in judge_trust.known_verdicts() if each.judge == figures.judge), None)
    if verdict is None:
        return None
    sentence = plain(" ".join(verdict_sentences(verdict, language())))
    link = say("Listen to the newest labels of {judge}", judge=verdict.judge)
    return WarningWords(sentence, "hearing", "agreement", link, {"trusted": verdict.judge})


def _source_words(figures: SourceFigures) -> WarningWords:
    sentence = plain(sentences.unlike_source_sentence(figures, language()))
    advice = processing_advice(figures.differences, speaks=language())
    link = say("Give the source a threshold of its own")
    words = f"{sentence}\n\n{advice}" if advice else sentence
    return WarningWords(words, "hearing", "evaluate", link, {"tab": "sources"})


def _dismiss(warning: StandingWarning, account: Account) -> None:
    def act() -> str:
        warning_watch.dismiss(warning, actor=Actor.of(account))
        return say("Dismissed until its evidence changes")

    attempt(act)


def _show_again(warning: StandingWarning, account: Account) -> None:
    def act() -> str:
        warning_watch.show_again(warning, actor=Actor.of(account))
        return ""

    attempt(act)
