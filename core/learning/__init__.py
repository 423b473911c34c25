"""From features and labels to trained models. No database, no screen."""
