"""The process in which bytes from outside are decoded: `python -m core.audio.decoding_worker MEMORY_MB LIMIT_S`.

It answers requests on standard input until that ends (`decoding_pool` is the other end). It has little memory, little
processor time for each file, can write no file, and sees nothing of the settings: what a forged file makes of FFmpeg
stays in it. Neither side unpickles what the other sends.
"""

from __future__ import annotations

import io
import sys

import numpy as np

from core.audio import decoding
from core.audio.sounds import Sound
from core.domain.json_types import JsonObject, number_or_none
from core.errors import UndecodableAudio
from core.piped_process import own_pipes, read, write
from core.process_limits import MB, limit_cpu, limit_memory


def main() -> None:
    memory_mb, limit_s = int(sys.argv[1]), float(sys.argv[2])
    with own_pipes() as (requests, answers):
        decoding.decode(_short_wav())  # loads everything, so that what it costs is no part of a file's memory
        limit_memory(memory_mb * MB)
        write(answers, {"ready": True})
        while (request := read(requests)) is not None:
            limit_cpu(limit_s)
            write(answers, *_answer(*request))


def _answer(options: JsonObject, data: bytes) -> tuple[JsonObject, bytes]:
    try:
        sound = decoding.decode(
            data, max_duration_s=number_or_none(options["max_s"]), min_duration_s=number_or_none(options["min_s"])
        )
        if options["with_samples"]:
            return _of(sound), np.ascontiguousarray(sound.samples, "<f4").tobytes()
        return _of(sound) | {"waveform_sha256": sound.waveform_sha256}, b""
    except UndecodableAudio as error:
        return {"refused": error.message.as_json()}, b""


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
