"""What is known of one recording, in plain words for whoever teaches: the decision and why, the label and why."""

from __future__ import annotations

from collections.abc import Sequence

from core.audio.acoustic_summary import ComparedMeasure
from core.domain.decisions import RejectionReason
from core.domain.judgements import JudgedRecording
from core.domain.labels import JUDGEMENTS_PER_RECORDING, JudgingState, Label
from core.domain.model_verdicts import ModelVerdict
from core.domain.recording_history import LabelState, RecordingEvent, RecordingEventKind
from core.domain.selection import SelectionReason
from core.number_words import decimal, percent
from core.translation import mark, translate

REFUSED_BECAUSE = {
    RejectionReason.NOISE: mark(
        "{model} refuses this recording: other sounds are heard more clearly than one child reading."
    ),
    RejectionReason.SPEECHLESS: mark("{model} refuses this recording: hardly any reading is heard in it."),
    None: mark("{model} refuses this recording: it does not sound like a reading that can be judged."),
}
ACCEPTED_BECAUSE = mark(
    "{model} accepts this recording: it sounds like one child reading, clearly enough for speech recognition."
)
CHANCE = mark("It gives it a chance of {p} of being a good reading; from {threshold} on a recording is accepted.")
CLOSE = mark("That is close: a reading that sounds a little different could be decided the other way.")
SOUND_ALONE = mark("The decision is about the sound alone: it says nothing of how well the child reads.")
COMPARED_WITH_PEOPLE = {  # by whether people accept it, and whether the model refuses it
    (True, True): mark("People accept it, so this is a mistake of the model: a good reading is wrongly refused."),
    (True, False): mark("People accept it too: decided rightly."),
    (False, True): mark("People refuse it too, as {label}: caught."),
    (False, False): mark("People label it {label}, so this is a mistake of the model: it is let through."),
}
NO_LABEL_YET = mark("No label of people stands yet, so nobody can say whether that is right.")
STANDS_OUT = {  # by the measure, and whether it lies above what is usual
    ("level_dbfs", False): mark("The voice is quieter than in nine of ten good readings."),
    ("level_dbfs", True): mark("It is louder than nine of ten good readings."),
    ("above_background_db", False): mark("The voice hardly stands out from the sounds around it."),
    ("above_background_db", True): mark("It is quieter around the voice than in most good readings."),
    ("speech_s", False): mark("There is little that sounds like a voice: {seconds} s."),
    ("speech_s", True): mark("There is more voice than usual ({seconds} s): perhaps several people speak."),
}
NOTHING_STANDS_OUT = mark("Loudness, background and amount of speech are as in good readings.")
STATES = {
    JudgingState.UNJUDGED: mark("No judge has heard it yet."),
    JudgingState.ONE_JUDGEMENT: mark("One judge has labelled it; a second one is to hear it."),
    JudgingState.AWAITING_THIRD: mark("The judges differ, and a third one was asked to hear it."),
    JudgingState.DISAGREED: mark("The judges differ: it waits for a decision of staff."),
}
LABEL_STATES = {
    LabelState.EARLIER_ROUND: mark("of an earlier round: it does not count any more"),
    LabelState.TAKEN_BACK: mark("taken back by its judge"),
    LabelState.SET_ASIDE: mark("set aside by staff"),
    LabelState.REPEAT: mark("the same judge again, unannounced: it does not count"),
}
BROUGHT_BY = {
    SelectionReason.SHUFFLE: mark("came in the judge's own order"),
    SelectionReason.UNCERTAINTY: mark("came because a model was unsure of it"),
    SelectionReason.RANDOM: mark("came by chance, between those a model was unsure of"),
    SelectionReason.REPEAT: mark("came to the same judge once more"),
}
EVENTS = {
    RecordingEventKind.COLLECTED: mark("Recorded in {by}."),
    RecordingEventKind.IMPORTED: mark("Imported as {reason}."),
    RecordingEventKind.DECIDED_IN_CLASS: mark("A decision in class on it was drawn for judges."),
    RecordingEventKind.SENT_BACK: mark("{by} sent it back to two judges: {reason}"),
    RecordingEventKind.ROUND_WITHDRAWN: mark("That was taken back: the earlier labels count again."),
    RecordingEventKind.THIRD_JUDGE: mark("{by} asked a third judge."),
    RecordingEventKind.THIRD_JUDGE_WITHDRAWN: mark("The third judge was called back."),
    RecordingEventKind.LABELLED: mark("{by} labelled it {label}."),
    RecordingEventKind.LABEL_TAKEN_BACK: mark("{by} took the label {label} back."),
    RecordingEventKind.LABEL_SET_ASIDE: mark("Staff set the label {label} of {by} aside: {reason}"),
    RecordingEventKind.SETTLED: mark("{by} settled it as {label}: {reason}"),
    RecordingEventKind.SETTLING_UNDONE: mark("The decision {label} was taken back."),
    RecordingEventKind.FOR_PRACTICE: mark("Chosen for practice, with the answer {label}."),
    RecordingEventKind.IN_SNAPSHOT: mark("Frozen as {label} for a training; learned or tested by: {reason}"),
}
WITHOUT_REASON = {  # what is not known is left out
    RecordingEventKind.COLLECTED: mark("Recorded."),
    RecordingEventKind.IN_SNAPSHOT: mark("Frozen as {label} for a training."),
    RecordingEventKind.LABEL_SET_ASIDE: mark("Staff set the label {label} of {by} aside."),
    RecordingEventKind.SENT_BACK: mark("{by} sent it back to two judges."),
}


