"""The house itself: taking data out, erasing, backup, demonstration, checks and the start."""
