"""The steps of the Dockerfile and of docs/running.md, in a clean Debian folder."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = ("packages", "user", "code", "python")
PROBE = "import core.__main__, pages.http.rules; print('runs')"


def test_the_image_is_made_by_the_steps_of_the_script() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    used = re.findall(r"^RUN /source/deploy/install\.sh /source /opt/earshot (\w+)", dockerfile, re.MULTILINE)
    assert sorted(used) == sorted(STEPS)


def test_the_script_refuses_a_step_that_it_does_not_have(tmp_path: Path) -> None:
    ran = subprocess.run(
        ["sh", ROOT / "deploy/install.sh", ROOT, tmp_path, "all-of-it"], capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "There is no step all-of-it" in ran.stderr


def test_the_code_that_is_installed_is_what_the_server_needs(tmp_path: Path) -> None:
    subprocess.run(["sh", ROOT / "deploy/install.sh", ROOT, tmp_path / "earshot", "code"], check=True)
    for part in ("app.py", "core/tablet/js/tablet_model.js", "docs/tablet.html", "locale/fr", ".streamlit/config.toml"):
        assert (tmp_path / "earshot" / part).exists(), part
    assert not list((tmp_path / "earshot").rglob("__pycache__"))


def test_the_code_is_compiled_by_whichever_step_comes_last(tmp_path: Path) -> None:
    """The image has its Python before the code, so that a change of code fetches nothing again."""
    python, calls = tmp_path / "earshot/.venv/bin/python", tmp_path / "calls"
    own = python.parents[1] / "lib/__pycache__/of_a_library.pyc"
    for folder in (python.parent, own.parent):
        folder.mkdir(parents=True)
    own.touch()
    python.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
    python.chmod(0o755)
    subprocess.run(["sh", ROOT / "deploy/install.sh", ROOT, tmp_path / "earshot", "code"], check=True)
    assert calls.read_text().startswith("-m compileall -q")
    assert own.exists()


def test_the_service_may_write_nothing_but_its_data() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy/earshot.service")
    assert unit["Service"]["ProtectSystem"] == "strict"
    assert unit["Service"]["ReadWritePaths"] == "/var/lib/earshot"
    assert unit["Service"]["User"] == "earshot"


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a new Debian."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a Debian folder")
    tool = shutil.which("debootstrap")
    if tool is None:
        pytest.skip("no debootstrap; on Debian: apt-get install debootstrap")
    folder = tmp_path_factory.mktemp("debian")
    mirror = os.environ.get("DEBIAN_MIRROR", "")
    ran = subprocess.run(
        [tool, "--variant=minbase", "trixie", folder, *filter(None, [mirror])], capture_output=True, text=True
    )
    if ran.returncode != 0:
        pytest.skip(f"debootstrap cannot make one here: {ran.stdout[-300:]}")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.installation
def test_every_step_runs_in_a_clean_debian(debian: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.splitlines():
        (debian / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, debian / "source" / name)
    environment = _with_certificates_of_a_proxy(debian)
    for step in STEPS:
        command = ["chroot", debian, "/source/deploy/install.sh", "/source", "/opt/earshot", step]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1_800)
        assert ran.returncode == 0, f"{step}: {ran.stdout[-2_000:]}{ran.stderr[-2_000:]}"
    inside = ["chroot", debian, "sh", "-c", f'cd /opt/earshot && .venv/bin/python -c "{PROBE}"']
    assert subprocess.run(inside, capture_output=True, text=True, check=True).stdout == "runs\n"


def _with_certificates_of_a_proxy(debian: Path) -> dict[str, str]:
    """This environment, with the certificates that pip trusts here copied where each variable that names them says."""
    environment = dict(os.environ)
    trusted = environment.get("PIP_CERT", "")
    if not trusted:
        return environment
    shutil.copy(trusted, debian / "certificates.crt")
    return {name: "/certificates.crt" if value == trusted else value for name, value in environment.items()}
