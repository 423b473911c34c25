"""The numbers of `core.audio.conditioning`, and the slow rate at which rumble and hum are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from core.audio.sounds import SAMPLE_RATE_HZ


@dataclass(frozen=True)
class ConditioningSpec:
    """Every number that changes the result; none may change without training again.

    loud_dbfs : the level that the loudest hundredth of the frames is brought to; the floor of `dynamics_measures`,
        -100 dB, then lies 60 dB below a voice, so what a gate or a suppressor leaves of pauses counts as 60 dB down
    faintest_dbfs : a recording whose loudest frames lie lower is not brought up any further
    zeros_below : largest change from sample to sample of what is trimmed; half a bit of 16-bit sound
    least_s : what is shorter after trimming is left as it is
    """

    loud_dbfs: float = -40.0
    faintest_dbfs: float = -80.0
    loud_percentile: float = 99.0
    zeros_below: float = 1.6e-5
    least_s: float = 0.1
    high_pass_hz: float = 90.0
    high_pass_order: int = 4
    mains_hz: tuple[float, ...] = (50.0, 60.0)
    mains_off_hz: float = 0.4
    n_fundamentals: int = 17  # tried around each
    n_harmonics: int = 16
    line_db: float = 12.0  # by which a line stands out of its surroundings
    faint_line_db: float = 6.0  # the same, once a hum is certain
    least_lines_db: float = 60.0  # of all lines together; nine in ten recordings without hum have less
    decimation: int = 8  # harmonics lie below 1 kHz
    surroundings_hz: tuple[float, float] = (6.0, 20.0)


SPEC = ConditioningSpec()
SLOW_RATE_HZ = SAMPLE_RATE_HZ // SPEC.decimation
