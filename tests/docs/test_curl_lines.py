"""The curl lines and the Python of the guide's "From a program", run as they stand against a real server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.domain.api_keys import Scope
from core.domain.json_types import JsonObject
from core.domain.models import Deployment, OperatingPoint
from core.errors import QueueFull, Unavailable
from core.workflows.deployment import scoring
from db import deployments, session
from tests.audio_files import encode, tone
from tests.programs import address, key, score_remote, scorer

GUIDE = (Path(__file__).parents[2] / "docs/guide.md").read_text(encoding="utf-8")
SECTION = GUIDE[GUIDE.index("### From a program") :]
LINES = re.findall(r"^curl .*$", SECTION, re.MULTILINE)
ANSWERS = ["id", "id", "decisions", "id", "id", "sentences", "id", "model", "is_new", "openapi"]
__all__ = ["address", "scorer"]
pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")


def run(line: str, folder: Path, at: str, **variables: str) -> dict[str, object]:
    done = subprocess.run(
        ["bash", "-c", line.replace("https://this.server", at)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"} | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_every_curl_line_works_as_it_stands(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = encode(tone(440, 1))
    for name in ("reading.wav", "other.webm"):
        (tmp_path / name).write_bytes(sound)
    monkeypatch.setattr("tests.programs.GOOD_BEGINNING", b"RIFF")
    point = OperatingPoint(1, "m-1", 0.1, 0.5, "ada", session.now(), "")
    in_force = Deployment(1, point, "ada", session.now(), "")
    monkeypatch.setattr(deployments, "newest", lambda _tx: in_force)
    _, secret = key(Scope.SCORE, Scope.READ_DECISIONS, Scope.IMPORT)
    decision_id = ""
    for line, expected in zip(LINES, ANSWERS, strict=True):
        answer = run(line, tmp_path, address, KEY=secret, ID=decision_id)
        assert expected in answer, line
        decision_id = str(answer.get("id") or decision_id) if "decision" in answer else decision_id


@pytest.fixture
def decide() -> Callable[..., dict[str, object]]:
    """The function of the guide."""
    (block,) = re.findall(r"```python\n(.*?)```", SECTION.partition("\n### ")[0], re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    function: Callable[..., dict[str, object]] = names["decide"]
    return function


def test_the_python_of_the_guide_decides(decide: Callable[..., dict[str, object]], address: str) -> None:
    _, secret = key(Scope.SCORE)
    assert decide(b"good sound", address, secret, "école")["source"] == "école"
    with pytest.raises(ValueError, match="problem:refused"):
        decide(b"no sound", address, secret)
    with pytest.raises(ValueError, match="problem:key-needed"):
        decide(b"good sound", address, "earshot_unknown")


def test_the_python_of_the_guide_asks_again_where_that_can_help(
    decide: Callable[..., dict[str, object]], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = [Unavailable("no scorer"), QueueFull("full", retry_after_s=3)]

    def troubled(files: list[tuple[str, bytes]], **more: str) -> list[JsonObject]:
        if troubles:
            raise troubles.pop()
        return score_remote(files)

    waited: list[float] = []
    monkeypatch.setattr(scoring, "score_remote", troubled)
    monkeypatch.setattr(time, "sleep", waited.append)
    _, secret = key(Scope.SCORE)
    assert decide(b"good sound", address, secret)["decision"] == "accepted"
    assert waited == [3.0, 2.0]
