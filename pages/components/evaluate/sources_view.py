"""Place by place: the threshold of each source, why it is that, and the way to one of its own."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.actor import Actor
from core.domain.sources import ThresholdBasis
from core.sentences import source_sentences
from core.translation import mark
from core.workflows.deployment import adaptation_preview, deployment_control, source_adaptation, source_thresholds
from core.workflows.deployment.adaptation_basis import LEAST
from core.workflows.deployment.adaptation_preview import AdaptationPreview
from core.workflows.deployment.source_adaptation import DRAWN, LEAST_DRAWN, MOST_DRAWN
from pages.components import formatting, screen_address
from pages.components.action_result import attempt
from pages.components.evaluate.deployment_dialogs import LONGEST_REASON
from pages.components.markdown import bold
from pages.components.words import language, say, say_count

REASON, N_DRAWN = "source_reason", "source_n_drawn"
HELP = mark(
    "Another microphone, room or task moves what the model says of a recording, though it still tells good from bad "
    "ones. A source can have a threshold of its own; the model stays."
)


def sources_view(actor: Actor) -> None:
    """Choose a source of the deployed model, see what is in force there, and change it."""
    if deployment_control.current_deployment() is None:
        st.info(say("Nothing is in force yet: deploy an operating point first, then sources can have thresholds too."))
        return
    names = source_adaptation.sources()
    if not names:
        st.info(
            say("No recording names a source. Fill in the column `source` of the manifest: a school, a device, a task.")
        )
        return
    st.caption(say(HELP))
    _render_own_thresholds()
    chosen = st.selectbox(
        say("Source"),
        names,
        index=names.index(screen_address.choice_in_address("source", names, names[0])),
        key="source",
    )
    screen_address.put_in_address("source", chosen)
    preview = adaptation_preview.preview(chosen)
    with st.container(border=True):
        st.markdown(formatting.plain(source_sentences.in_force_sentence(preview.in_force, speaks=language())))
        if preview.in_force.own and preview.in_force.own.reason:
            st.caption(formatting.plain(preview.in_force.own.reason))
        _render_steps(preview, chosen, actor)


def _render_own_thresholds() -> None:
    own = source_thresholds.own_thresholds()
    if own:
        listed = ", ".join(source_sentences.own_threshold_words(point, speaks=language()) for point in own)
        st.markdown(formatting.plain(say("Thresholds of their own: {listed}.", listed=listed)))


def _render_steps(preview: AdaptationPreview, source: str, actor: Actor) -> None:
    if preview.n_missing:
        st.caption(
            say_count(
                "{n} recording of this source without a prediction yet.",
                "{n} recordings of this source without a prediction yet.",
                preview.n_missing,
            )
        )
        st.button(
            say("Predict them"),
            icon=":material/calculate:",
            key="predict_source",
            on_click=_attempt,
            args=(lambda: _predict(source, actor),),
        )
    if preview.n < LEAST:
        st.info(
            say_count(
                "{n} recording of this source with a prediction, which the model did not learn from: at least {least} "
                "are needed, some hundreds are better.",
                "{n} recordings of this source with a prediction, which the model did not learn from: at least {least} "
                "are needed, some hundreds are better.",
                preview.n,
                least=LEAST,
            )
        )
        return
    st.text_input(say("Why?"), key=REASON, placeholder=say("Stored with the threshold"), max_chars=LONGEST_REASON)
    _render_without_labels(preview, source, actor)
    _render_with_labels(preview, source, actor)
    if preview.in_force.basis is not ThresholdBasis.COMMON:
        st.button(
            say("Back to the common threshold"),
            icon=":material/undo:",
            key="use_common",
            on_click=_attempt,
            args=(lambda: _use_common(source, actor),),
        )


def _render_without_labels(preview: AdaptationPreview, source: str, actor: Actor) -> None:
    st.markdown(bold(say("1. Without labels")))
    target = preview.in_force.point.am_target
    st.markdown(source_sentences.unlabelled_sentence(preview.unlabelled, target, speaks=language()))
    if preview.unlabelled.is_own:
        st.button(
            say("Use the estimate here"),
            icon=":material/tune:",
            key="adapt_unlabelled",
            on_click=_attempt,
            args=(lambda: _adapt(source, False, actor),),
        )


def _render_with_labels(preview: AdaptationPreview, source: str, actor: Actor) -> None:
    st.markdown(bold(say("2. With labels of this source")))
    if not preview.n_drawn:
        st.markdown(say("Draw some of its recordings, spread over p, for two judges: they come first on every desk."))
        st.number_input(say("Recordings to draw"), LEAST_DRAWN, MOST_DRAWN, DRAWN, step=10, key=N_DRAWN, width=180)
        st.button(
            say("Draw them for two judges"),
            icon=":material/colorize:",
            key="draw_source",
            on_click=_attempt,
            args=(lambda: _draw(source, actor),),
        )
        return
    share = min(1.0, preview.n_judged / preview.n_drawn)
    words = say(
        "{judged} of {drawn} drawn recordings are judged by two judges",
        judged=preview.n_judged,
        drawn=preview.n_drawn,
    )
    st.progress(share, text=words)
    if preview.judged is None:
        st.caption(formatting.plain(preview.judged_obstacle))
        return
    st.markdown(source_sentences.judged_sentence(preview.judged, speaks=language()))
    st.button(
        say("Use the judged threshold here"),
        type="primary",
        icon=":material/tune:",
        key="adapt_judged",
        on_click=_attempt,
        args=(lambda: _adapt(source, True, actor),),
    )


def _attempt(action: Callable[[], str]) -> None:
    attempt(action)


def _reason() -> str:
    return str(st.session_state.get(REASON, "")).strip()


def _predict(source: str, actor: Actor) -> str:
    source_adaptation.predict(source, actor=actor)
    return say("The recordings of {source} have their predictions.", source=source)


def _draw(source: str, actor: Actor) -> str:
    n = source_adaptation.draw(source, int(st.session_state.get(N_DRAWN, DRAWN)), actor=actor)
    return say_count(
        "{n} recording of {source} is drawn: judges get it first.",
        "{n} recordings of {source} are drawn: judges get them first.",
        n,
        source=source,
    )


def _adapt(source: str, with_labels: bool, actor: Actor) -> str:
    chosen = source_adaptation.adapt(source, with_labels=with_labels, reason=_reason(), actor=actor)
    return say("In force in {source}.", source=source_sentences.own_threshold_words(chosen, speaks=language()))


def _use_common(source: str, actor: Actor) -> str:
    source_adaptation.use_common(source, reason=_reason(), actor=actor)
    return say("{source} is decided at the common threshold again.", source=source)
