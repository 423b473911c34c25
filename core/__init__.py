"""The rules, use cases and subject rooms of Earshot. No screen and no screen framework is imported here."""

VERSION = "0.1.0"
