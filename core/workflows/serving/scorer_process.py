"""One scorer: a process loaded with a model, which answers one recording at a time."""

from __future__ import annotations

import logging
import os
import signal
from dataclasses import dataclass

from core.domain.json_types import JsonObject, number_of, text_of
from core.errors import Refused, Unavailable, UndecodableAudio
from core.messages import Message
from core.piped_process import PipedProcess, ProcessEnded
from core.process_limits import MB, command
from core.translation import mark
from core.workflows.serving.scored_sound import ScoredSound
from core.workflows.serving.scorer_order import ScorerOrder

LOG = logging.getLogger("earshot")
START_S = 120.0  # TensorFlow and a large module, on a busy machine
SLOW_MACHINE = 4
ENDING_S = 1.0
CRASHED = mark("decoding it fails: it crashes the decoder or needs too much memory")
CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE})


class ScorerLost(Exception):
    """The process was killed, hangs, or has no memory left: another one may answer."""


@dataclass(frozen=True)
class ScoredAnswer:
    """seconds : that the process worked"""

    sound: ScoredSound
    seconds: float


def start_without_model() -> PipedProcess:
    """A process that has loaded all but a model, and waits for its order. Comes back at once."""
    return PipedProcess(command(f"{__package__}.scorer_worker", str(os.getpid())))


class ScorerProcess:
    """A process with its model loaded and warm; used by one thread at a time.

    process : that waits for its order; without one, a new one

    Raises
    ------
    Refused
        The model cannot be loaded; the message says why.
    Unavailable
        The process does not start.
    """

    def __init__(self, order: ScorerOrder, process: PipedProcess | None = None) -> None:
        self._limits = order.limits
        self._process = process or start_without_model()
        try:
            answer, _ = self._process.ask(order.as_json(), b"", START_S)
        except (ProcessEnded, TimeoutError):
            self.end()
            raise Unavailable("A process that decides on recordings did not start; is there memory left?") from None
        except BaseException:
            self.end()
            raise
        if "unloadable" in answer:
            self.end()
            raise Refused(Message.from_json(answer["unloadable"]) or text_of(answer["unloadable"]))
        self._resident_at_first = self._resident = number_of(answer["resident"], 0.0)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive

    @property
    def has_grown(self) -> bool:
        """Whether it takes more memory than it may."""
        return self._resident > self._resident_at_first + self._limits.growth_mb * MB

    @property
    def resident_mb(self) -> float:
        return self._resident / MB

    def score(self, data: bytes) -> ScoredAnswer:
        """The answer to one recording.

        Raises
        ------
        UndecodableAudio
            It cannot be used; also: it takes too long, or crashes the decoder, and the process has ended.
        ScorerLost
            The process has to be replaced, and may not be to blame.
        Unavailable
            A fault that the server's log describes.
        """
        try:
            answer, _ = self._process.ask({}, data, SLOW_MACHINE * self._limits.decoding_s)
        except TimeoutError:
            raise ScorerLost from None
        except (ProcessEnded, ValueError):
            self._blame(self._process.wait(ENDING_S))
            raise ScorerLost from None
        return self._understood(answer)

    def end(self) -> None:
        self._process.end()

    def _blame(self, code: int | None) -> None:
        """Refuse a recording that ended the process by itself; it would end the next one, too."""
        if code == -signal.SIGXCPU:
            raise UndecodableAudio(
                "deciding on it takes longer than {decoding_s:g} s",
                decoding_s=self._limits.decoding_s,
            )
        if code is not None and -code in CRASHES:
            raise UndecodableAudio(CRASHED)

    def _understood(self, answer: JsonObject) -> ScoredAnswer:
        self._resident = number_of(answer.get("resident"), self._resident)
        if "refused" in answer:
            raise UndecodableAudio(Message.from_json(answer["refused"]) or CRASHED)
        if "exhausted" in answer:
            raise ScorerLost
        if "fault" in answer:
            LOG.error("A scorer failed on a recording:\n%s", answer["fault"])
            raise Unavailable("Deciding on the recording failed; the server's log says how.")
        return ScoredAnswer(ScoredSound.from_json(answer), number_of(answer["seconds"], 0.0))
