"""Two models at the same target: what one catches more than the other, how sure that is, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.actor import Actor
from core.domain.certainty import Certainty
from core.domain.models import Model
from core.translation import mark
from core.workflows.deployment import deployment_control
from core.workflows.deployment.gate_comparison import ShareDifference
from core.workflows.evaluation import model_comparison
from core.workflows.evaluation.model_comparison import ModelComparison
from pages.components import charts, formatting, screen_address
from pages.components.evaluate.decided_recordings import PAGE_SIZE, other_model_bar, render_decided_recordings
from pages.components.markdown import bold
from pages.components.pager import go_to, render_address_pager
from pages.components.words import say, say_count


@dataclass(frozen=True)
class DifferenceTexts:
    """What can be said of a difference of two models, by how clear it is."""

    more: str
    fewer: str
    maybe_more: str
    maybe_fewer: str
    alike: str
    unknown: str


CATCHES = DifferenceTexts(
    more=mark("**{first} catches {points} points more** than {second} (95 %: {ends})"),
    fewer=mark("**{first} catches {points} points fewer** than {second} (95 %: {ends})"),
    maybe_more=mark("which of them catches more **is not clear** ({points} points more for {first}; 95 %: {ends})"),
    maybe_fewer=mark("which of them catches more **is not clear** ({points} points fewer for {first}; 95 %: {ends})"),
    alike=mark("which of them catches more **is not clear** (no difference; 95 %: {ends})"),
    unknown=mark("which of them catches more is not known: there are no such recordings"),
)
REFUSES = DifferenceTexts(
    more=mark("**{first} wrongly refuses {points} points more** than {second} (95 %: {ends})"),
    fewer=mark("**{first} wrongly refuses {points} points fewer** than {second} (95 %: {ends})"),
    maybe_more=mark(
        "which of them wrongly refuses more **is not clear** ({points} points more for {first}; 95 %: {ends})"
    ),
    maybe_fewer=mark(
        "which of them wrongly refuses more **is not clear** ({points} points fewer for {first}; 95 %: {ends})"
    ),
    alike=mark("which of them wrongly refuses more **is not clear** (no difference; 95 %: {ends})"),
    unknown=mark("which of them wrongly refuses more is not known: there are no such recordings"),
)
FIRST, SECOND = "one", "other"  # as addresses name the two
RIGHT = "right"


def model_comparison_view(
    model: Model, models: Sequence[Model], am: float, actor: Actor, *, certainty: Certainty
) -> None:
    """Choose the other model, then the difference, the curves, and the recordings."""
    others = {other.id: other for other in models if other.id != model.id}
    if not others:
        st.info(say("There is one model only. Train another one to compare them."))
        return
    comparison = model_comparison.compare_models(model.id, _choose(others), am, certainty=certainty)
    _render_difference(comparison)
    alt = say("Caught against wrongly refused, for both models")
    st.plotly_chart(charts.two_models_chart(comparison), key="two_models", config=charts.NO_TOOLBAR, alt=alt)
    _render_differing_recordings(comparison, actor)


def _choose(others: Mapping[str, Model]) -> str:
    now = deployment_control.current_deployment()
    usual = now.operating_point.model_id if now and now.operating_point.model_id in others else next(iter(others))
    ids = list(others)
    chosen = st.selectbox(
        say("Against"),
        ids,
        index=ids.index(screen_address.choice_in_address("against", others, usual)),
        format_func=lambda model_id: f"{others[model_id].title} · {formatting.time_text(others[model_id].created_at)}",
        key="against",
        on_change=go_to,
        args=(0,),
    )
    screen_address.put_in_address("against", chosen)
    return str(chosen)


def _render_difference(comparison: ModelComparison) -> None:
    for column, side in zip(st.columns(2, gap="medium"), (comparison.first, comparison.second), strict=True):
        with column.container(border=True):
            st.markdown(f"**{formatting.plain(side.model.title)}**")
            st.markdown(
                say(
                    "{rcc} caught · {am} wrongly refused · threshold {threshold}",
                    rcc=formatting.percent(side.rcc),
                    am=formatting.percent(side.am),
                    threshold=formatting.decimal(side.threshold, 4),
                )
            )
    names = formatting.plain(comparison.first.model.title), formatting.plain(comparison.second.model.title)
    st.markdown(
        say_count(
            "At a target of {target}, each at the threshold of its own validation children, on the same {n} test "
            "recording: {caught}; {refused}.",
            "At a target of {target}, each at the threshold of its own validation children, on the same {n} test "
            "recordings: {caught}; {refused}.",
            comparison.n,
            target=formatting.percent(comparison.am_target),
            caught=_difference_text(comparison.difference.rcc, names, CATCHES),
            refused=_difference_text(comparison.difference.am, names, REFUSES),
        )
    )


def _difference_text(difference: ShareDifference, names: tuple[str, str], texts: DifferenceTexts) -> str:
    """`A catches 3.1 points more (0.4 to 6.0) than B`, or that the difference may be chance."""
    if not formatting.is_known(difference.value):
        return say(texts.unknown)
    is_more = difference.value > 0
    values = {
        "first": names[0],
        "second": names[1],
        "points": formatting.in_hundred(abs(difference.value)),
        "ends": formatting.signed_points(difference.low, difference.high),
    }
    if difference.is_clear:
        return say(texts.more if is_more else texts.fewer, **values)
    if round(abs(100 * difference.value), 1) == 0:
        return say(texts.alike, **values)
    return say(texts.maybe_more if is_more else texts.maybe_fewer, **values)


def _render_differing_recordings(comparison: ModelComparison, actor: Actor) -> None:
    st.markdown(bold(say("Where they differ")))
    counts = {FIRST: comparison.n_first_right, SECOND: comparison.n_second_right}
    right = _choose_side(comparison, counts)
    if not counts[right]:
        st.success(say("There is no such recording at this target."))
        return
    begin = render_address_pager(counts[right], size=PAGE_SIZE, key="apart")
    differing = model_comparison.differing_decisions(
        comparison.first.model.id,
        comparison.second.model.id,
        comparison.am_target,
        is_first_right=right == FIRST,
        certainty=comparison.certainty,
        offset=begin,
        limit=PAGE_SIZE,
    )
    st.caption(
        say(
            "The largest difference first. The bar named other is what the other model gives; each line is a threshold."
        )
    )
    other_bars = {
        decision.decided.judged.recording.id: other_model_bar(
            say("other"), decision.p_second, comparison.second.threshold
        )
        for decision in differing
    }
    render_decided_recordings(
        [decision.decided for decision in differing],
        model_id=comparison.first.model.id,
        threshold=comparison.first.threshold,
        key="apart_player",
        actor=actor,
        other_bars=other_bars,
    )


def _choose_side(comparison: ModelComparison, counts: Mapping[str, int]) -> str:
    names = {FIRST: comparison.first.model.title, SECOND: comparison.second.model.title}
    right = st.segmented_control(
        say("Who is right"),
        list(counts),
        default=screen_address.choice_in_address(RIGHT, counts, FIRST),
        format_func=lambda side: say("Only {model} is right · {n}", model=names[side], n=counts[side]),
        required=True,
        key=RIGHT,
        label_visibility="collapsed",
        on_change=go_to,
        args=(0,),
    )
    screen_address.put_in_address(RIGHT, str(right))
    return str(right)
