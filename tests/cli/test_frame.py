"""What every command shares: exit codes, errors on stderr, JSON on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import frame
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
PROMISED = ("import", "retrain", "report", "deploy", "score", "paper", "export", "accounts", "erase", "backup")


def test_without_a_command_the_commands_are_listed(run: Run) -> None:
    listed = run("--help").stdout
    assert all(command in listed for command in (*PROMISED, "restore", "demo", "check", "settings"))


def test_wrong_usage_ends_with_2(run: Run) -> None:
    assert run("report", "--am", "7").exit_code == 2
    assert run("no-such-command").exit_code == 2
    assert run("import").exit_code == 2


def test_what_is_refused_ends_with_1_and_one_message_on_stderr(run: Run) -> None:
    result = run("import", "/nowhere/at/all")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "/nowhere/at/all" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_setting_that_cannot_be_used_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_PORT", "many")
    result = run("models")
    assert result.exit_code == 1
    assert "EARSHOT_PORT='many'" in result.stderr


def test_json_may_be_asked_for_before_the_command(run: Run) -> None:
    assert json.loads(run("--json", "accounts", "list").stdout) == {"accounts": []}


def test_a_figure_that_does_not_exist_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    frame.print_json({"rcc": float("nan"), "interval": (0.5, float("inf")), "mot": "élève"})
    assert capsys.readouterr().out == '{"rcc": null, "interval": [0.5, null], "mot": "élève"}\n'


def test_a_share_without_data_says_so() -> None:
    assert frame.share(None) == frame.share(float("nan")) == "no data"
    assert frame.share(0.125) == "12.5 %"


def test_it_runs_as_a_module_in_a_process_of_its_own(storage: Path) -> None:
    words = [sys.executable, "-m", "core", "accounts", "add", "Ines", "--role", "judge", "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["name"] == "Ines"
    again = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert again.returncode == 1
    assert "Ines" in again.stderr
    assert "Traceback" not in again.stderr


def test_asking_for_help_makes_no_database(run: Run, storage: Path) -> None:
    assert run("import", "--help").exit_code == 0
    assert not storage.exists()
