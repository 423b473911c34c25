"""Retraining: from the labels that stand to new models, as one job."""
