"""Annotate: hear one recording, give one label, next. Everything happens in the player."""

from __future__ import annotations

from pages.parts.annotator import annotator
from pages.parts.frame import EVERYBODY, page

account = page("Annotate", roles=EVERYBODY)
annotator(account.id)
