"""The parts of the Evaluate screen: the trade-off, its views, and the deployed operating point."""
