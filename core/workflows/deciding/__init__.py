"""From probabilities to decisions: what a model is worth, what it does to whom, and which one decides."""
