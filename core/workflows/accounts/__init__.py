"""Accounts, passwords, signing in, and the audit log."""
