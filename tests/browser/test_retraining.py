"""The gate in a real Chromium: a model that lost is promoted with a reason and rolled back; a new one is trained."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.browser.conftest import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRAINED_WITHIN_MS = 240_000
PREPARE = """
from core.workflows.deployment import deployment_control
from core.domain.actor import COMMAND_LINE
from db import session
from tests.workflows import trained
from tests.workflows import labelled_sounds
session.prepare()
labelled_sounds.label_sounds(24)
trained.add_model("good", skill=6.0)
deployment_control.deploy("good", 0.10, actor=COMMAND_LINE)
trained.add_model("worse", skill=-3.0, seed=1)
"""


@pytest.fixture
def staff(server: Server, open_as: Callable):
    """Staff on the Retrain screen of a small corpus: "good" is in force, "worse" came after it."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(server.command("accounts", "add", "carla", "--role", "staff", "--json"))
    page = open_as("carla", made["password"])
    page.goto("/retrain")
    return page


def decides(server: Server) -> str:
    return str(json.loads(server.command("models", "--json"))["deployed"])


def test_a_model_that_lost_is_promoted_with_a_reason_rolled_back_and_a_new_one_trained(server: Server, staff) -> None:
    staff.get_by_text("not offered").first.wait_for()
    promotes_anyway(staff)
    staff.get_by_text("they asked for it").wait_for()
    assert decides(server) == "worse"
    staff.get_by_role("button", name="Roll back").click()
    staff.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    staff.get_by_text("not offered").first.wait_for()
    assert decides(server) == "good"
    retrains(staff)
    staff.get_by_text("dynamics SVM binary").first.wait_for(timeout=TRAINED_WITHIN_MS)
    staff.get_by_text(
        re.compile("model in force, as far as|Better than the model|Worse on these|Clearly worse")
    ).wait_for()
    assert decides(server) == "good"
    assert staff.get_by_test_id("stException").count() == 0


def promotes_anyway(page) -> None:
    page.get_by_role("button", name="Deploy it anyway").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Use it anyway").click()
    dialog.get_by_text(re.compile("Say why")).wait_for()
    dialog.get_by_label("Why all the same?").fill("they asked for it")
    dialog.get_by_role("button", name="Use it anyway").click()
    dialog.wait_for(state="detached")


def retrains(page) -> None:
    """A support vector machine on signal dynamics: seconds."""
    page.get_by_role("button", name="Other features and networks").click()
    page.get_by_role("button", name="Signal dynamics", exact=True).click()
    page.get_by_role("button", name="Support vector machine").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Retrain", exact=True).click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_text("Against the model in force").wait_for()
