"""The pieces of one recording's page."""
