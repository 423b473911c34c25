"""One judge at one desk, as a browser test sees it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.workflows.annotation.protocols import KEPT_S

if TYPE_CHECKING:
    from tests.browser.conftest import Server

PATIENCE_S = 15


class Judge:
    """One judge at one desk: what is on screen, what is pressed, what the database holds."""

    def __init__(self, page, server: Server, name: str) -> None:
        self.page, self.server, self.name = page, server, name

    def open(self) -> Judge:
        self.page.goto("/annotate")
        self.page.locator(".start").click()
        return self

    def ready(self) -> str:
        """Wait until the recording on screen takes a label; its word."""
        self.page.locator(".label[aria-disabled=false]").first.wait_for()
        return self.page.locator(".word").inner_text()

    def press(self, key: str) -> str:
        """Press a key on a recording that takes labels; the word that was on screen."""
        word = self.ready()
        self.page.keyboard.press(key)
        return word

    def labels(self) -> dict[str, str]:
        """The labels in force, by word."""
        return {row[0]: row[1] for row in self.rows("AND undone_at IS NULL")}

    def rows(self, condition: str = "") -> list[tuple]:
        query = (
            "SELECT word, label, seconds_heard, replays, decision_s, undone_at FROM judgements"
            " JOIN recordings ON recordings.id = recording_id JOIN accounts ON accounts.id = account_id"
            f" WHERE name = ? {condition} ORDER BY judgements.id"
        )
        with sqlite3.connect(self.server.storage / "earshot.db") as database:
            return database.execute(query, [self.name]).fetchall()

    def waits_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, (self.rows(), self.page.locator(".desk").inner_text())
            self.page.wait_for_timeout(50)

    def has(self, expected: dict[str, str]) -> None:
        self.waits_until(lambda: self.labels() == expected)

    def query(self, words: str, *values: Any) -> list[tuple]:
        """Ask the database, or change it behind everybody's back."""
        with sqlite3.connect(self.server.storage / "earshot.db") as database:
            return database.execute(words, values).fetchall()

    def has_rules(self, kind: str, **rules: Any) -> int:
        """Rules that staff put in force before this judge comes; their number.

        The desk of the screen after the sign-in may have asked for those of before, which the server remembers.
        """
        self.page.goto("about:blank")
        words = "INSERT INTO protocols (kind, value, set_at) VALUES (?, ?, '2026-01-01 00:00:00') RETURNING id"
        number = int(self.query(words, kind, json.dumps(rules))[0][0])
        time.sleep(KEPT_S)
        return number
