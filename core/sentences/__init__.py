"""Sentences that screens, the command line and reports share, made from figures and enums. No code reads them."""
