"""One waveform -> bytes of a FLAC file, by PyAV."""

from __future__ import annotations

import io

import av
import numpy as np

from core.audio.decoding import SAMPLE_RATE_HZ


def flac(samples: np.ndarray) -> bytes:
    """`samples`, float [n] in [-1, 1] at 16 kHz, as 16-bit FLAC. What lies outside [-1, 1] is clipped."""
    whole = np.round(np.clip(samples, -1, 1) * 32_767).astype(np.int16)
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as output:
        stream = output.add_stream("flac", rate=SAMPLE_RATE_HZ)
        stream.layout, stream.format = "mono", "s16"
        size = stream.frame_size or 4096
        for start in range(0, len(whole), size):
            frame = av.AudioFrame.from_ndarray(whole[None, start : start + size], format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()
