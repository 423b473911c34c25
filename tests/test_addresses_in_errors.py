"""What fails with an address names it without its secrets, on screens, on the command line and in logs."""

from __future__ import annotations

import traceback

import pytest

from core import config
from core.audio import hub_modules, store
from core.errors import EarshotError, SettingsError, Unavailable
from core.workflows.jobs import cluster
from core.workflows.jobs.job_failures import describe_error
from db import session

PASSWORDS = ["hushhush", "p/hushhush", "p@hushhush", "p?hushhush", "p#hushhush", "hushhush:5", "hush%68ush%40x"]


def words_of(error: BaseException) -> str:
    return f"{error}\n{''.join(traceback.format_exception(error))}"


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_database_out_of_reach_keeps_its_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", f"postgresql+psycopg://me:{password}@127.0.0.1:9/db?connect_timeout=2")
    config.settings.cache_clear()
    with pytest.raises(EarshotError) as caught, session.reading():
        pass
    assert "hushhush" not in words_of(caught.value)
    assert "hush%68ush" not in words_of(caught.value)


@pytest.mark.parametrize("address", ["postgresql://me:hushhush", "postgresql:/me:hushhush@host", "hushhush", "x://h/d"])
def test_what_is_no_database_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", address)
    config.settings.cache_clear()
    with pytest.raises(SettingsError, match="EARSHOT_DATABASE_URL") as caught:
        session.prepare()
    assert ":hushhush" not in words_of(caught.value)


@pytest.mark.parametrize("address", ["tcp://me:hushhush@127.0.0.1:9", "x://me:hushhush@h", "tcp://127.0.0.1:hushhush"])
def test_a_scheduler_out_of_reach_keeps_its_password(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("EARSHOT_DASK_SCHEDULER", address)
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 0.3)
    config.settings.cache_clear()
    with pytest.raises(Unavailable) as caught, cluster.cluster_client():
        pass
    assert "hushhush" not in words_of(caught.value)


def test_a_recording_that_is_not_in_the_storage_does_not_tell_its_password() -> None:
    address = "memory://key:hushhush@bucket/folder"
    with pytest.raises(EarshotError) as caught:
        store.get(address, "0" * 64, "wav")
    assert "hushhush" not in words_of(caught.value)


def test_a_module_that_cannot_be_loaded_does_not_tell_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = hub_modules._by_hand(
        hub_modules.VGGISH, "https://me:hushhush@hub/1", "no file at https://me:hushhush@hub/1/x"
    )
    assert "hushhush" not in reason


def test_a_job_that_failed_does_not_tell_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_VGGISH", "https://me:hushhush@hub/1")
    config.settings.cache_clear()
    assert "hushhush" not in str(describe_error(RuntimeError("GET https://me:hushhush@hub/1 failed, hushhush")))
