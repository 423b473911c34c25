"""Scorers: processes that are always warm, loaded with the model in force, apart from the web server and training."""
