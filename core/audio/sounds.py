"""A decoded recording, and its description without the samples."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from core.audio.notes import SoundNote
from core.domain import audio_formats

SAMPLE_RATE_HZ = 16_000
"""The rate that all feature families use (VGGish, YAMNet and the paper's MFCC)."""


@dataclass(frozen=True)
class Sound:
    """A decoded recording.

    Attributes
    ----------
    samples : np.ndarray [shape=(n,), float32, -1 to 1, mono, 16 kHz]
    sample_rate_hz : int > 0
        Of the file, before resampling.
    duration_s : float > 0
    extension : str
        Of its container, a key of `formats.CONTAINERS`.
    codec : str
        As FFmpeg names it.
    notes : tuple of SoundNote
        What is odd about the file, though it is whole; `str(note)` is a sentence for people.
    is_repaired : bool
        Whether browsers may fail on the original, or a tablet that mixes its channels play silence.
    """

    samples: np.ndarray
    sample_rate_hz: int
    duration_s: float
    extension: str = ""
    codec: str = ""
    notes: tuple[SoundNote, ...] = ()
    is_repaired: bool = False

    @cached_property
    def waveform_sha256(self) -> str | None:
        """SHA-256 of the samples as 16-bit little-endian numbers: equal sounds in whatever container and header.

        Silence at both ends counts. None where no sample differs from another: equal silences do not prove that two
        recordings are one.
        """
        whole = np.rint(self.samples * np.float32(32_767)).astype("<i2")
        if not (whole != whole[:1]).any():
            return None
        return hashlib.sha256(whole.data).hexdigest()

    @property
    def is_played_by_browsers(self) -> bool:
        """Whether browsers play the file as it is; if not, they get a copy."""
        return not self.is_repaired and audio_formats.is_played(self.extension, self.codec)


@dataclass(frozen=True)
class Description:
    """All of a `Sound` but its samples; the attributes are those of `Sound`."""

    sample_rate_hz: int
    duration_s: float
    extension: str
    codec: str
    notes: tuple[SoundNote, ...]
    is_repaired: bool
    waveform_sha256: str | None

    @property
    def is_played_by_browsers(self) -> bool:
        return not self.is_repaired and audio_formats.is_played(self.extension, self.codec)


def describe(sound: Sound) -> Description:
    """The same without the samples."""
    return Description(**{name: getattr(sound, name) for name in (field.name for field in fields(Description))})
