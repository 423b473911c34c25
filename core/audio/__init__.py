"""Bytes to waveform to features. Knows no database and no screen."""
