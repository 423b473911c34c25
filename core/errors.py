"""Errors that a person can act on.

    EarshotError                 a message that names what was wrong and what to do
    |- SettingsError             an EARSHOT_* setting cannot be used
    |- NotAllowed                this role, or nobody signed in, may not do it
    |  |- ConfirmationNeeded     who signed in a while ago must prove first who they are
    |  `- CodeNeeded             the password is right; the code of the authenticator is asked as well
    |- NotFound                  no such account, recording, model, job
    |- Conflict                  somebody did it first, or it would break a rule
    |- Refused                   input that was looked at and turned away
    |  |- UndecodableAudio       bytes that are no usable recording
    |  `- Damaged                encrypted bytes that were changed, cut off or moved
    |- RateExceeded              a program asks more often than it may
    |  `- QueueFull              more is asked at once than can be answered soon
    |- DeadlinePassed            no answer within the time that the request set
    `- Unavailable               a service or a module is out of reach just now

The command line prints the message and exits with 1; a screen shows it; the HTTP API gives it with a status.

A message is a template and its values, `Refused("{name} is too large.", name=name)`: `str` of the error is its English,
and pages give it in the language of whoever looks (`core.translation.translate_message`).
"""

from __future__ import annotations

from core.messages import Message


class EarshotError(Exception):
    """Root of every error that is meant to be read by a person.

    Parameters
    ----------
    message : a text as it stands or, with `values`, a template with `{placeholders}` that they fill in
    """

    def __init__(self, message: str | Message = "", /, **values: object) -> None:
        self.message = message if isinstance(message, Message) else Message(message, values)
        super().__init__(str(self.message))


class SettingsError(EarshotError):
    pass


class NotAllowed(EarshotError):
    pass


class ConfirmationNeeded(NotAllowed):
    pass


class CodeNeeded(NotAllowed):
    """`ticket` is what the code is handed in with."""

    def __init__(self, message: str, ticket: str) -> None:
        super().__init__(message)
        self.ticket = ticket


class NotFound(EarshotError):
    pass


class Conflict(EarshotError):
    pass


class Refused(EarshotError):
    pass


class UndecodableAudio(Refused):
    pass


class Damaged(Refused):
    pass


class RateExceeded(EarshotError):
    """`retry_after_s`: seconds after which to ask again."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QueueFull(RateExceeded):
    pass


class DeadlinePassed(EarshotError):
    pass


class Unavailable(EarshotError):
    pass
