"""States of a job, its steps, their notes and how it ended, in the reader's language."""

from __future__ import annotations

from core.domain.jobs import Job, JobState, JobStep
from core.messages import Message
from core.sentences.system_sentences import family_words, stored_spec_words
from core.stored_messages import translate_text
from core.translation import DEFAULT_LANGUAGE, mark, translate

STATES = {
    JobState.QUEUED: mark("Waiting for a worker"),
    JobState.RUNNING: mark("Running"),
    JobState.SUCCEEDED: mark("Done"),
    JobState.FAILED: mark("Failed"),
    JobState.CANCELLED: mark("Cancelled"),
    JobState.INTERRUPTED: mark("Interrupted"),
}
STEPS = (
    mark("Labels"),
    mark("Publish"),
    mark("Unlabelled recordings"),
    mark("Choice"),
    mark("Modules"),
    mark("Time of an epoch"),
    mark("Tables"),
    mark("Are more labels worth it?"),
    mark("Against the model in force"),
    mark("Claims once more"),
    mark("Units and hidden layers"),
    mark("Learning rate and dropout"),
    mark("Batch size and input noise"),
)
NO_REASON = mark("It stopped before its end.")


def state_words(state: JobState, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`Running`."""
    return translate(speaks, STATES[state])


def step_words(step: JobStep, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`Train: steady SVM double binary`: the name of a step."""
    return translate_text(speaks, _named(step.title, speaks), step.name)


def note_words(step: JobStep, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`fold 2 of 5`: the note of a step; empty without one."""
    return translate_text(speaks, _named(step.note_message, speaks), step.note)


def error_words(job: Job, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """Why a job ended so; empty while it runs, and where all went well."""
    return translate_text(speaks, job.error_message, job.error)


def _named(message: Message | None, speaks: str) -> Message | None:
    """The message with the families, networks and systems among its values by the names that people know.

    In English they stay as they are stored, which programs and the command line show.
    """
    if message is None or speaks == DEFAULT_LANGUAGE:
        return message
    names = {
        "family": lambda value: family_words(value, speaks=speaks),
        "network": lambda value: stored_spec_words(value, speaks=speaks),
        "system": lambda value: stored_spec_words(value, speaks=speaks),
    }
    values = {name: names[name](str(value)) if name in names else value for name, value in message.values.items()}
    return Message(message.template, values)