def verdict_sentences(verdict: ModelVerdict, label: Label | None, speaks: str = "en") -> list[str]:
    """The decision and why, its chance, whether it was close, and what people say to it."""
    because = REFUSED_BECAUSE[verdict.reason] if verdict.is_refused else ACCEPTED_BECAUSE
    sentences = [
        translate(speaks, because, model=verdict.model),
        translate(
            speaks,
            CHANCE,
            p=percent(verdict.p_accepted, speaks=speaks),
            threshold=percent(verdict.threshold, speaks=speaks),
        ),
    ]
    if verdict.is_close:
        sentences.append(translate(speaks, CLOSE))
    return [*sentences, compared_with_people(label, is_refused=verdict.is_refused, speaks=speaks)]


def compared_with_people(label: Label | None, *, is_refused: bool, speaks: str = "en") -> str:
    """Whether a decision is right by the label that stands."""
    if label is None:
        return translate(speaks, NO_LABEL_YET)
    template = COMPARED_WITH_PEOPLE[not label.is_rejected, is_refused]
    return translate(speaks, template, label=translate(speaks, label.value))


def sound_sentences(measures: Sequence[ComparedMeasure], speaks: str = "en") -> list[str]:
    """What stands out against good readings, the strongest first; [] where what is usual is not known."""
    if all(measure.low is None for measure in measures):
        return []
    beyond = sorted((measure for measure in measures if measure.beyond), key=lambda measure: -abs(measure.beyond))
    sentences = [
        translate(
            speaks, STANDS_OUT[measure.name, measure.beyond > 0], seconds=decimal(measure.value, 1, speaks=speaks)
        )
        for measure in beyond
    ]
    return sentences or [translate(speaks, NOTHING_STANDS_OUT)]


def consensus_sentence(judged: JudgedRecording, speaks: str = "en") -> str:
    """The label that stands and how it came about, or what is still waited for."""
    if judged.adjudication is not None:
        decision = judged.adjudication
        return translate(
            speaks,
            "{staff} settled it as {label}: {reason}",
            staff=decision.staff,
            label=translate(speaks, decision.label.value),
            reason=decision.reason,
        )
    if judged.consensus is None:
        return translate(speaks, STATES[judged.judging_state])
    n, label = len(judged.judgements), translate(speaks, judged.consensus.value)
    if n <= JUDGEMENTS_PER_RECORDING:
        return translate(speaks, "Both judges chose {label}.", label=label)
    votes = sum(judgement.label is judged.consensus for judgement in judged.judgements)
    return translate(speaks, "{votes} of {n} judges chose {label}.", votes=votes, n=n, label=label)


def event_sentence(event: RecordingEvent, speaks: str = "en") -> str:
    """One line of a recording's history."""
    is_known = bool(event.by) if event.kind is RecordingEventKind.COLLECTED else bool(event.reason)
    template = EVENTS[event.kind] if is_known else WITHOUT_REASON.get(event.kind, EVENTS[event.kind])
    label = translate(speaks, event.label.value) if event.label else ""
    return translate(speaks, template, by=event.by, label=label, reason=event.reason)
