"""What the Overview says: the next action and why, and warnings with their evidence, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.domain.live import LiveAlarm
from core.domain.next_action import NextAction, WorkFigures
from core.domain.standing_warnings import (
    WARNING_RULE,
    AlarmFigures,
    BackupFigures,
    DiskFigures,
    GroupFigures,
    GroupKind,
    SourceFigures,
)
from core.number_words import day_words, decimal, percent
from core.sentences.live_sentences import alarm_sentence
from core.sentences.source_sentences import differences_sentence
from core.translation import mark, translate, translate_count

GB = 1_000_000_000


@dataclass(frozen=True)
class ActionWords:
    """title : what to do, a few words. reason : why now, with figures. button : what the button does."""

    title: str
    reason: str
    button: str


@dataclass(frozen=True)
class ActionTexts:
    """The messages of an action; where its reason counts something, `reason` is of one and `plural` of several.

    counted : what the reason counts
    """

    title: str
    reason: str
    button: str
    plural: str = ""
    counted: Callable[[WorkFigures], int] = lambda _work: 0


TEXTS: dict[NextAction, ActionTexts] = {
    NextAction.IMPORT: ActionTexts(
        mark("No recordings yet"),
        mark("Import a folder, a zip archive or a manifest. Judges can begin as soon as the first recordings are in."),
        mark("Import recordings"),
    ),
    NextAction.LOOK_AT_CLASS: ActionTexts(
        mark("Look at what happens in class"),
        mark("More good readings are refused than the target allows. Children are asked again who need not be."),
        mark("Open Live"),
    ),
    NextAction.CHOOSE_POINT: ActionTexts(
        mark("Choose an operating point"),
        mark("A model is trained, and nothing decides yet. Hear its mistakes, choose the trade-off, deploy."),
        mark("Choose an operating point"),
    ),
    NextAction.GO_ON: ActionTexts(
        mark("Go on with the job that stopped"),
        mark("It stopped before its end. What is finished is not computed again."),
        mark("Go on"),
    ),
    NextAction.TRAIN_FIRST: ActionTexts(
        mark("Train a first model"),
        mark("{n} recording has an agreed label, and nothing has been learned from it yet."),
        mark("Train a first model"),
        mark("{n} recordings have an agreed label, and nothing has been learned from them yet."),
        lambda work: work.labels,
    ),
    NextAction.BACK_UP: ActionTexts(
        mark("Make a backup"),
        mark("There is none of the last {days} days. What people labelled since would be lost with the disk."),
        mark("Go to backups"),
    ),
    NextAction.RETRAIN: ActionTexts(
        mark("Retrain"),
        mark("{n} label came or changed since the newest model was trained."),
        mark("Retrain"),
        mark("{n} labels came or changed since the newest model was trained."),
        lambda work: work.new_labels or 0,
    ),
    NextAction.SETTLE: ActionTexts(
        mark("Settle disagreements"),
        mark("Two judges differ on {n} recording. No model learns from it until somebody decides."),
        mark("Settle disagreements"),
        mark("Two judges differ on {n} recordings. No model learns from them until somebody decides."),
        lambda work: work.to_settle,
    ),
    NextAction.JUDGE: ActionTexts(
        mark("Judge recordings"),
        mark("{n} recording still needs a judge."),
        mark("Annotate"),
        mark("{n} recordings still need a judge."),
        lambda work: work.to_judge,
    ),
}


def action_words(action: NextAction, work: WorkFigures, speaks: str) -> ActionWords:
    """An action in words."""
    texts = TEXTS[action]
    if texts.plural:
        reason = translate_count(speaks, texts.reason, texts.plural, texts.counted(work))
    else:
        reason = translate(speaks, texts.reason, days=WARNING_RULE.backup_days)
    return ActionWords(translate(speaks, texts.title), reason, translate(speaks, texts.button))


def class_alarm_sentence(figures: AlarmFigures, speaks: str) -> str:
    """That more good readings are refused than the target allows, since when and by how many labels."""
    alarm = LiveAlarm(figures.deployment_id, figures.source, figures.raised_at, 0.0, figures.am, figures.n)
    return alarm_sentence(alarm, figures.am_target, speaks)


def disk_sentence(figures: DiskFigures, speaks: str) -> str:
    return translate(
        speaks,
        "The disk of {folder} is nearly full: {free} GB of {total} GB are free ({share}).",
        folder=figures.folder,
        free=decimal(figures.free_bytes / GB, 1, speaks=speaks),
        total=decimal(figures.total_bytes / GB, 0, speaks=speaks),
        share=percent(figures.free_bytes / figures.total_bytes, 0, speaks=speaks),
    )


def unlike_source_sentence(figures: SourceFigures, speaks: str) -> str:
    """What is different about the sound of a source, and what becomes of its recordings."""
    shares = translate(
        speaks,
        "{refused} of them are refused, {processed} look processed, since {day}.",
        refused=percent(figures.share_refused, 0, speaks=speaks),
        processed=percent(figures.share_processed, 0, speaks=speaks),
        day=day_words(date.fromisoformat(figures.first_day), speaks=speaks),
    )
    return f"{differences_sentence(figures.source, figures.n, figures.differences, speaks=speaks)} {shares}"


def backup_sentence(figures: BackupFigures, speaks: str) -> str:
    if figures.age is None:
        return translate(speaks, "There is no backup yet: a broken disk would take every recording and label with it.")
    return translate_count(
        speaks,
        "The newest backup is {n} day old: what came since would be lost with the disk.",
        "The newest backup is {n} days old: what came since would be lost with the disk.",
        figures.age.days,
    )


def group_sentence(figures: GroupFigures, speaks: str) -> str:
    """That a group has too few labels of a kind to say how it is treated."""
    words = {
        GroupKind.LANGUAGE: mark(
            "Recordings in the language {name}: {n}, of which {accepted} have the label Accepted and {rejected} one of "
            "the others. Below {least} of either nobody can say how the model treats them."
        ),
        GroupKind.SOURCE: mark(
            "Recordings of {name}: {n}, of which {accepted} have the label Accepted and {rejected} one of the others. "
            "Below {least} of either nobody can say how the model treats them."
        ),
    }
    return translate(
        speaks,
        words[figures.kind],
        name=figures.name,
        n=figures.n,
        accepted=figures.n_accepted,
        rejected=figures.n_rejected,
        least=WARNING_RULE.group_labels,
    )
