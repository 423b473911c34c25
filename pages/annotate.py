"""Annotate: hear one recording, give one label, next. Everything happens in the player."""

from __future__ import annotations

from core.words import say
from pages.parts.account import current_account
from pages.parts.desk.annotator import annotator
from pages.parts.frame import EVERYBODY, page

who = current_account()
annotator(page(say(who.speaks if who else "en", "Annotate"), roles=EVERYBODY))
