"""Steps of a job and their notes in the reader's language. A job stores them in English, which programs read.

A stored text is taken apart again by the messages it was written from; one that no message fits stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from core.domain.jobs import JobState
from core.sentences.system_sentences import family_words, stored_spec_words
from core.translation import DEFAULT_LANGUAGE, decimal_sign, mark, translate, translate_stored

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
    mark("Features: {family}"),
    mark("Train: {network}"),
    mark("Download: {module}"),
)
NOTES = (
    mark("{n} recordings; left out, because their files are lost: {files}"),
    mark("{n} recordings in {folds} folds"),
    mark("{n} recordings of training and validation children"),
    mark("{n} recordings"),
    mark("{n} of {total} were there already"),
    mark("All of them were there already"),
    mark("No claim seems to be wrong"),
    mark("Nothing is in force yet: every model is offered"),
    mark("There is no recording without a label"),
    mark("Too few labels of training children to tell"),
    mark("Not needed: every network is there already"),
    mark("Trained already from the same labels"),
    mark("Estimated before, from nearly as many labels"),
    mark("fold {fold} of {folds}, epoch {epoch}, at most {most}"),
    mark("epoch {epoch}, at most {most}"),
    mark("fold {fold} of {folds}"),
    mark("{system}, fold {fold}"),
    mark("{offered} of {n} not worse than {model}"),
    mark("{done} of {n}"),
    mark("{size} MB"),
    mark("MB"),
)
HOW_IT_ENDED = (
    mark("Cancelled by {name}."),
    mark("Cancelled. What was finished is kept for the next time."),
    mark("Cancelled."),
    mark("It stopped before its end."),
    mark("The process that ran this job ended or was stopped. Resume it: finished parts are kept."),
    mark(
        "No worker took this job within {seconds} s. Are there workers, and are they busy? Resume it, or look at the "
        "log of the cluster."
    ),
    mark(
        "The process that ran this job was killed {n} times, so nobody tries again by itself. Most likely memory ran "
        "out; the log of the system says so. Close other programs on the machine of the workers, give it more memory, "
        "or let fewer processes work at once (EARSHOT_DASK_WORKERS=1); then go on with the job: what was finished is "
        "kept."
    ),
    mark(
        "A worker was killed at its work, most likely because memory ran out. Close other programs on the machine of "
        "the workers, give it more memory, or let fewer processes work at once (EARSHOT_DASK_WORKERS=1); then go on "
        "with the job: what was finished is kept."
    ),
    mark(
        "Memory ran out. Close other programs on the machine of the workers, give it more memory, or let fewer "
        "processes work at once (EARSHOT_DASK_WORKERS=1); then go on with the job: what was finished is kept."
    ),
    mark("The disk is full. Free some space, then go on with the job: what was finished is kept."),
    mark("Something broke that nobody foresaw ({details})."),
)
_TEXTS = (*STEPS, *NOTES, *HOW_IT_ENDED)
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def state_words(state: JobState, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`Running`."""
    return translate(speaks, STATES[state])


def stored_words(stored: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The name of a step, its note, or how a job ended."""
    if speaks == DEFAULT_LANGUAGE:
        return stored
    for text in _TEXTS:
        match = _pattern(text).fullmatch(stored)
        if match:
            values = {name: _value(name, value, speaks) for name, value in match.groupdict().items()}
            return translate(speaks, text, **values)
    spec = stored_spec_words(stored, speaks=speaks)
    return spec if spec != stored else translate_stored(speaks, stored)


def _value(name: str, value: str, speaks: str) -> str:
    if name == "family":
        return family_words(value, speaks=speaks)
    if name in ("network", "system"):
        return stored_spec_words(value, speaks=speaks)
    return _DECIMAL.sub(decimal_sign(speaks), value) if re.fullmatch(r"[\d.]+", value) else value


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """What a text looks like when its places are filled in."""
    pieces = re.split(r"(\{\w+\})", text)
    return re.compile("".join(f"(?P<{piece[1:-1]}>.+?)" if piece[:1] == "{" else re.escape(piece) for piece in pieces))
