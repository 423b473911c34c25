"""A client that another's generator makes of our description works: files, answers, problems."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from core.domain.api_keys import Scope
from tests.programs import address, bearer, key, scorer

GENERATOR = Path(sys.prefix) / "clients" / "bin" / "openapi-python-client"
__all__ = ["address", "scorer"]
PROGRAM = """
import io, json, sys
from client import AuthenticatedClient
from client.api.default import decide, get_decision, get_model
from client.models import Batch, Decision, Problem, RecordingForm
from client.types import File

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])

def file(content):
    return File(payload=io.BytesIO(content), file_name="a.wav", mime_type="audio/wav")

single = decide.sync(client=client, body=RecordingForm(file=file(b"good")), source="school")
several = decide.sync(client=client, body=RecordingForm(files=[file(b"bad"), file(b"nothing")]))
raw = decide.sync(client=client, body=File(payload=io.BytesIO(b"bad")))
again = get_decision.sync(single.id, client=client)
refused = decide.sync(client=client, body=RecordingForm(file=file(b"nothing")))
unknown = get_model.sync(client=client)
stranger = get_model.sync(client=AuthenticatedClient(base_url=sys.argv[1], token="no key"))
assert isinstance(single, Decision) and isinstance(raw, Decision), (single, raw)
assert isinstance(several, Batch), several
assert again == single, (again, single)
assert all(isinstance(each, Problem) for each in (refused, unknown, stranger)), (refused, unknown, stranger)
print(json.dumps([single.decision, raw.reason, several.decisions[0].decision.reason,
                  several.decisions[1].problem.status, refused.status, unknown.status, stranger.status]))
"""


@pytest.fixture
def generator() -> Path:
    found = GENERATOR if GENERATOR.exists() else shutil.which("openapi-python-client")
    if not found:
        pytest.skip("no openapi-python-client; `make clients` installs it into an environment of its own")
    return Path(found)


@pytest.mark.slow
def test_a_generated_client_sends_files_and_reads_every_answer(generator: Path, address: str, tmp_path: Path) -> None:
    _, secret = key(Scope.SCORE, Scope.READ_DECISIONS)
    described = tmp_path / "openapi.json"
    described.write_text(httpx2.get(f"{address}/v1/openapi.json", headers=bearer(secret)).text)
    folder = tmp_path / "client"
    command = [
        generator,
        "generate",
        "--path",
        described,
        "--output-path",
        folder,
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    search = {"PATH": f"{generator.parent}{os.pathsep}{os.environ['PATH']}"}
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | search)
    assert made.returncode == 0, made.stdout + made.stderr
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    python = generator.resolve().parent / "python"
    ran = subprocess.run(
        [generator.parent / "python" if not python.exists() else python, program, address, secret],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == ["accepted", "noise", "noise", 422, 422, 404, 401]
