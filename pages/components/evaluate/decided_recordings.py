"""Recordings with a model's decision, to be heard: their labels, the model's probabilities, and what can be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.domain.actor import Actor
from core.domain.labels import Split
from core.sentences.acoustic_sentences import deviation_sentence
from core.translation import mark
from core.workflows.annotation import qualification_items
from core.workflows.evaluation import acoustic_explanation
from core.workflows.evaluation.acoustic_explanation import AcousticExplanation
from core.workflows.evaluation.confusion import DecidedRecording
from pages.components.action_result import attempt
from pages.components.annotation.judge_again import A_DECISION, AGAIN, render_judge_again, round_note, send_back
from pages.components.charts import GREY
from pages.components.colours import SPEECHLESS
from pages.components.playback.acoustic_measures import measures_line
from pages.components.playback.playable_rows import (
    Action,
    Bar,
    Playable,
    joined_note,
    judgement_chips,
    playable,
    probability_bars,
)
from pages.components.playback.player import render_player
from pages.components.words import language, say, say_count

PAGE_SIZE = 20
EXAMPLE = "example"
CAPTIONS = {
    Split.TEST: (
        mark("{n} recording of the test children. The line is the threshold."),
        mark("{n} recordings of the test children, the worst first. The line is the threshold."),
    ),
    Split.VALIDATION: (
        mark("{n} recording of the validation children. The line is the threshold."),
        mark("{n} recordings of the validation children, the worst first. The line is the threshold."),
    ),
}


def render_decided_recordings(
    items: Sequence[DecidedRecording],
    *,
    model_id: str,
    threshold: float,
    key: str,
    actor: Actor,
    other_bars: Mapping[int, Bar] | None = None,
) -> None:
    """A list of recordings, with what can be done with each and with all of them.

    Parameters
    ----------
    model_id, threshold : whose p stand in the bars, and what it decides by
    other_bars : a further bar for some recordings, by the recording's id, such as what another model gives
    """
    examples = {item.recording.id for item in qualification_items.items()}
    ids = [decided.judged.recording.id for decided in items]
    explanations = acoustic_explanation.explain_recordings(ids, model_id=model_id)
    rows = [
        _playable(
            decided,
            threshold,
            other_bar=(other_bars or {}).get(number),
            note=_note(decided, examples, explanations.get(number)),
        )
        for number, decided in zip(ids, items, strict=True)
    ]
    render_player(
        rows,
        key=key,
        actions=_actions(),
        on_answer=lambda recording_id, choice: _act(recording_id, choice, key, actor),
    )
    settled = [decided.judged.recording.id for decided in items if decided.judged.consensus]
    if settled:
        render_judge_again(settled, key=key, actor=actor, reason=A_DECISION)


def recordings_caption(total: int, split: Split) -> str:
    return say_count(*CAPTIONS[split], total)


def _actions() -> tuple[Action, Action]:
    return (
        Action(say("Label is wrong: back to the judges"), AGAIN, "b"),
        Action(say("Use to train judges"), EXAMPLE, "k"),
    )


def other_model_bar(name: str, p_accepted: float, threshold: float) -> Bar:
    """What another model gives, beside this one's bars."""
    return Bar(name, p_accepted, SPEECHLESS, threshold)


def _act(recording_id: int, choice: str, key: str, actor: Actor) -> None:
    if choice == AGAIN:
        send_back([recording_id], key, actor)
    elif choice == EXAMPLE:
        attempt(lambda: _add_example(recording_id, actor))


def _add_example(recording_id: int, actor: Actor) -> str:
    qualification_items.add(recording_id, actor=actor)
    return say("Added: new judges hear it when they begin.")


def _playable(decided: DecidedRecording, threshold: float, *, other_bar: Bar | None, note: str) -> Playable:
    bars = [*probability_bars(decided, threshold=threshold)]
    if other_bar:
        bars.append(other_bar)
    if decided.in_force and decided.in_force.p_accepted is not None:
        bars.append(Bar(say("in force"), decided.in_force.p_accepted, GREY, decided.in_force.threshold))
    return playable(decided.judged.recording, chips=judgement_chips(decided.judged), bars=bars, note=note)


def _note(decided: DecidedRecording, examples: Collection[int], explanation: AcousticExplanation | None) -> str:
    judged = decided.judged
    remarks = [round_note(judged)]
    if judged.consensus and judged.consensus is not decided.label:
        remarks.append(
            say(
                "{then} when this model learned, {now} now.",
                then=say(decided.label.value),
                now=say(judged.consensus.value),
            )
        )
    if judged.recording.id in examples:
        remarks.append(say("An example for new judges."))
    if explanation is not None:
        remarks.append(measures_line(explanation))
        if any(measure.low is not None for measure in explanation.measured):  # what is usual is known
            remarks.append(deviation_sentence(explanation.summary, explanation.measured, language()))
    return joined_note(judged, *remarks)
