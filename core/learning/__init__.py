"""Features and labels to trained models. Knows no database and no screen."""
