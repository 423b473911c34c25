"""What the Evaluate screen is made of: the trade-off to drag, its views, and what is in force."""
