"""The documents name what there is, and the drawing of the rooms is what the imports are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import typer

from core.__main__ import app as command_line
from core.config import Settings
from pages.components.screens import SCREENS
from pages.http.rules import RULES, Rule, Who
from tests.browser import streamlit_findings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
BELOW_ALL = {
    "addresses",
    "arrays",
    "json_values",
    "languages",
    "messages",
    "number_words",
    "piped_process",
    "process_limits",
    "sealing",
    "stored_messages",
    "templates",
    "config",
    "errors",
    "translation",
    "typography",
    "__main__",
}


def test_every_command_is_in_the_guide() -> None:
    group = typer.main.get_command(command_line)
    missing = [name for name in group.commands if f"python -m core {name}" not in GUIDE]  # type: ignore[attr-defined]
    assert not missing, f"docs/guide.md does not name: {missing}"


def test_every_option_of_a_command_exists_that_the_guide_names() -> None:
    group = typer.main.get_command(command_line)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        for line in re.findall(rf"^python -m core {name} .*$", GUIDE, re.MULTILINE):
            named = set(re.findall(r"--[a-z-]+", line.split(";")[0]))
            assert hasattr(command, "commands") or named <= known, f"{line!r} names {named - known}"


def test_every_setting_is_in_the_settings_page() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"EARSHOT_{name.upper()}" not in page]
    assert not missing, "python -m core settings --markdown > docs/settings.md"


def test_every_endpoint_for_programs_is_in_the_guide() -> None:
    endpoints = [rule.pattern for rule in RULES if is_for_programs(rule)]
    missing = [path for path in endpoints if path.removesuffix("*") not in GUIDE]
    assert not missing, f"docs/guide.md does not name: {missing}"


def is_for_programs(rule: Rule) -> bool:
    is_address = rule.pattern.startswith(("/api/", "/v1/", "/livez", "/readyz", "/metrics")) and rule.pattern != "/v1/*"
    return is_address and (rule.who is not Who.NOBODY or bool(rule.scopes))


def test_every_screen_is_in_the_guide() -> None:
    titles = [screen.title for screens in SCREENS.values() for screen in screens]
    missing = [title for title in titles if f"**{title}**" not in GUIDE]
    assert not missing, f"docs/guide.md does not name: {missing}"


def test_the_drawing_of_the_rooms_is_what_the_imports_are() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", ARCHITECTURE, re.MULTILINE))
    found = set()
    for file in [*(ROOT / "core").rglob("*.py"), *(ROOT / "db").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        source = room_of(".".join(file.relative_to(ROOT).with_suffix("").parts))
        found |= {(source, target) for target in map(room_of, imports_of(file)) if target}
    actual = {(source, target) for source, target in found if source and source != target}
    assert drawn == actual, f"not drawn: {sorted(actual - drawn)}; no import any more: {sorted(drawn - actual)}"


def test_the_ladder_in_the_document_is_the_one_that_is_checked() -> None:
    written = re.findall(r"^\| `(\w+)` \|", ARCHITECTURE, re.MULTILINE)
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contract = re.search(r'name = "Workflows are a ladder".*?layers = \[(.*?)\]', contracts, re.DOTALL)
    assert contract is not None
    assert written == re.findall(r'"(\w+)"', contract[1])


def room_of(module: str) -> str | None:
    """The room that a module is in; None for what lies below all rooms, and for other packages."""
    first, *rest = module.split(".")
    if first in ("pages", "db"):
        return first
    return rest[0] if first == "core" and rest and rest[0] not in BELOW_ALL | {"__init__", "__main__"} else None


def imports_of(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [f"{node.module}.{alias.name}" for node in nodes for alias in node.names]


def test_every_promise_of_security_names_a_test_that_exists() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    promises = re.findall(r"^\| [A-Z].*\| `(tests/[\w/]+\.py)::(\w+)` \|$", page, re.MULTILINE)
    assert len(promises) == sum(line.startswith("| ") for line in page.splitlines()) - 1
    missing = [name for file, name in promises if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert not missing, f"docs/security.md names no test that exists: {missing}"


def test_the_findings_that_are_streamlits_are_in_the_document() -> None:
    page = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")
    missing = [row for row in streamlit_findings.markdown_rows() if row not in page]
    assert not missing, f"docs/accessibility.md lacks: {missing}"
    assert f"Streamlit {streamlit_findings.STREAMLIT}" in page
    assert f"streamlit=={streamlit_findings.STREAMLIT}" in (ROOT / "requirements.txt").read_text(encoding="utf-8")
