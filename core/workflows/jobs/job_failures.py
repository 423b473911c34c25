"""Why a job failed, in a sentence for the person who started it."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from core.config import without_secrets
from core.errors import EarshotError
from core.messages import Message
from core.translation import mark

MORE_MEMORY = Message(
    "Close other programs on the machine of the workers, give it more memory, or let fewer processes work at once "
    "(EARSHOT_DASK_WORKERS=1); then go on with the job: what was finished is kept."
)
# by name: Dask and TensorFlow are imported in workers only
KILLED = frozenset({"KilledWorker", "BrokenProcessPool", "WorkerLost"})
OUT_OF_MEMORY_SIGNS = ("bad_alloc", "cannot allocate memory", "unable to allocate", "out of memory", "oom when")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def describe_error(error: Exception) -> Message:
    """Why it failed, for the person who started the job."""
    if isinstance(error, EarshotError):
        return error.message
    causes = list(_causes(error))
    if any(type(cause).__name__ in KILLED for cause in causes):
        words = mark("A worker was killed at its work, most likely because memory ran out. {more_memory}")
        return Message(words, {"more_memory": MORE_MEMORY})
    if any(_is_out_of_memory(cause) for cause in causes):
        return Message("Memory ran out. {more_memory}", {"more_memory": MORE_MEMORY})
    if any(isinstance(cause, OSError) and cause.errno in FULL for cause in causes):
        return Message("The disk is full. Free some space, then go on with the job: what was finished is kept.")
    lines = without_secrets(str(error)).strip().splitlines()
    details = f"{type(error).__name__}: {lines[0] if lines else 'no details'}"  # the words of whoever wrote what broke
    return Message("Something broke that nobody foresaw ({details}).", {"details": details})


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    words = str(error).casefold()
    return type(error).__name__ == "ResourceExhaustedError" or any(sign in words for sign in OUT_OF_MEMORY_SIGNS)
