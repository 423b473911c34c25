"""Encryption of what lies on disk: keys, chunks that cannot be moved, streams, passphrases. Imports no other room."""
