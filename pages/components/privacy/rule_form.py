"""Setting how long a source's recordings are kept: what would go is shown before anything is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.erasure import ModelsChoice
from core.domain.retention import MOST_DAYS, RetentionPreview, RetentionRule, RetentionRules, SourceRetention
from core.sentences import retention_sentences
from core.translation import mark, translate
from core.workflows.maintenance import retention_rules
from pages.components.action_result import attempt, showing_errors
from pages.components.markdown import plain
from pages.components.privacy.undo import UndoableChange, offer_undo

USUAL_DAYS = 365


class Kept(Enum):
    """How long, as it is chosen."""

    DAYS = "A number of days"
    UNTIL_ERASED = "Until somebody erases them"
    NO_OWN_RULE = "No rule of its own"


@dataclass(frozen=True)
class _ChosenRule:
    source: str | None
    keeping: Kept
    days: int
    models: ModelsChoice

    @property
    def limit(self) -> int | None:
        return self.days if self.keeping is Kept.DAYS else None


def render_rule_form(sources: Sequence[SourceRetention], account: Account) -> None:
    """The choice, what it would do now, and the button. For administrators."""
    speaks, actor = account.speaks, Actor.of(account)
    rules = retention_rules.rules()
    st.header(translate(speaks, "Set a rule"), anchor=False)
    st.caption(
        translate(
            speaks,
            "Days count from the recording, or from its import where that is not known. A rule begins to hold a day "
            "after it was set, so it can be taken back. What goes cannot be brought back; a signed receipt stays.",
        )
    )
    chosen = _choice(sources, rules, speaks)
    with showing_errors():
        expected = None
        if chosen.keeping is not Kept.NO_OWN_RULE:
            expected = retention_rules.preview_rule(chosen.source, chosen.limit, actor=actor)
            _render_preview(expected, speaks)
        _render_button(chosen, expected, rules, account)


def _choice(sources: Sequence[SourceRetention], rules: RetentionRules, speaks: str) -> _ChosenRule:
    with st.container(width=620):
        source = st.selectbox(
            translate(speaks, "For"),
            [None, *(known.source for known in sources)],
            format_func=lambda source: _name(source, speaks),
            accept_new_options=True,
            key="rule-source",
        )
        present = rules.default if source is None else rules.of_sources.get(source)
        key = "default" if source is None else f"of-{source}"  # the fields begin with the rule of each source
        keeping = st.radio(
            translate(speaks, "Keep its recordings"),
            [Kept.DAYS, Kept.UNTIL_ERASED, *([Kept.NO_OWN_RULE] if present else [])],
            index=1 if present and present.days is None else 0,
            format_func=lambda keeping: translate(speaks, keeping.value),
            key=f"rule-kept-{key}",
        )
        days = st.number_input(
            translate(speaks, "Days"),
            1,
            MOST_DAYS,
            value=present.days if present and present.days else USUAL_DAYS,
            key=f"rule-days-{key}",
            disabled=keeping is not Kept.DAYS,
        )
        models = st.radio(
            translate(speaks, "Models that learned from what goes"),
            list(ModelsChoice),
            index=list(ModelsChoice).index(present.models) if present else 0,
            format_func=lambda choice: _models_name(choice, speaks),
            key=f"rule-models-{key}",
            disabled=keeping is not Kept.DAYS,
        )
    return _ChosenRule(source, keeping, int(days), models or ModelsChoice.WITHDRAW)


def _render_preview(expected: RetentionPreview, speaks: str) -> None:
    lines = [plain(line) for line in retention_sentences.preview_lines(speaks, expected)]
    title = translate(speaks, "Nothing is set yet")
    if expected.due:
        st.warning("  \n".join(lines), title=title, icon=":material/auto_delete:")
    else:
        st.info("  \n".join(lines), title=title, icon=":material/preview:")


def _render_button(
    chosen: _ChosenRule, expected: RetentionPreview | None, rules: RetentionRules, account: Account
) -> None:
    speaks = account.speaks
    is_confirmed = True
    if expected is not None and expected.due:
        words = translate(speaks, "{n} recordings may go tomorrow; I have looked at what goes.", n=expected.due)
        is_confirmed = st.checkbox(words, key=f"rule-confirmed-{expected.due}-{chosen.source}")
    st.button(
        translate(
            speaks,
            mark("Take the rule away") if chosen.keeping is Kept.NO_OWN_RULE else mark("Set the rule"),
        ),
        type="primary",
        icon=":material/rule:",
        key="set-rule",
        disabled=not is_confirmed,
        on_click=_set,
        args=(chosen, rules, account),
    )


def _set(chosen: _ChosenRule, rules: RetentionRules, account: Account) -> None:
    """A seam for whoever wants the password again first: everything that sets a rule on this screen comes through."""
    actor = Actor.of(account)
    before = rules.default if chosen.source is None else rules.of_sources.get(chosen.source)

    def change() -> None:
        if chosen.keeping is Kept.NO_OWN_RULE:
            retention_rules.remove_rule(chosen.source, actor=actor)
        else:
            retention_rules.set_rule(chosen.source, chosen.limit, chosen.models, actor=actor)

    if attempt(change):
        name = plain(_name(chosen.source, account.speaks))
        sentence = translate(account.speaks, "The rule was changed: {source}.", source=name)
        offer_undo(UndoableChange(sentence, lambda: _put_back(chosen.source, before, actor)))


def _put_back(source: str | None, before: RetentionRule | None, actor: Actor) -> None:
    if before is None:
        retention_rules.remove_rule(source, actor=actor)
    else:
        retention_rules.set_rule(source, before.days, before.models, actor=actor)


def _name(source: str | None, speaks: str) -> str:
    if source is None:
        return translate(speaks, "All sources without a rule of their own")
    return retention_sentences.source_name(speaks, source)


def _models_name(choice: ModelsChoice, speaks: str) -> str:
    if choice is ModelsChoice.WITHDRAW:
        return translate(speaks, "Withdraw them")
    return translate(speaks, "Withdraw them, and train the same systems again on what is left")
