"""The parts of the Retrain screen: jobs, what changed, the gate, models and their cards."""
