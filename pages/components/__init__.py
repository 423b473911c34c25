"""What screens share: the page frame, charts, the players, the operating curve."""
