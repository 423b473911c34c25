"""Settings are documented where they are defined, and nowhere else by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import config
from core.cli import system
from tests.cli.conftest import Json, Run

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_what_the_command_writes(run: Run) -> None:
    assert PAGE.read_text(encoding="utf-8") == run("settings", "--markdown").stdout


def test_every_setting_has_a_description(storage: Path) -> None:
    assert all(one.description.endswith(".") for one in config.effective_settings())
    assert system.settings_page().count("| `EARSHOT_") == len(config.Settings.model_fields)


def test_the_values_in_force_are_shown(said: Json, storage: Path) -> None:
    assert said("settings")["EARSHOT_STORAGE"] == str(storage)


def test_secrets_are_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_SECRET_KEY", "hush-hush")
    monkeypatch.setenv("EARSHOT_DATABASE_URL", "postgresql+psycopg://earshot:tiptoe@db:5432/earshot")
    for words in (("settings",), ("settings", "--json")):
        shown = run(*words).stdout
        assert "hush-hush" not in shown
        assert "tiptoe" not in shown
    assert "postgresql+psycopg://earshot:***@db:5432/earshot" in shown


@pytest.mark.parametrize("address", ["postgresql://me:p/tiptoe@host/db", "postgresql://host/db?password=tiptoe"])
def test_a_password_is_hidden_wherever_it_stands_in_an_address(
    run: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", address)
    monkeypatch.setenv("EARSHOT_STORAGE", "s3://key:tiptoe@bucket/folder")
    assert "tiptoe" not in run("settings").stdout + run("settings", "--json").stdout


@pytest.mark.parametrize(
    ("n_cores", "stated", "expected"), [(1, "", 1), (2, "", 1), (3, "", 2), (64, "", 4), (2, "7", 7)]
)
def test_one_processor_stays_free_for_judging_unless_somebody_says_otherwise(
    n_cores: int, stated: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config.os, "cpu_count", lambda: n_cores)
    if stated:
        monkeypatch.setenv("EARSHOT_DASK_WORKERS", stated)
    config.settings.cache_clear()
    assert config.settings().local_workers == expected


def test_a_worker_without_a_scheduler_is_refused(run: Run) -> None:
    done = run("worker")
    assert done.exit_code == 1
    assert "EARSHOT_DASK_SCHEDULER is empty" in done.stderr
