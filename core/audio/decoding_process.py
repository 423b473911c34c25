"""A process that decodes files from outside, with limits of time and memory; requests and answers go through pipes."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass

from core.domain.json_types import JsonObject
from core.errors import Unavailable
from core.piped_process import PipedProcess
from core.piped_process import ProcessEnded as ProcessEnded
from core.process_limits import command

START_S = 60.0
SLOW_MACHINE = 4


@dataclass(frozen=True)
class Limits:
    """Of one file: `limit_s` of a processor's time, `memory_mb` beyond what an idle process has.

    By the clock it may be `SLOW_MACHINE` times as long, since other programs may want the same processors.
    """

    limit_s: float = 5.0
    memory_mb: int = 384


class DecodingProcess(PipedProcess):
    """One process that is ready to decode; used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(command(f"{__package__}.decoding_worker", str(limits.memory_mb), str(limits.limit_s)))
        try:
            self.receive(time.monotonic() + START_S)
        except (ProcessEnded, TimeoutError):
            self.end()
            raise Unavailable("The process that decodes recordings did not start; is there memory left?") from None

    def ask(self, content: JsonObject, data: bytes, limit_s: float) -> tuple[JsonObject, bytes]:
        """As `PipedProcess.ask`; that it used up its processor's time is a TimeoutError as well."""
        try:
            return super().ask(content, data, limit_s)
        except ProcessEnded:
            if self.wait(1) == -signal.SIGXCPU:
                raise TimeoutError from None
            raise
