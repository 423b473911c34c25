"""One recording, two judges, one consensus: the desk, its queue, disagreements and agreement."""
