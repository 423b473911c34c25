"""What codecs leave of a waveform: mu-law of telephones, Opus of browsers. Float at 16 kHz in, as many samples out."""

from __future__ import annotations

import io

import numpy as np

from core.arrays import Float64Array
from core.audio import decoding
from core.audio.sounds import SAMPLE_RATE_HZ

MU = 255.0  # ITU-T G.711
OPUS_RATE_HZ = 48_000
SHORTEST_SAMPLES = 1_600  # of less, the encoder writes no file


def mu_law(samples: Float64Array) -> Float64Array:
    """Every other sample in 8 bits of mu-law, the ones between as straight lines: for sound below 4 kHz."""
    pressed = np.sign(samples) * np.log1p(MU * np.abs(np.clip(samples, -1, 1))) / np.log1p(MU)
    coded = np.round(pressed[::2] * 127) / 127
    back = np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(MU)) / MU
    return np.asarray(np.interp(np.arange(len(samples)), np.arange(0, len(samples), 2), back))


def opus(samples: Float64Array, *, bits_per_s: int) -> Float64Array:
    """Through libopus and back."""
    import av

    padded = np.pad(samples, (0, max(0, SHORTEST_SAMPLES - len(samples))))
    whole = np.round(np.clip(padded, -1, 1) * 32_767).astype(np.int16)
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as output:
        stream = output.add_stream("libopus", rate=OPUS_RATE_HZ)
        stream.layout, stream.bit_rate = "mono", bits_per_s
        resampler = av.AudioResampler(format="s16", layout="mono", rate=OPUS_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(whole[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        fifo = av.AudioFifo()
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            resampled.pts = None
            fifo.write(resampled)
        for chunk in fifo.read_many(stream.frame_size or 960, partial=True):
            output.mux(stream.encode(chunk))
        output.mux(stream.encode(None))
    back = decoding.decode(file.getvalue(), min_duration_s=0.0).samples[: len(samples)]
    return np.asarray(np.pad(back, (0, len(samples) - len(back))), np.float64)
