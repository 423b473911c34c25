"""A lived-in installation for tests that walk all screens: judged and unjudged recordings, two models, one in force."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.workflows.deployment import deployment_control
from db import engines
from tests import audio_files
from tests.workflows import trained

if TYPE_CHECKING:
    from tests.browser.conftest import Server

ROLES = {"ada": "judge", "eve": "staff", "amy": "admin"}
DIFFERENT = 4  # recordings on which two judges differ


def furnish(server: Server, folder: Path) -> dict[str, str]:
    """Fill the server's storage; the passwords of a judge, of staff and of an administrator."""
    server.command("import", str(_differing(folder)), "--json")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("EARSHOT_STORAGE", "EARSHOT_MODELS"):
            patch.setenv(name, server.environment[name])
        config.settings.cache_clear()
        trained.label_recordings()
        trained.add_model("older", skill=1.0, system=("mfcc", "rnn", "binary"))
        trained.add_model("newer", seed=1, skill=1.6)
        for model_id in ("older", "newer"):
            deployment_control.deploy(model_id, 0.1, actor=COMMAND_LINE, reason="to have one", anyway=True)
        engines.dispose()
    config.settings.cache_clear()
    return {
        name: json.loads(server.command("accounts", "add", name, "--role", role, "--json"))["password"]
        for name, role in ROLES.items()
    }


def _differing(folder: Path) -> Path:
    with (folder / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["filename", "language", "word", "child", "judge_1", "judge_2"])
        for number in range(DIFFERENT):
            (folder / f"{number}.wav").write_bytes(audio_files.encode(audio_files.tone(700 + 10 * number, 0.5)))
            table.writerow([f"{number}.wav", "fr", f"autre{number}", f"kim{number}", "Noise", "Accepted"])
    return folder / "manifest.csv"
