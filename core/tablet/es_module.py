"""ES modules joined to one, without a bundler.

The modules of this project import by name from files beside them and export declarations, so joining is leaving both
words out, each module behind those that it imports. All names at the top level then share one scope: a name that two
modules declare is refused.

Source: ECMA-262, 16.2 (modules).
"""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

from core.errors import Refused

_IMPORT = re.compile(r'^import \{(?:(?! as )[^}])*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |class |function )", re.MULTILINE)
_DECLARED = re.compile(r"^(?:const|let|class|function) (\[[^\]]*\]|\{[^}]*\}|\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def join_modules(entry: Path) -> str:
    """The source of a module with all that it imports, and without an export.

    Raises
    ------
    Refused
        A module imports or exports otherwise than by name, or two declare the same name.
    """
    sources: dict[str, str] = {}
    imported: dict[str, set[str]] = {}
    waiting = [entry.name]
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = (entry.parent / name).read_text(encoding="utf-8")
            imported[name] = set(_IMPORT.findall(sources[name]))
            waiting += imported[name]
    order = [*TopologicalSorter({name: sorted(imported[name]) for name in sorted(imported)}).static_order()]
    scripts = {name: _EXPORT.sub("", _IMPORT.sub("", sources[name])) for name in order}
    _check_scope(scripts)
    return "\n".join(f"// --- {name}\n{script}" for name, script in scripts.items())


def _check_scope(scripts: dict[str, str]) -> None:
    declared: dict[str, str] = {}
    for module, script in scripts.items():
        other = _LEFT_OVER.search(script)
        if other:
            raise Refused(
                f"{module} cannot be joined: {other.group()!r} is neither an import by name nor a declaration."
            )
        for name in (word for names in _DECLARED.findall(script) for word in re.findall(r"\w+", names)):
            if declared.setdefault(name, module) != module:
                raise Refused(f"{module} and {declared[name]} both declare {name}: one of them needs another name.")
