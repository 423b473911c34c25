"""Lists of recordings to play, and what was measured of their sound."""
