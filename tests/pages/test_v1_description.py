"""The description of the HTTP API for programs, and its page for people."""

from __future__ import annotations

import re

import pytest

from core.domain.labels import Role
from tests.programs import bearer, key, program, scorer

pytestmark = pytest.mark.usefixtures("scorer")
__all__ = ["program", "scorer"]


def test_the_description_names_the_key_every_status_and_files(program):
    _, secret = key()
    described = program.get("/v1/openapi.json", headers=bearer(secret)).json()
    assert described["openapi"].startswith("3.1")
    assert described["components"]["securitySchemes"]["key"] | {"description": ""} == {
        "type": "http",
        "scheme": "bearer",
        "description": "",
    }
    for path, methods in described["paths"].items():
        assert path.startswith("/v1/")
        for operation in methods.values():
            assert operation["security"] == [{"key": []}]
            for status in ("401", "403", "429", "503"):
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    form = described["components"]["schemas"]["RecordingForm"]
    assert form["properties"]["file"]["format"] == form["properties"]["files"]["items"]["format"] == "binary"


def test_the_page_for_people_shows_every_address_and_runs_our_script_only(visitor):
    page = visitor(Role.STAFF).get("/v1/docs", headers={"Accept": "text/html"})
    for operation in ("POST /v1/decisions", "GET /v1/decisions/{decision_id}", "GET /v1/model", "POST /v1/recordings"):
        assert operation in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    (script,) = re.findall(r'<script type="module" src="([^"]+)"></script>', page.text)
    assert "form_request.js" in visitor(Role.STAFF).get(script).text
    assert visitor(Role.JUDGE).get("/v1/docs").status_code == 403
    assert visitor(None).get("/v1/docs", headers={"Accept": "text/html"}).status_code == 303
