"""What staff see of judging: doubts, decisions, judges, qualification."""
