"""Many labels to one label. Knows no database and no screen."""
