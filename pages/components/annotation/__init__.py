"""Judging as staff see it: agreement, decisions, doubtful labels, qualification."""
