"""From labels to models: snapshots, systems, retraining, searching, and what is kept of it."""
