"""The Overview's rules as they run."""
