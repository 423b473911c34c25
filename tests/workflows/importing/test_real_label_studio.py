"""Out to a real Label Studio, annotated there by its API, and back without loss: judges kept apart, in every form.

LABEL_STUDIO names its executable, in an environment of its own (`pip install label-studio`); else that of the PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import table_export
from tests.workflows.recorded import recording

EXECUTABLE = os.environ.get("LABEL_STUDIO") or shutil.which("label-studio")
TOKEN = "0123456789abcdef0123456789abcdef01234567"
PATIENCE_S = 120.0
INTERFACE = """<View><Audio name="audio" value="$audio"/><Choices name="label" toName="audio" choice="single">
<Choice value="Accepted"/><Choice value="Noise"/><Choice value="Speechless"/></Choices>
<TextArea name="comment" toName="audio"/></View>"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif(not EXECUTABLE, reason="no Label Studio; LABEL_STUDIO names its executable"),
]


class Studio:
    """A running Label Studio with one project."""

    def __init__(self, address: str) -> None:
        self._address = address

    def call(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._address + path, method=method, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: bytes = answer.read()
        return content

    def is_up(self) -> bool:
        try:
            return bool(self.call("GET", "/api/projects"))
        except OSError:
            return False

    def new_project(self) -> int:
        made = json.loads(self.call("POST", "/api/projects", {"title": "recordings", "label_config": INTERFACE}))
        return int(made["id"])

    def annotate(self, task_id: int, word: str, who: int) -> None:
        value = {"choices": [word]}
        answer = {"from_name": "label", "to_name": "audio", "type": "choices", "value": value}
        body = {"result": [answer], "lead_time": 2.5, "completed_by": who}
        self.call("POST", f"/api/tasks/{task_id}/annotations/", body)


@pytest.fixture
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["start", "--no-browser", "--port", str(port), "--internal-host", "127.0.0.1", "--user-token", TOKEN]
    words += ["--username", "staff@example.org", "--password", "Long-Enough-1"]
    own = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true"}
    own |= {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}
    server = subprocess.Popen(
        [str(EXECUTABLE), *words], env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    there, until = Studio(f"http://127.0.0.1:{port}"), time.monotonic() + PATIENCE_S
    try:
        while not there.is_up():
            assert server.poll() is None, "Label Studio ended"
            assert time.monotonic() < until, "Label Studio did not start"
            time.sleep(1.0)
        yield there
    finally:
        server.terminate()
        server.wait(timeout=30)


def labels() -> dict[str, dict[str, Label]]:
    judged = {item.recording.filename: item.judgements for item in recording_search.search_recordings().items}
    return {name: {one.judge: one.label for one in given} for name, given in judged.items() if given}


def test_labels_go_out_and_come_back_with_what_was_annotated_there(studio: Studio, tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for number, name in enumerate(("a.wav", "b + é.wav", "c.wav")):
        (sounds / name).write_bytes(recording(number))
    import_recordings.import_path(sounds, actor=COMMAND_LINE)
    (tmp_path / "first.csv").write_text("filename,judge,label\na.wav,anna,Noise\na.wav,bert,Noise\nc.wav,anna,Noise\n")
    import_recordings.import_path(tmp_path / "first.csv", actor=COMMAND_LINE)
    table_export.export_labels(tmp_path / "out.json")

    project = studio.new_project()
    studio.call("POST", f"/api/projects/{project}/import", json.loads((tmp_path / "out.json").read_text()))
    ben = json.loads(
        studio.call("POST", "/api/users", {"email": "ben@x.org", "username": "b", "password": "Long-Enough-2"})
    )
    tasks = json.loads(studio.call("GET", f"/api/tasks?project={project}"))["tasks"]
    number = {task["data"]["filename"]: task["id"] for task in tasks}
    studio.annotate(number["b + é.wav"], "Accepted", 1)
    studio.annotate(number["b + é.wav"], "Speechless", ben["id"])
    studio.annotate(number["c.wav"], "Noise", ben["id"])

    expected = {
        "a.wav": {"anna": "Noise", "bert": "Noise"},
        "b + é.wav": {"label-studio-1": "Accepted", f"label-studio-{ben['id']}": "Speechless"},
        "c.wav": {"anna": "Noise", f"label-studio-{ben['id']}": "Noise"},
    }
    for place, kind in enumerate(("JSON", "JSON_MIN", "CSV", "TSV")):
        path = tmp_path / f"back-{kind}.{'json' if 'JSON' in kind else kind.lower()}"
        path.write_bytes(
            studio.call("GET", f"/api/projects/{project}/export?exportType={kind}&download_all_tasks=true")
        )
        result = import_recordings.import_path(path, actor=COMMAND_LINE)
        assert (result.judgements, result.refused) == (0 if place else 3, []), kind
        assert labels() == expected, kind
    for kind in ("JSON_MIN", "CSV"):
        _forget_what_came_back()
        path = tmp_path / f"back-{kind}.{'json' if 'JSON' in kind else kind.lower()}"
        assert import_recordings.import_path(path, actor=COMMAND_LINE).judgements == 3
        assert labels() == expected, kind


def _forget_what_came_back() -> None:
    from sqlalchemy import delete, select

    from db import schema, session

    with session.writing() as tx:
        theirs = select(schema.accounts.c.id).where(schema.accounts.c.name.like("label-studio-%"))
        tx.execute(delete(schema.judgements).where(schema.judgements.c.account_id.in_(theirs)))
