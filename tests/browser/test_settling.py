"""Staff at the Disagreements screen in a real Chromium, by keyboard: a third judge instead of a decision."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import audio_files
from tests.browser.conftest import Server
from tests.browser.desk import Judge

pytestmark = pytest.mark.browser


@pytest.fixture
def passwords(server: Server, tmp_path: Path) -> dict[str, str]:
    """Of staff and of a third judge, with one recording on which two judges differ."""
    (tmp_path / "tone.wav").write_bytes(audio_files.encode(audio_files.tone(440, 0.5)))
    manifest = "filename,language,word,child,judge_1,judge_2\ntone.wav,fr,maison,kim,Noise,Accepted\n"
    (tmp_path / "manifest.csv").write_text(manifest)
    server.command("import", str(tmp_path / "manifest.csv"), "--json")
    return {
        name: json.loads(server.command("accounts", "add", name, "--role", role, "--json"))["password"]
        for name, role in (("eve", "staff"), ("cleo", "judge"))
    }


def settles_heard_and_takes_back(staff) -> None:
    """A key before it was heard settles nothing; after that a label and a reason do, a key each."""
    is_unheard = staff.locator(".st-key-decide_noise button").is_disabled()
    staff.keyboard.press("2")
    if is_unheard:
        assert staff.get_by_text("now choose why").count() == 0
    staff.locator(".st-key-decide_noise button:not([disabled])").wait_for()
    staff.keyboard.press("2")
    staff.get_by_text("Noise: now choose why.").wait_for()
    staff.keyboard.press("9")
    staff.get_by_text("Undo your last decision: maison, Noise").wait_for()
    staff.get_by_text("Undo your last decision").click()
    staff.locator(".row .title", has_text="maison").wait_for()


def test_a_disagreement_is_sent_to_a_third_judge_and_the_majority_counts(
    server: Server, passwords: dict[str, str], open_as: Callable
) -> None:
    staff = open_as("eve", passwords["eve"])
    staff.get_by_role("heading", name="Overview").wait_for()
    staff.goto("/disagreements")
    staff.locator(".row .title", has_text="maison").wait_for()
    staff.get_by_text("dBFS").first.wait_for()
    assert "judge_1" not in staff.locator("body").inner_text()
    settles_heard_and_takes_back(staff)
    staff.keyboard.press("t")
    staff.get_by_text("Undo your last decision: maison, to a third judge").wait_for()
    staff.get_by_text("Undo your last decision").click()
    staff.locator(".row .title", has_text="maison").wait_for()
    staff.keyboard.press("t")
    staff.get_by_text("With a third judge: 1 recording").wait_for()

    cleo = Judge(open_as("cleo", passwords["cleo"]), server, "cleo").open()
    assert cleo.ready() == "maison"
    cleo.page.wait_for_timeout(600)  # heard to the end
    cleo.press("Digit2")
    cleo.has({"maison": "Noise"})

    exported = server.storage.parent / "labels.csv"
    server.command("export", "labels", str(exported))
    with exported.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["judge"]: row["label"] for row in rows} == {"judge_1": "Noise", "judge_2": "Accepted", "cleo": "Noise"}
    assert {(row["consensus"], row["wanted"]) for row in rows} == {("Noise", "3")}
    staff.reload()
    staff.get_by_text("No two judges differ on a recording that waits").wait_for()
