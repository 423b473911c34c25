"""From bytes to waveforms to features. No database, no screen."""
