"""The parts of the screens, by screen; those that several screens share stand in this folder."""
