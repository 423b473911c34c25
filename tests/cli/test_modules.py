"""Modules and the set of one click, from a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import config
from core.workflows.maintenance import module_download
from tests.cli.conftest import Run
from tests.module_server import page, serving


def test_where_no_source_gives_a_module_the_command_says_how_by_hand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_download, "PAUSE_S", 0.0)
    with serving() as server:
        monkeypatch.setenv("EARSHOT_VGGISH", f"{server.address}/google/vggish/1")
        monkeypatch.setenv("EARSHOT_KAGGLE_API", f"{server.address}/api/v1")
        config.settings.cache_clear()
        server.answers = {"/google/vggish/1": [page()]}
        result = run("fetch", "vggish")

    assert result.exit_code == 1
    words = " ".join(result.stderr.split())
    assert "something else than a .tar.gz" in words
    assert "status 403" in words
    assert "python -m core fetch vggish --from FILE" in words


def test_what_is_carried_here_and_is_no_module_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")

    result = run("fetch", "yamnet", "--from", str(tmp_path / "letter.txt"))
    assert result.exit_code == 1
    assert "neither a folder with saved_model.pb" in " ".join(result.stderr.split())


def test_what_one_click_trains_is_listed_and_chosen(run: Run) -> None:
    before = json.loads(run("systems", "--json").stdout)
    assert [each["name"] for each in before if each["chosen"]] == ["product", "mfcc-dnn", "vggish-dnn", "vggish-rnn"]
    assert [each["name"] for each in before if each["chosen"] and each["available"]] == ["product", "mfcc-dnn"]

    after = json.loads(run("systems", "--choose", "mfcc-rnn", "--json").stdout)
    assert [each["name"] for each in after if each["chosen"]] == ["mfcc-rnn"]
    assert run("systems", "--choose", "nonsense").exit_code == 1
    usual = json.loads(run("systems", "--choose", "usual", "--json").stdout)
    assert usual == before
