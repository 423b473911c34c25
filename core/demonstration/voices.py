"""Spoken words by espeak-ng, raised to children's pitch. Used for the demonstration data only.

Words in, waveforms at 16 kHz out. The library and its voices come inside the PyPI package espeakng-loader and are
called through ctypes. espeak-ng holds state from word to word, so each `speech_engine` block loads a copy of the
library of its own: two blocks that say the same words in the same order give the same samples.
"""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio.sounds import SAMPLE_RATE_HZ
from core.errors import Unavailable

HOW_TO_GET_IT = (
    "The demonstration data is spoken by espeak-ng, which the PyPI package espeakng-loader carries for Linux, macOS "
    "and Windows: pip install espeakng-loader."
)

# values of espeak-ng's speak_lib.h
_SYNCHRONOUS = 2  # espeak_Synth returns when the callback has had every sample
_RATE, _PITCH, _RANGE = 1, 3, 4
_UTF8 = 1
_OK = 0
if TYPE_CHECKING:
    _Samples = ctypes._Pointer[ctypes.c_short]

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True)
class Voice:
    """A pseudo-speaker.

    `raised` is the factor by which everything moves up at once, pitch and formants, as in a shorter vocal tract:
    about 1.15 to 1.4 makes a child of an adult's voice. `pitch` is espeak-ng's, 0 to 99.
    """

    name: str
    pitch: int
    words_per_minute: int
    raised: float


@contextmanager
def speech_engine() -> Iterator[SpeechEngine]:
    """A fresh espeak-ng, to be used from one thread.

    Raises
    ------
    Unavailable
        espeak-ng cannot be loaded on this machine.
    """
    # a library that is loaded (Windows) cannot be deleted; the system's temporary folder is cleared anyway
    with TemporaryDirectory(prefix="earshot-voices-", ignore_cleanup_errors=True) as folder:
        library, data = _loaded(Path(folder))
        sample_rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), 0)
        if sample_rate_hz <= 0:
            raise Unavailable(f"{HOW_TO_GET_IT} It did not start with the data in {data}.")
        # breath and flutter are drawn by espeak-ng, from a seed that it otherwise takes from the clock
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        try:
            yield SpeechEngine(library, sample_rate_hz)
        finally:
            library.espeak_Terminate()


@dataclass(frozen=True)
class SpeechEngine:
    """An espeak-ng with all its voices; `speech_engine` opens it."""

    _library: ctypes.CDLL
    _sample_rate_hz: int

    def say(self, text: str, voice: Voice) -> Float32Array:
        """`text` as `voice` says it [shape=(n,), mono, 16 kHz]: peak 1, without silence around it.

        Raises
        ------
        Unavailable
            espeak-ng has no such voice.
        """
        raw = self._synthesise(text, voice)
        count = int(len(raw) * SAMPLE_RATE_HZ / self._sample_rate_hz / voice.raised)
        return _trimmed(_resampled(raw, count))

    def _synthesise(self, text: str, voice: Voice) -> Float32Array:
        chunks: list[FloatArray] = []

        def append_chunk(samples: _Samples, count: int, _events: ctypes.c_void_p) -> int:
            if samples and count:
                chunks.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
            return 0

        callback = _CALLBACK(append_chunk)
        self._library.espeak_SetSynthCallback(callback)
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != _OK:
            raise Unavailable(f"espeak-ng has no voice {voice.name!r}.")
        # resampling will speed the word up by `raised`, so it is spoken slower by as much
        self._library.espeak_SetParameter(_RATE, int(voice.words_per_minute / voice.raised), 0)
        self._library.espeak_SetParameter(_PITCH, voice.pitch, 0)
        self._library.espeak_SetParameter(_RANGE, 60, 0)
        data = text.encode()
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 0, 0, _UTF8, None, None)
        if not chunks:
            raise Unavailable(f"espeak-ng gives no sound for {text!r} in the voice {voice.name!r}.")
        return np.concatenate(chunks).astype(np.float32) / np.float32(32_768)


def _loaded(folder: Path) -> tuple[ctypes.CDLL, str]:
    try:
        import espeakng_loader

        original = Path(espeakng_loader.get_library_path())
        return ctypes.CDLL(str(shutil.copy(original, folder / original.name))), espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError) as error:
        raise Unavailable(f"{HOW_TO_GET_IT} It could not be loaded: {error}") from error


def _resampled(samples: Float32Array, count: int) -> Float32Array:
    from scipy.signal import resample

    return np.asarray(resample(samples, max(count, 1)), dtype=np.float32)


def _trimmed(samples: Float32Array) -> Float32Array:
    """Peak 1; what is below a hundredth of the peak at both ends goes. Silence stays as it is."""
    peak = float(np.abs(samples).max())
    if peak == 0:
        return samples
    loud = np.flatnonzero(np.abs(samples) > 0.01 * peak)
    return samples[loud[0] : loud[-1] + 1] / np.float32(peak)
