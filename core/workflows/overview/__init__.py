"""Which warnings stand, and what is most worth doing next."""
