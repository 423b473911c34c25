"""Probabilities to decisions. Knows no database and no screen."""
