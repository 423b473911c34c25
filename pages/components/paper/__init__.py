"""The parts of the Paper screen: tables, curves, claims, and the search."""
