"""Converted modules, kept beside the modules of this machine by the hash of what they were made of.

`<local folder>/modules/lite/<name>-<fingerprint>-<kind>.tflite`, and `.json` beside it with its hash and how well it
agrees. The first kind has no number; its files serve where the kind of now cannot be made. A module is converted once,
by a process of its own; one that cannot be is not tried again, and TensorFlow runs it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
from pathlib import Path

from filelock import FileLock, Timeout

from core.audio import hub_modules, lite_modules
from core.audio.lite_conversion import KIND, Conversion
from core.config import settings
from core.domain.json_types import object_of
from core.process_limits import command, surroundings
from core.workflows.training import module_store

LOG = logging.getLogger("earshot")
CONVERT_S = 600.0
FOLDER = "lite"
OF_HUB = ("HOME", "TFHUB_CACHE_DIR", "XDG_CACHE_HOME")  # where TensorFlow Hub keeps what it downloaded


def lite_address(name: str, address: str) -> str | None:
    """The converted module of an address, made now where it was not yet; None where LiteRT cannot run it.

    Parameters
    ----------
    name : "vggish" or "yamnet"
    """
    mark = hashlib.sha256(hub_modules.fingerprint(address).encode()).hexdigest()[:24]
    folder = settings().local_folder / module_store.FOLDER / FOLDER
    file, of_before = (folder / f"{name}-{mark}{kind}{lite_modules.ENDING}" for kind in (f"-{KIND}", ""))
    if _known(file) is None:
        _convert(name, address, file)
    for each in (file, of_before):
        known = _known(each)
        if known is not None and not known.why_not:
            if known.why_whole:
                LOG.warning("%s takes twice its memory, since its dense layers stay in it: %s", name, known.why_whole)
            return str(each.absolute())
    known = _known(file)
    LOG.warning("LiteRT cannot run %s, so TensorFlow does: %s", name, known.why_not if known else "it failed")
    return None


def _known(file: Path) -> Conversion | None:
    """What came of an earlier conversion; None before, and where its file was changed."""
    try:
        known = Conversion.from_json(object_of(json.loads(file.with_suffix(".json").read_text())))
        is_whole = bool(known.why_not) or module_store.file_sha256(file) == known.sha256
    except (OSError, ValueError):
        return None
    return known if is_whole else None


def _convert(name: str, address: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    environment = surroundings() | {key: os.environ[key] for key in OF_HUB if key in os.environ}
    try:
        with FileLock(file.with_suffix(".lock"), timeout=CONVERT_S):
            if _known(file) is None:
                subprocess.run(  # noqa: S603 - our own program
                    command("core.audio.lite_conversion", name, address, str(file)),
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=CONVERT_S,
                    check=False,
                )
    except (OSError, subprocess.TimeoutExpired, Timeout) as error:
        LOG.warning("Converting %s for LiteRT failed: %s", name, type(error).__name__)
