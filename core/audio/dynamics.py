"""Signal dynamics: a vector a recording that describes how its level and spectrum move, not the words.

A child who reads into the microphone is near: loud against the background, voiced, in bursts of syllables. Other
people's speech is as voiced but lies at the background's own level; the level of an empty room is constant. The groups
below measure these differences. Decibels are of full scale; silence, a constant and a single sample give finite values.
Whoever changes a formula here raises `DynamicsSpec.version`: caches and models must not mix.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from core.arrays import BoolArray, Float32Array, FloatArray
from core.audio import dynamics_measures
from core.audio.dynamics_measures import FLOOR, HOP_S, PITCH_HOP_S, SPEC


def extract(samples: FloatArray) -> Float32Array:
    """The values named by `NAMES`.

    Parameters
    ----------
    samples : [shape=(n,), mono, 16 kHz]

    Returns
    -------
    [shape=(len(NAMES),), finite]
    """
    return np.fromiter(named_values(samples).values(), np.float32)


def named_values(samples: FloatArray) -> dict[str, float]:
    """The same with the name of each value."""
    waveform: Float32Array = np.asarray(samples, np.float32)
    if not len(waveform):
        waveform = np.zeros(1, np.float32)
    power, bands = dynamics_measures.power(waveform)
    level_db = dynamics_measures.decibel(power)
    is_loud = level_db >= dynamics_measures.percentiles(level_db, (99,))[0] - SPEC.loud_range_db
    return {
        **_levels(level_db),
        **_near_the_peak(level_db),
        **_spread(power),
        **_voicing(waveform, power),
        **_slopes(level_db),
        **_modulation(bands),
        **_bands(bands, level_db),
        **_shape(waveform, bands, is_loud),
    }


def _levels(level_db: FloatArray) -> dict[str, float]:
    percentile = dict(zip(SPEC.percentiles, dynamics_measures.percentiles(level_db, SPEC.percentiles), strict=True))
    named = {f"level_p{percent:02d}_db": value for percent, value in percentile.items()}
    spans = ((95, 5), (95, 25), (95, 50), (99, 90), (50, 10), (75, 25))
    named |= {f"level_p{high}_above_p{low:02d}_db": percentile[high] - percentile[low] for high, low in spans}
    centred = level_db - level_db.mean()
    deviation = level_db.std() + 1e-3
    named["level_deviation_db"] = deviation
    named["level_skew"] = np.mean(centred**3) / deviation**3
    named["level_kurtosis"] = np.mean(centred**4) / deviation**4
    return named


def _near_the_peak(level_db: FloatArray) -> dict[str, float]:
    """Share of frames near the loudest, how long they last in one piece, in how many pieces."""
    named = {}
    peak = level_db.max()
    for below in SPEC.below_peak_db:
        is_near = level_db >= peak - below
        named[f"share_within_{below}_db"] = is_near.mean()
        if below in (6, 10, 20):
            runs = dynamics_measures.runs(is_near)
            named[f"longest_within_{below}_db_s"] = runs.max(initial=0) * HOP_S
            named[f"pieces_within_{below}_db"] = len(runs)
    return named


def _spread(power: Float32Array) -> dict[str, float]:
    """How the energy is spread over time: in a burst, or evenly."""
    n = len(power)
    share = (power + FLOOR) / np.sum(power + FLOOR)
    times = np.arange(n) * HOP_S
    centre = float(share @ times)
    entropy = float(-(share * np.log(share)).sum())
    cumulated = np.concatenate([[0.0], np.cumsum(share)])
    named = {
        "duration_s": n * HOP_S,
        "energy_centre": centre / (n * HOP_S),
        "energy_deviation_s": float(np.sqrt(share @ (times - centre) ** 2)),
        "energy_fills_s": np.exp(entropy) * HOP_S,
        "energy_fills": np.exp(entropy) / n,
        "peak_at": float(np.argmax(power)) / n,
    }
    for window_s in SPEC.windows_s:
        width = min(n, round(window_s / HOP_S))
        named[f"energy_in_best_{window_s:g}_s"] = (cumulated[width:] - cumulated[:-width]).max()
    thirds = [third.sum() for third in np.array_split(share, 3)]
    named |= {f"energy_in_third_{number}": value for number, value in enumerate(thirds, 1)}
    return named


def _voicing(samples: Float32Array, power: Float32Array) -> dict[str, float]:
    """How periodic the loud frames are, and how much of the sound that is."""
    strength, pitch_hz = dynamics_measures.pitch(samples)
    level_db = dynamics_measures.decibel(power[:: SPEC.pitch_hop_samples // SPEC.hop_samples])[: len(strength)]
    loud_db, middle_db = dynamics_measures.percentiles(level_db, (99, 50))
    loud, quiet = level_db >= loud_db - SPEC.loud_range_db, level_db <= middle_db
    is_voiced = strength > SPEC.voiced_strength
    energy = 10 ** (level_db / 10)
    named = _percentiles("voicing_all_p{}", strength, (25, 50, 75, 90))
    named |= _percentiles("voicing_loud_p{}", strength[loud], (10, 25, 50, 75, 90))
    for name, where in (("loud", loud), ("quiet", quiet)):
        named[f"voiced_share_{name}"] = is_voiced[where].mean()
        named[f"voiced_strongly_{name}"] = (strength[where] > SPEC.strongly_voiced_strength).mean()
    named["voicing_loud_above_quiet"] = strength[loud].mean() - strength[quiet].mean()
    named["voicing_with_level"] = dynamics_measures.correlation(strength, level_db)
    named["voiced_energy"] = float(energy[is_voiced].sum() / energy.sum())
    named["voicing_by_energy"] = float(strength @ energy / energy.sum())
    return named | _voice(loud & is_voiced, pitch_hz)


def _voice(voiced: BoolArray, pitch_hz: FloatArray) -> dict[str, float]:
    """How high the near voice is, how steadily it glides, how long it lasts. All 0 where there is none."""
    octaves = np.log2(pitch_hz / SPEC.pitch_reference_hz)
    of_voiced = octaves[voiced] if voiced.any() else np.zeros(1)
    steps = np.abs(np.diff(octaves))[voiced[1:] & voiced[:-1]]
    return {
        **_percentiles("pitch_p{}_octaves", of_voiced, (10, 50, 90)),
        "pitch_deviation_octaves": of_voiced.std(),
        "pitch_step_octaves": dynamics_measures.percentiles(steps, (50,))[0] if len(steps) else 0.0,
        "pitch_steady": (steps < SPEC.steady_octaves).mean() if len(steps) else 0.0,
        "voiced_loud_s": voiced.sum() * PITCH_HOP_S,
        "voiced_longest_s": dynamics_measures.runs(voiced).max(initial=0) * PITCH_HOP_S,
    }


def _slopes(level_db: FloatArray) -> dict[str, float]:
    """How steeply the level rises and falls: consonants and syllables of a near voice do both."""
    named = {}
    smooth = np.convolve(np.pad(np.maximum(level_db, -80), 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    for width in SPEC.slope_frames:
        rise = smooth[width:] - smooth[:-width] if len(smooth) > width else np.zeros(1)
        ms = round(width * HOP_S * 1000)
        low, high = dynamics_measures.percentiles(rise, (5, 95))
        named[f"rise_{ms}_ms_max_db"], named[f"rise_{ms}_ms_p95_db"] = rise.max(), high
        named[f"fall_{ms}_ms_max_db"], named[f"fall_{ms}_ms_p95_db"] = -rise.min(), -low
        named[f"change_{ms}_ms_mean_db"] = np.abs(rise).mean()
        named[f"onsets_{ms}_ms_per_s"] = len(dynamics_measures.runs(rise > SPEC.onset_db)) / (len(smooth) * HOP_S)
    return named


def _modulation(bands: Float32Array) -> dict[str, float]:
    """Share of the envelope's movement at each rate, in four parts of the spectrum; syllables come at 2 to 8 Hz."""
    named: dict[str, float] = {}
    parts = np.array_split(np.arange(SPEC.n_bands), 4)
    envelopes = np.stack([np.sqrt(bands[:, part].sum(axis=1) + FLOOR) for part in parts], axis=1)
    depth = np.abs(np.fft.rfft(envelopes - envelopes.mean(axis=0), n=max(256, len(bands)), axis=0)) ** 2
    rates = np.fft.rfftfreq(max(256, len(bands)), HOP_S)
    total = depth.sum(axis=0) + FLOOR
    edges = SPEC.modulation_edges_hz
    for low, high in pairwise(edges):
        shares = depth[(rates >= low) & (rates < high)].sum(axis=0) / total
        named |= {f"modulation_{low:g}_to_{high:g}_hz_part_{part}": share for part, share in enumerate(shares, 1)}
    relative = envelopes.std(axis=0) / envelopes.mean(axis=0)
    named |= {f"modulation_depth_part_{part}": value for part, value in enumerate(relative, 1)}
    return named


