"""From probabilities to figures and thresholds. No database, no screen."""
