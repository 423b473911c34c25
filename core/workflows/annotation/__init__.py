"""Judging: the desk, its queue, disagreements and agreement."""
