"""What is different about the sound of a source, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.sound_differences import SoundDifference
from core.translation import DEFAULT_LANGUAGE, mark, translate

DIFFERENCES = {
    SoundDifference.HUM: mark("louder hum"),
    SoundDifference.RUMBLE: mark("more rumble"),
    SoundDifference.HISS: mark("more hiss"),
    SoundDifference.NOISIER: mark("closer to the background"),
    SoundDifference.CLEANER: mark("further above the background"),
    SoundDifference.LOUDER: mark("louder"),
    SoundDifference.QUIETER: mark("quieter"),
    SoundDifference.CLIPPED: mark("clipped more often"),
    SoundDifference.LONGER: mark("longer readings"),
    SoundDifference.SHORTER: mark("shorter readings"),
    SoundDifference.NARROW: mark("a narrower band, as on a telephone"),
    SoundDifference.SUPPRESSED: mark("processed by the device: noise suppression"),
    SoundDifference.GAIN: mark("processed by the device: automatic gain"),
    SoundDifference.OTHER: mark("another kind of sound"),
}


def differences_words(differences: Sequence[SoundDifference], *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`louder hum, more hiss`."""
    return ", ".join(translate(speaks, DIFFERENCES[difference]) for difference in differences)