def _bands(bands: Float32Array, level_db: FloatArray) -> dict[str, float]:
    """Spectrum of the loud frames, and its level above the background in each band."""
    order = np.argsort(level_db)
    n_loud, n_background = max(1, len(order) // 10), max(1, len(order) // 4)
    loud_db = dynamics_measures.decibel(bands[order[-n_loud:]].mean(axis=0))
    background_db = dynamics_measures.decibel(bands[order[:n_background]].mean(axis=0))
    named = {f"loud_band_{band:02d}_db": value for band, value in enumerate(loud_db - loud_db.mean())}
    return named | {f"loud_above_background_{band:02d}_db": value for band, value in enumerate(loud_db - background_db)}


def _shape(samples: Float32Array, bands: Float32Array, is_loud: BoolArray) -> dict[str, float]:
    """Flatness, centre and flux of the spectrum; crest and clipping of the waveform."""
    band_db = dynamics_measures.decibel(bands)
    flatness = band_db.mean(axis=1) - dynamics_measures.decibel(bands.mean(axis=1))
    centre = (bands + FLOOR) @ np.arange(SPEC.n_bands) / (bands + FLOOR).sum(axis=1)
    flux = np.abs(np.diff(band_db, axis=0)).mean(axis=1) if len(bands) > 1 else np.zeros(1)
    flat_db, middle_db = dynamics_measures.percentiles(flatness, (10, 50))
    flux_db, much_flux_db = dynamics_measures.percentiles(flux, (50, 95))
    rms, peak = np.sqrt(np.mean(samples**2)) + 1e-5, np.abs(samples).max() + 1e-5
    return {
        "flatness_loud_db": flatness[is_loud].mean(),
        "flatness_p10_db": flat_db,
        "flatness_p50_db": middle_db,
        "flatness_deviation_db": flatness.std(),
        "centre_loud": centre[is_loud].mean(),
        "centre_deviation": centre.std(),
        "centre_deviation_loud": centre[is_loud].std(),
        "flux_p50_db": flux_db,
        "flux_p95_db": much_flux_db,
        "crest_db": 20 * np.log10(peak / rms),
        "clipped_share": np.mean(np.abs(samples) >= 0.99),
    }


def _percentiles(name: str, values: FloatArray, percents: tuple[int, ...]) -> dict[str, float]:
    return {
        name.format(percent): value
        for percent, value in zip(percents, dynamics_measures.percentiles(values, percents), strict=True)
    }


NAMES: tuple[str, ...] = tuple(named_values(np.zeros(SPEC.sample_rate_hz, np.float32)))
