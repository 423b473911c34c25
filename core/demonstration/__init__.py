"""Synthesised recordings for the demonstration: invented children, rooms and noises."""
