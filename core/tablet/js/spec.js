// Every number that changes the features, as `SteadySpec` in core/audio/steady_dynamics.py holds them: a test compares.

export const CONDITIONING = Object.freeze({
  loud_dbfs: -40.0,
  faintest_dbfs: -80.0,
  loud_percentile: 99.0,
  zeros_below: 1.6e-5,
  least_s: 0.1,
  high_pass_hz: 90.0,
  high_pass_order: 4,
  mains_hz: [50.0, 60.0],
  mains_off_hz: 0.4,
  n_fundamentals: 17,
  n_harmonics: 16,
  line_db: 12.0,
  faint_line_db: 6.0,
  least_lines_db: 60.0,
  decimation: 8,
  surroundings_hz: [6.0, 20.0],
});

export const DYNAMICS = Object.freeze({
  version: 1,
  sample_rate_hz: 16000,
  frame_samples: 400,
  hop_samples: 160,
  pitch_frame_samples: 640,
  pitch_hop_samples: 320,
  pitch_low_hz: 80.0,
  pitch_high_hz: 640.0,
  pitch_reference_hz: 200.0,
  voiced_strength: 0.6,
  strongly_voiced_strength: 0.85,
  steady_octaves: 0.05,
  onset_db: 6.0,
  n_bands: 18,
  band_low_hz: 80.0,
  band_high_hz: 7600.0,
  loud_range_db: 10.0,
  percentiles: [1, 5, 10, 25, 50, 75, 90, 95, 99],
  below_peak_db: [3, 6, 10, 15, 20, 30],
  windows_s: [0.1, 0.25, 0.5, 1.0],
  slope_frames: [2, 5, 10, 20],
  modulation_edges_hz: [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
});

export const STEADY = Object.freeze({ version: 1, conditioning: CONDITIONING, dynamics: DYNAMICS });

/** Of power: -100 dB, below the last bit of 16-bit sound. */
export const FLOOR = 1e-10;
export const SAMPLE_RATE_HZ = DYNAMICS.sample_rate_hz;
export const HOP_S = DYNAMICS.hop_samples / SAMPLE_RATE_HZ;
export const PITCH_HOP_S = DYNAMICS.pitch_hop_samples / SAMPLE_RATE_HZ;
