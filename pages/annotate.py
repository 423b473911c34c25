"""Annotate: hear a recording and label it. Everything happens in the desk's own component."""

from __future__ import annotations

from core.translation import translate
from pages.components.current_account import current_account
from pages.components.desk.annotator import render_annotator
from pages.components.page_frame import EVERYBODY, begin_page

account = current_account()
render_annotator(begin_page(translate(account.speaks if account else "en", "Annotate"), roles=EVERYBODY))
