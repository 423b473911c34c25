"""Pieces of the Live screen."""
