"""What three tasks of staff cost by hand, in actions (clicks, keys, texts typed) and seconds, in a real Chromium.

    python -m bench.tasks [--url URL --name NAME --password PASSWORD]

Deploy from nothing: a model is trained and none decides. Settle ten: ten recordings on which two judges differ, each
heard to where it may be settled, with a label and a reason. Why one was refused: from Overview to the reason, by the
file name of a recording. The hand takes no time to think, so seconds are those of the tool and of the recordings that
must be heard.

Without `--url` it starts a server of its own with the demonstration's recordings and trains on them (a minute or two).
An installation with a trained model and ten disagreements can be named instead; it is changed by the tasks. Exits with
1 when a task takes more than `MOST`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.keys import CHROMIUM, FLAGS
from tests.serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SETTLED = 10
WITHIN_MS = 60_000
# actions and seconds; settling takes as long as the recordings, which a listener hears whatever the tool does
MOST = {"deploy from nothing": (5, None), "settle ten": (2 * SETTLED, None), "why one was refused": (3, 2.0)}


@dataclass(frozen=True)
class Installation:
    """A server with somebody of staff."""

    url: str
    name: str
    password: str


@dataclass(frozen=True)
class TaskCost:
    """actions : clicks, keys and texts typed"""

    task: str
    actions: int
    seconds: float


class Hand:
    """Acts on a page and counts: a click, a key, or a text that is typed is an action."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, where: Locator) -> None:
        self.actions += 1
        where.click(timeout=WITHIN_MS)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.actions += 1
        self.page.keyboard.type(text)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until it is on screen; looking costs no action."""
        self.page.get_by_text(text).first.wait_for(timeout=WITHIN_MS)

    def rests(self) -> None:
        """Wait until the screen has run and shows nothing of the run before, as eyes do."""
        self.page.locator("[data-test-script-state=notRunning]").wait_for(timeout=WITHIN_MS)
        self.page.locator("[data-stale=true]").first.wait_for(state="detached")


Task = Callable[[Hand], None]


def deploy(hand: Hand) -> None:
    """From the Overview of a tool that decides nothing yet to a threshold in force, with a reason."""
    hand.click(hand.page.get_by_role("button", name="Choose an operating point"))
    hand.click(hand.page.get_by_role("button", name=re.compile("Use this operating point")))
    hand.click(hand.page.get_by_label("Why this one?"))
    hand.write("Few children read again for nothing.")
    hand.click(hand.page.get_by_role("dialog").get_by_role("button", name="Use it"))
    hand.sees(re.compile("In force:"))


def settle_ten(hand: Hand) -> None:
    """At Disagreements: hear, a label, a reason, ten times; the second key as soon as the first."""
    for _ in range(SETTLED):
        hand.rests()
        before = hand.page.get_by_text(re.compile("to settle")).first.inner_text()
        hand.page.locator(".st-key-decide_noise button:not([disabled])").wait_for(timeout=WITHIN_MS)
        hand.press("2")
        hand.press("7")
        hand.page.get_by_text(before, exact=True).first.wait_for(state="detached", timeout=WITHIN_MS)


def why_refused(name: str) -> Task:
    """From the Overview to the reason for which the recording of this file name is refused."""

    def find_out(hand: Hand) -> None:
        hand.press("Control+k")
        hand.write(name)
        hand.press("Enter")
        hand.sees("Why it is refused")

    return find_out


def cost_of(page: Page, task: str, begin: str, do: Task) -> TaskCost:
    """A task from a screen that has run."""
    page.goto(begin)
    page.locator("h1").first.wait_for()
    hand = Hand(page)
    hand.rests()
    begun = time.perf_counter()
    do(hand)
    return TaskCost(task, hand.actions, time.perf_counter() - begun)


@contextmanager
def signed_in(installation: Installation) -> Iterator[Page]:
    """A page of somebody of staff, on the first screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(base_url=installation.url, viewport={"width": 1280, "height": 720}).new_page()
        page.goto("/sign-in")
        page.get_by_label("Name").fill(installation.name)
        page.get_by_label("Password").fill(installation.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        browser.close()


@contextmanager
def own_installation(folder: Path) -> Iterator[Installation]:
    """A server with the demonstration's recordings and a model that decides nothing yet."""
    os.environ |= {"EARSHOT_STORAGE": f"{folder}/storage", "EARSHOT_MODELS": f"{folder}/models"}
    command("demo")
    command("retrain", "--features", "mfcc", "--networks", "dnn", "--wait", "--json")
    password = json.loads(command("accounts", "add", "hand", "--role", "staff", "--json"))["password"]
    served = Served(folder / "server.log")
    served.start()
    try:
        yield Installation(f"http://127.0.0.1:{served.port}", "hand", password)
    finally:
        served.kill()


def command(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "core", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def refused_name(page: Page) -> str:
    """The file name of a recording that the model in force refuses, by which somebody asks for it."""
    page.goto("/evaluate?tab=hear&cell=speechless_refused")
    title = page.locator(".player .row .title a").first
    title.wait_for(timeout=WITHIN_MS)
    page.goto(title.get_attribute("href") or "")
    facts = page.get_by_text(re.compile(r" · number \d+$")).first
    facts.wait_for(timeout=WITHIN_MS)
    return facts.inner_text().partition(" · ")[0]


def measure(installation: Installation) -> list[TaskCost]:
    with signed_in(installation) as page:
        return [
            cost_of(page, "deploy from nothing", "/overview", deploy),
            cost_of(page, "settle ten", "/disagreements", settle_ten),
            cost_of(page, "why one was refused", "/overview", why_refused(refused_name(page))),
        ]


def main() -> None:
    arguments = _arguments()
    if arguments.url:
        costs = measure(Installation(arguments.url, arguments.name, arguments.password))
    else:
        with (
            tempfile.TemporaryDirectory(prefix="earshot-tasks-") as folder,
            own_installation(Path(folder)) as installation,
        ):
            costs = measure(installation)
    missed = False
    for cost in costs:
        most_actions, most_s = MOST[cost.task]
        print(f"{cost.task}: {cost.actions} actions, {cost.seconds:.1f} s")
        missed |= cost.actions > most_actions or (most_s is not None and cost.seconds > most_s)
    sys.exit(int(missed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", default="", help="of a server that runs, such as http://127.0.0.1:8501")
    parser.add_argument("--name", default="", help="of somebody of staff there")
    parser.add_argument("--password", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
