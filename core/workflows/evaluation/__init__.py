"""Evaluation of models at a threshold: figures, curves, slices, confusions, reports."""
