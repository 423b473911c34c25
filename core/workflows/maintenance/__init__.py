"""Export, erasure, backup, demonstration, checks and the start."""
