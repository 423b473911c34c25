"""The search for hyperparameters, trial by trial."""
