"""What the Paper screen is made of: tables, curves, claims, and the search."""
