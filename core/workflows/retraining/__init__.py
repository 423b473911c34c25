"""From the labels that stand to new models: one click, one job."""
