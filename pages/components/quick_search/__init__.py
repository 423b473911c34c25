"""The search dialog that every screen has."""
