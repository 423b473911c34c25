"""The command line, by subject; `core.__main__` puts it together."""
