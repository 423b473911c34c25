"""A terminal in the test's own process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from core.__main__ import app

Run = Callable[..., Result]
Json = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """`run("import", "folder")`: the result, with `exit_code`, `stdout` and `stderr`."""

    def run_words(*words: str, standard_input: str = "") -> Result:
        result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(words), input=standard_input)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_words


@pytest.fixture
def said(run: Run) -> Json:
    """`said("import", "folder")`: what the command writes with --json, when it ends with 0."""

    def said_words(*words: str, standard_input: str = "") -> Any:
        result = run(*words, "--json", standard_input=standard_input)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return said_words
