"""The order of recordings for a judge, and the measurement of agreement. No database, no screen."""
