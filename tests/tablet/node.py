"""Node beside Python: one process answers about many waveforms. Tests are skipped where there is no node."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).with_name("answers.mjs")


class JavaScriptError(Exception):
    """`name` is the class of the error."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Node:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, ask: str, samples: Any = (), rate_hz: float = 16_000) -> Any:
        text = base64.b64encode(np.asarray(samples, "<f4").tobytes()).decode()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": ask, "base64": text, "rate_hz": rate_hz}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise JavaScriptError(answer["error"], answer["message"])
        return answer["answer"]


@contextmanager
def running_node(module: Path | None = None) -> Iterator[Node]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    command = [node, str(SCRIPT), *([str(module)] if module else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Node(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
