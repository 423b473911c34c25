"""Decoding of files from outside in separate processes, with limits of time and memory.

    decode_apart(data)      the waveform; in the processes that this one shares, by the settings
    describe_apart(data)    all but the waveform, which then need not travel

A file that takes too long, wants too much memory or crashes FFmpeg ends a process that does nothing else; the next file
gets a new one. Such a file gives `UndecodableAudio` in words like any other that cannot be used.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading

import numpy as np

from core.audio import decoding
from core.audio.decoding_process import SLOW_MACHINE, DecodingProcess, Limits, ProcessEnded
from core.audio.notes import NoteKind, SoundNote
from core.audio.sounds import Description, Sound
from core.config import settings
from core.domain.json_types import JsonObject, JsonValue, list_of, number_of, text_of
from core.errors import Unavailable, UndecodableAudio
from core.messages import Message
from core.translation import mark

BUSY_S = 60.0
CRASHED = mark("decoding it fails: it crashes the decoder or needs too much memory")


class DecodingPool:
    """At most `processes` at once, started when first needed; any thread may ask.

    Examples
    --------
    >>> with contextlib.closing(DecodingPool(Limits(), processes=1)) as pool:
    ...     pool.decode(b"")
    Traceback (most recent call last):
    core.errors.UndecodableAudio: the file is empty
    """

    def __init__(self, limits: Limits, *, processes: int) -> None:
        self._limits = limits
        self._slots: queue.LifoQueue[DecodingProcess | None] = queue.LifoQueue()
        self._processes = processes
        for _ in range(processes):
            self._slots.put(None)

    def decode(self, data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None) -> Sound:
        """As `decoding.decode`, elsewhere.

        Raises
        ------
        UndecodableAudio
            Also: it takes too long, needs too much memory, or FFmpeg crashes on it.
        Unavailable
            All processes have been busy for a minute, or none can be started.
        """
        options: JsonObject = {"max_s": max_duration_s, "min_s": min_duration_s, "with_samples": True}
        answer, samples = self._ask(options, data)
        known = _description(answer)
        return Sound(
            np.frombuffer(bytearray(samples), "<f4").astype(np.float32, copy=False),
            known.sample_rate_hz,
            known.duration_s,
            extension=known.extension,
            codec=known.codec,
            notes=known.notes,
            is_repaired=known.is_repaired,
        )

    def describe(
        self, data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None
    ) -> Description:
        """The same without the samples; raises as `decode` does."""
        options: JsonObject = {"max_s": max_duration_s, "min_s": min_duration_s, "with_samples": False}
        answer, _ = self._ask(options, data)
        return _description(answer)

    def close(self) -> None:
        """End the processes, once those that are busy have answered."""
        for _ in range(self._processes):
            worker = self._slots.get()
            if worker is not None:
                worker.end()

    def _ask(self, options: JsonObject, data: bytes) -> tuple[JsonObject, bytes]:
        decoding.detect_extension(data)
        worker = self._taken()
        answer = None
        try:
            if worker is None or not worker.is_alive:
                if worker is not None:
                    worker.end()
                worker = DecodingProcess(self._limits)
            answer = worker.ask(options, data, SLOW_MACHINE * self._limits.limit_s)
        except TimeoutError:
            raise UndecodableAudio(
                "decoding it takes longer than {limit_s:g} s",
                limit_s=self._limits.limit_s,
            ) from None
        except (ProcessEnded, ValueError):
            raise UndecodableAudio(CRASHED) from None
        finally:
            if answer is None and worker is not None:
                worker.end()
            self._slots.put(worker if answer is not None else None)
        if "refused" in answer[0]:
            raise UndecodableAudio(Message.from_json(answer[0]["refused"]) or CRASHED)
        return answer

    def _taken(self) -> DecodingProcess | None:
        try:
            return self._slots.get(timeout=BUSY_S)
        except queue.Empty:
            raise Unavailable("All processes that decode recordings are busy; try again.") from None


def decode_apart(data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None) -> Sound:
    """As `decoding.decode`, in one of the processes that this process shares (EARSHOT_DECODING_*).

    Raises
    ------
    UndecodableAudio, Unavailable
        See `DecodingPool.decode`.
    """
    return _shared().decode(data, max_duration_s=max_duration_s, min_duration_s=min_duration_s)


def describe_apart(
    data: bytes, *, max_duration_s: float | None = None, min_duration_s: float | None = None
) -> Description:
    """The same as `decode_apart` without the samples; raises the same errors."""
    return _shared().describe(data, max_duration_s=max_duration_s, min_duration_s=min_duration_s)


def _shared() -> DecodingPool:
    limits = Limits(settings().decoding_limit_s, settings().decoding_limit_mb)
    key = (os.getpid(), limits, settings().decoding_processes)
    with _LOCK:
        if key not in _POOLS:
            pool = _POOLS[key] = DecodingPool(limits, processes=settings().decoding_processes)
            atexit.register(pool.close)
        return _POOLS[key]


_LOCK = threading.Lock()
_POOLS: dict[tuple[int, Limits, int], DecodingPool] = {}


def _description(answer: JsonObject) -> Description:
    waveform = answer.get("waveform_sha256")
    return Description(
        sample_rate_hz=int(number_of(answer["sample_rate_hz"], 0)),
        duration_s=number_of(answer["duration_s"], 0.0),
        extension=text_of(answer["extension"]),
        codec=text_of(answer["codec"]),
        notes=tuple(_note(list_of(stored)) for stored in list_of(answer["notes"])),
        is_repaired=bool(answer["is_repaired"]),
        waveform_sha256=None if waveform is None else text_of(waveform),
    )


def _note(stored: list[JsonValue]) -> SoundNote:
    kind, promised, actual = stored
    return SoundNote(NoteKind(kind), number_of(promised, 0.0), number_of(actual, 0.0))
