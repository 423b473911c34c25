"""One recording, two people, one label: the desk, its queue, disagreements and agreement."""
