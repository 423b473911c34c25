"""Annotate: hear one recording, give one label, next. Everything happens in the player."""

from __future__ import annotations

from core.translation import translate
from pages.components.current_account import current_account
from pages.components.desk.annotator import render_annotator
from pages.components.page_frame import EVERYBODY, begin_page

who = current_account()
render_annotator(begin_page(translate(who.speaks if who else "en", "Annotate"), roles=EVERYBODY))
