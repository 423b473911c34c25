"""The process in which bytes from outside are decoded: `python -m core.audio.decoding_worker MEMORY_MB LIMIT_S`.

It answers requests on standard input until that ends (`decoding_pool` is the other end). It has little memory, little
processor time for each file, can write no file, and sees nothing of the settings: what a forged file makes of FFmpeg
stays in it. Neither side unpickles what the other sends.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
from typing import IO

import numpy as np

from core.audio import decoding
from core.audio.sounds import Sound
from core.domain.json_types import JsonObject, number_or_none
from core.errors import UndecodableAudio
from core.process_limits import MB, limit_cpu, limit_memory

HEAD = struct.Struct("<II")  # bytes of the JSON, bytes of what follows it


def main() -> None:
    memory_mb, limit_s = int(sys.argv[1]), float(sys.argv[2])
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)  # whatever a library prints is no answer
        decoding.decode(_short_wav())  # loads everything, so that what it costs is no part of a file's memory
        limit_memory(memory_mb * MB)
        write(answers, {"ready": True})
        while (request := read(requests)) is not None:
            limit_cpu(limit_s)
            write(answers, *_answer(*request))


def read(file: IO[bytes]) -> tuple[JsonObject, bytes] | None:
    """One message: its JSON, and the bytes that follow; None at the end."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    n_json, n_data = HEAD.unpack(head)
    return json.loads(file.read(n_json)), file.read(n_data)


def write(file: IO[bytes], content: JsonObject, data: bytes = b"") -> None:
    """One message."""
    text = json.dumps(content).encode()
    file.write(HEAD.pack(len(text), len(data)) + text)
    file.write(data)
    file.flush()


def _answer(options: JsonObject, data: bytes) -> tuple[JsonObject, bytes]:
    try:
        sound = decoding.decode(
            data, max_duration_s=number_or_none(options["max_s"]), min_duration_s=number_or_none(options["min_s"])
        )
        if options["with_samples"]:
            return _of(sound), np.ascontiguousarray(sound.samples, "<f4").tobytes()
        return _of(sound) | {"waveform_sha256": sound.waveform_sha256}, b""
    except UndecodableAudio as error:
        return {"refused": str(error)}, b""


def _of(sound: Sound) -> JsonObject:
    return {
        "sample_rate_hz": sound.sample_rate_hz,
        "duration_s": sound.duration_s,
        "extension": sound.extension,
        "codec": sound.codec,
        "notes": [[note.kind.value, note.promised, note.actual] for note in sound.notes],
        "is_repaired": sound.is_repaired,
    }


def _short_wav() -> bytes:
    import wave

    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(44_100)
        wav.writeframes(bytes(8_820))
    return file.getvalue()


if __name__ == "__main__":
    main()
