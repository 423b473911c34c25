"""Why was one recording refused: from Overview by keyboard, counted in actions and seconds. And the way from lists."""

from __future__ import annotations

import csv
import json
import sqlite3
import time
from collections.abc import Callable

import pytest

from tests import audio_files
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

MOST_S = 2.0
SPEECHLESS = "porte-42"
CARD = {"system": {"features": "steady", "kind": "fusion", "task": "multiclass"}, "features": {"name": "steady"}}


@pytest.fixture(scope="module")
def password(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of staff, with thirty recordings and a model in force that refuses every third."""
    folder = tmp_path_factory.mktemp("sounds")
    with (folder / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["filename", "language", "word", "child", "judge_1", "judge_2"])
        for number in range(30):
            label = ("Accepted", "Noise", "Speechless")[number % 3]
            name = f"{SPEECHLESS}.wav" if number == 29 else f"{number}.wav"
            (folder / name).write_bytes(audio_files.encode(audio_files.tone(200 + 10 * number, 0.5)))
            table.writerow([name, "fr", f"mot{number}", f"child{number % 5}", label, label])
    server.command("import", str(folder / "manifest.csv"), "--json")
    _put_in_force(server)
    return str(json.loads(server.command("accounts", "add", "lea", "--role", "staff", "--json"))["password"])


def _put_in_force(server: Server) -> None:
    """Rows as a training and a deployment leave them; no model file is needed to look at its decisions."""
    now = "2026-11-25 12:00:00.000000"
    with sqlite3.connect(server.storage / "earshot.db") as database:
        database.execute("INSERT INTO snapshots (id, hash, created_at) VALUES (1, ?, ?)", ["0" * 64, now])
        database.execute(
            "INSERT INTO models (id, name, version_name, snapshot_id, seconds, created_at, card) "
            "VALUES ('m-1', 'Fusion', 'Fusion 7', 1, 1.0, ?, ?)",
            [now, json.dumps(CARD)],
        )
        labels = "SELECT recording_id, MIN(label) FROM judgements GROUP BY recording_id"
        for number, label in database.execute(labels).fetchall():
            p = (0.9, 0.06, 0.04) if label == "Accepted" else (0.1, 0.7, 0.2) if label == "Noise" else (0.1, 0.2, 0.7)
            database.execute("INSERT INTO probabilities VALUES ('m-1', ?, ?, ?, ?)", [number, *p])
        database.execute(
            "INSERT INTO operating_points (id, model_id, am_target, threshold, certainty, reason, chosen_at) "
            "VALUES (1, 'm-1', 0.1, 0.5, 0.5, '', ?)",
            [now],
        )
        database.execute("INSERT INTO deployments (operating_point_id, reason, deployed_at) VALUES (1, '', ?)", [now])


@pytest.fixture
def staff(server: Server, password: str, open_as: Callable):
    page = open_as("lea", password)
    page.get_by_role("heading", name="Overview").wait_for()
    page.locator(".opener").wait_for()
    return page


def test_why_one_recording_was_refused_is_three_actions_and_two_seconds_away(staff) -> None:
    actions = 0
    begins = time.perf_counter()
    staff.keyboard.press("Control+k")
    actions += 1
    staff.keyboard.type(SPEECHLESS)
    actions += 1
    staff.keyboard.press("Enter")  # also before the answer is there: it opens the first match then
    actions += 1
    staff.get_by_text("Why it is refused").wait_for()
    staff.get_by_text("hardly any reading is heard in it").wait_for()
    took_s = time.perf_counter() - begins
    assert actions <= 3
    assert took_s < MOST_S, f"{took_s:.2f} s"
    assert "/recording?id=" in staff.url
    staff.reload()
    staff.get_by_text("Why it is refused").wait_for()


def test_the_dialog_works_by_keyboard_alone_and_leaves_the_screen_its_keys(staff) -> None:
    staff.keyboard.press("Meta+k")
    staff.locator("dialog[open]").wait_for()
    staff.keyboard.type("mot1")
    staff.locator(".match", has_text="mot10").wait_for()
    staff.keyboard.press("ArrowDown")
    assert staff.locator(".match[aria-selected=true]").inner_text().startswith("mot10")
    staff.keyboard.press("Escape")
    staff.locator("dialog[open]").wait_for(state="detached")
    staff.keyboard.press("Control+k")
    staff.keyboard.type("zzz")
    staff.get_by_text("Nothing begins with that.").wait_for()
    staff.keyboard.press("Control+a")
    staff.keyboard.type("evalu")
    staff.locator(".match", has_text="Evaluate").wait_for()
    staff.keyboard.press("Enter")
    staff.get_by_role("heading", name="Evaluate").wait_for()


def test_a_title_in_a_list_leads_to_the_recording_which_plays(staff) -> None:
    staff.goto("/recordings?from=26")
    staff.locator(".row .title a", has_text="mot29").click()
    staff.get_by_text("Why it is refused").wait_for()
    staff.locator(".drawn .row .play").wait_for()
    painted = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(each => each)"
    )
    staff.wait_for_function(
        f"() => {{ const find = ({painted}); const host = [...document.querySelectorAll('*')]"
        ".map(each => each.shadowRoot?.querySelector('.drawn .spectrogram')).find(Boolean);"
        " return host && find(host); }"
    )
    staff.locator(".drawn .row .play").click()
    staff.locator(".drawn .row.playing").wait_for()
    staff.go_back()  # to the very page of the list
    staff.locator(".row .title", has_text="mot29").wait_for()
    assert staff.url.endswith("/recordings?from=26")


def test_a_low_window_shows_the_search_and_the_pages_in_one_line(staff) -> None:
    staff.set_viewport_size({"width": 1280, "height": 720})
    staff.goto("/recordings")
    staff.get_by_role("button", name="Next page").wait_for()
    search = staff.locator(".opener").bounding_box()
    assert search["y"] + search["height"] <= 720
    turn = staff.get_by_role("button", name="Next page").bounding_box()
    jump = staff.get_by_label("From recording").bounding_box()
    assert turn["y"] <= jump["y"] + jump["height"] / 2 <= turn["y"] + turn["height"]


def test_a_judge_finds_the_own_screen_and_no_recording(server: Server, password: str, open_as: Callable) -> None:
    judge = json.loads(server.command("accounts", "add", "anna", "--role", "judge", "--json"))["password"]
    page = open_as("anna", judge)
    page.locator(".opener").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/find" in request.url else None)
    page.keyboard.press("Control+k")
    page.keyboard.type("mot1")
    page.get_by_text("Nothing begins with that.").wait_for()
    assert asked == []
    page.goto("/recording?id=1")
    page.get_by_text("Not for this role").wait_for()
