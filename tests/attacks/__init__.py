"""Attacks, tried: each test does what an attacker would do and shows that it gives nothing."""
