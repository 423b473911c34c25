"""The result of inspecting a file before decoding: what is missing, what is unusual, which bytes FFmpeg gets.

Bytes that a structure (chunk, page, element, box, frame) declares and that are not there prove that a file was cut
off. A promise alone proves nothing: clocks of pages and recorders write durations that no sound ever had.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.audio.notes import SoundNote


@dataclass(frozen=True)
class Inspection:
    """Of one file.

    Attributes
    ----------
    data : bytes
        What FFmpeg is handed: without tags, and with a header that it reads.
    lacks : str | None
        In words what a cut-off file lacks; None when nothing proves that something is missing.
    notes : tuple of SoundNote
    is_repaired : bool
        Whether browsers may fail on the original, though it is read here.
    n_declared : int | None
        Samples that a lossless file counts in its header, in its own sampling rate.
    """

    data: bytes
    lacks: str | None = None
    notes: tuple[SoundNote, ...] = ()
    is_repaired: bool = False
    n_declared: int | None = None


def promised(promised_bytes: int, actual_bytes: int) -> str:
    """The words for a structure whose end is missing."""
    return f"its header promises {promised_bytes:,} bytes of sound, {actual_bytes:,} are there"
