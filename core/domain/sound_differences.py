"""What is different about the sound of a source, named from the measures that lie off those of the training recordings.

Screens and commands write the sentences; here is the rule that names the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class SoundDifference(StrEnum):
    """How a source sounds beside the recordings that the model learned from."""

    HUM = "louder hum"
    RUMBLE = "more rumble"
    HISS = "more hiss"
    NOISIER = "closer to the background"
    CLEANER = "further above the background"
    LOUDER = "louder"
    QUIETER = "quieter"
    CLIPPED = "clipped more often"
    LONGER = "longer readings"
    SHORTER = "shorter readings"
    NARROW = "a narrower band, as on a telephone"
    SUPPRESSED = "processed by the device: noise suppression"
    GAIN = "processed by the device: automatic gain"
    OTHER = "another kind of sound"

    @property
    def is_processing(self) -> bool:
        return self in (SoundDifference.SUPPRESSED, SoundDifference.GAIN)


def name_differences(off: Mapping[str, float]) -> tuple[SoundDifference, ...]:
    """The differences, what the device does first.

    Parameters
    ----------
    off : by the name of a measure of `core.audio.sound_profile`, in deviations, those that are clearly off alone

    Examples
    --------
    >>> name_differences({"hum_db": 11.0, "low_db": 2.0, "snr_db": -1.0})
    (<SoundDifference.HUM: 'louder hum'>,)
    >>> [str(each) for each in name_differences({"log_zero_share": 4.0, "snr_db": 2.5})]
    ['processed by the device: noise suppression']
    """
    is_up, is_down = ({name for name, value in off.items() if sign * value > 0} for sign in (1, -1))
    floor_changed = "log_zero_share" in is_up or "floor_flux_db" in off
    is_suppressed = floor_changed and bool(is_up & {"snr_db", "swing_db"})
    is_squeezed = "swing_db" in is_up or "compression_db" in is_down
    is_gained = not is_suppressed and "level_db" in is_up and is_squeezed
    has_hum = "hum_db" in is_up
    is_processed = is_suppressed or is_gained
    fills_more = "swing_db" in is_up or ("log_active" in is_up and "snr_db" not in off)
    is_longer = "log_duration" in is_up or (fills_more and not is_processed)
    is_dull = "high_db" in is_down or ("background_high_db" in is_down and not has_hum)
    named = {
        SoundDifference.SUPPRESSED: is_suppressed,
        SoundDifference.GAIN: is_gained or (is_suppressed and "level_db" in is_up),
        SoundDifference.HUM: has_hum,
        SoundDifference.RUMBLE: "low_db" in is_up and not (has_hum or is_suppressed),
        SoundDifference.HISS: "background_high_db" in is_up and not is_suppressed,
        SoundDifference.NARROW: is_dull and not is_suppressed,
        SoundDifference.NOISIER: "snr_db" in is_down and not has_hum,
        SoundDifference.CLEANER: "snr_db" in is_up and not is_suppressed,
        SoundDifference.LONGER: is_longer,
        SoundDifference.SHORTER: "log_duration" in is_down,
        SoundDifference.LOUDER: "level_db" in is_up and not is_processed,
        SoundDifference.QUIETER: "level_db" in is_down,
        SoundDifference.CLIPPED: "log_clipped_share" in is_up,
    }
    chosen = tuple(difference for difference, is_named in named.items() if is_named)
    return chosen or ((SoundDifference.OTHER,) if off else ())


def is_suppressed_recording(outside: Mapping[str, float]) -> bool:
    """Whether a single recording looks processed by a noise suppressor.

    outside : of its measures, those beyond what all but one in a hundred training recordings have, in deviations beyond
    """
    return any(abs(outside.get(name, 0.0)) > BEYOND for name in ("floor_flux_db", "log_zero_share", "swing_db"))


BEYOND = 0.3
