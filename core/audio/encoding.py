"""One waveform -> bytes of a FLAC file, by PyAV."""

from __future__ import annotations

import io

import av
import numpy as np

from core.audio.sounds import SAMPLE_RATE_HZ

_FORMATS = {16: ("s16", np.int16, 0), 24: ("s32", np.int32, 8)}
"""Bits of a sample -> FFmpeg's format, its type, and by how many bits the samples stand further left in it."""


def flac(samples: np.ndarray, *, bits: int = 16) -> bytes:
    """`samples`, float [n] in [-1, 1] at 16 kHz, as FLAC with 16 or 24 bits. Values outside [-1, 1] are clipped.

    With 16 bits full scale is 32,767, so that nothing has to be clipped. With 24 it is 2^23, as decoding divides by it:
    whatever was recorded with up to 24 bits comes out as it went in, but for a sample of exactly 1.
    """
    name, kind, left = _FORMATS[bits]
    scale = 32_767 if bits == 16 else 1 << 23
    whole = np.minimum(np.round(np.clip(samples, -1, 1).astype(np.float64) * scale), (1 << bits - 1) - 1)
    whole = whole.astype(kind) << left
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as output:
        stream = output.add_stream("flac", rate=SAMPLE_RATE_HZ)
        stream.layout, stream.format = "mono", name
        size = stream.frame_size or 4096
        for start in range(0, len(whole), size):
            frame = av.AudioFrame.from_ndarray(whole[None, start : start + size], format=name, layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()
