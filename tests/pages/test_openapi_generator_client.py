"""A client by openapi-generator, which many languages have, works too: files, answers, problems."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from core.domain.api_keys import Scope
from tests.programs import address, bearer, key, scorer

ENVIRONMENT = Path(sys.prefix) / "openapi-generator" / "bin"
__all__ = ["address", "scorer"]
PROGRAM = """
import json, sys
from platform_client import ApiClient, ApiException, Configuration, DefaultApi

def api(secret):
    return DefaultApi(ApiClient(Configuration(host=sys.argv[1], access_token=secret)))

def status(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        assert json.loads(error.body)["status"] == error.status, error.body
        return error.status

mine = api(sys.argv[2])
single = mine.decide(file=("a.wav", b"good"), source="school").actual_instance
several = mine.decide(files=[("a.wav", b"bad"), ("b.wav", b"nothing")]).actual_instance
again = mine.get_decision(single.id)
assert again == single, (again, single)
print(json.dumps([single.decision.value, several.decisions[0].decision.reason.value,
                  several.decisions[1].problem.status, status(mine.decide, file=("a.wav", b"nothing")),
                  status(mine.get_model), status(api("no key").get_model)]))
"""


@pytest.fixture
def environment() -> Path:
    if not (ENVIRONMENT / "openapi-generator-cli").exists():
        pytest.skip("no openapi-generator; `make clients` installs it into an environment of its own")
    if shutil.which("java") is None:
        pytest.skip("openapi-generator needs Java")
    return ENVIRONMENT


@pytest.mark.slow
def test_openapi_generators_client_sends_files_and_reads_every_answer(
    environment: Path, address: str, tmp_path: Path
) -> None:
    _, secret = key(Scope.SCORE, Scope.READ_DECISIONS)
    described = tmp_path / "openapi.json"
    described.write_text(httpx2.get(f"{address}/v1/openapi.json", headers=bearer(secret)).text)
    options = ["-i", described, "-g", "python", "-o", tmp_path / "client", "--package-name", "platform_client"]
    command = [environment / "openapi-generator-cli", "generate", *options]
    generated = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert generated.returncode == 0, generated.stdout + generated.stderr
    program = tmp_path / "client" / "program.py"
    program.write_text(PROGRAM)
    ran = subprocess.run(
        [environment / "python", program, address, secret],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == ["accepted", "noise", 422, 422, 404, 401]
