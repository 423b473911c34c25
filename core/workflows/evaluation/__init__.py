"""What a model is worth at a threshold: figures, curves, slices, confusions, reports."""
