"""docs/privacy.md names every table, every outside address, and all code that opens connections."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from core.config import Settings
from db.schema import metadata

ROOT = Path(__file__).parents[2]
PRIVACY = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
ADDRESS_WORDS = re.compile(r"\b(url|address|addresses|hub|port|scheduler|provider|issuer|endpoint)\b", re.IGNORECASE)
# modules through which a program reaches others
CONNECTING = {
    "aiohttp",
    "authlib",
    "boto3",
    "distributed",
    "fsspec",
    "ftplib",
    "http.client",
    "httpx",
    "huggingface_hub",
    "requests",
    "smtplib",
    "socket",
    "tensorflow_hub",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc",
}
# they ask for the machine's own name, or tell the socket of a request how to send
CONTACT_NOBODY = {"core/workflows/jobs/job_owners.py", "pages/http/no_delay.py", "pages/http/programs_server.py"}


def test_every_table_is_named() -> None:
    assert [name for name in metadata.tables if f"`{name}`" not in PRIVACY] == []


def test_no_table_is_named_that_does_not_exist() -> None:
    section = PRIVACY[PRIVACY.index("### Tables") : PRIVACY.index("## How long")]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(metadata.tables)


def test_every_setting_with_an_address_is_named() -> None:
    with_address = [
        name
        for name, field in Settings.model_fields.items()
        if ADDRESS_WORDS.search(f"{field.description} {name}".replace("_", " ")) or "://" in str(field.default)
    ]
    assert len(with_address) > 5
    assert [name for name in with_address if f"`EARSHOT_{name.upper()}`" not in PRIVACY] == []


def test_every_module_that_opens_connections_is_named() -> None:
    files = [file for room in ("core", "db", "pages") for file in (ROOT / room).rglob("*.py")]
    connecting = {str(file.relative_to(ROOT)) for file in files if imports_of(file) & CONNECTING} - CONTACT_NOBODY
    assert "core/audio/storage_files.py" in connecting
    assert {file for file in connecting if file not in PRIVACY} == set()


def test_the_browser_may_contact_this_server_only_and_reports_no_statistics() -> None:
    assert "connect-src 'self';" in (ROOT / "pages/http/policy.py").read_text(encoding="utf-8")
    assert "gatherUsageStats = false" in (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")


def imports_of(file: Path) -> set[str]:
    """Every module that a file imports, and the packages that these are in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names | {name.split(".")[0] for name in names}
