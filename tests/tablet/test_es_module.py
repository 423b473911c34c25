"""Modules are joined by name; what would break a joined scope is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Refused
from core.tablet.es_module import join_modules


def modules(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source)
    return folder / "entry.js"


def test_a_module_stands_behind_those_that_it_imports(tmp_path: Path) -> None:
    entry = modules(
        tmp_path,
        entry='import {\n  two,\n} from "./middle.js";\nexport const three = two + 1;\n',
        middle='import { first } from "./first.js";\nexport function two() { return first; }\n',
        first="export const first = 1;\n",
    )
    joined = join_modules(entry)
    assert joined.index("const first") < joined.index("function two") < joined.index("const three")
    assert "import" not in joined
    assert "export" not in joined


@pytest.mark.parametrize("other", ["export const first = 2;", "const [first, last] = [1, 2];", "class first {}"])
def test_a_name_that_two_modules_declare_is_refused(tmp_path: Path, other: str) -> None:
    entry = modules(tmp_path, entry=f'import {{ first }} from "./first.js";\n{other}\n', first="const first = 1;\n")
    with pytest.raises(Refused, match="both declare first"):
        join_modules(entry)


@pytest.mark.parametrize(
    "line",
    [
        'import { first as last } from "./first.js";',
        'import first from "./first.js";',
        'export * from "./first.js";',
        "export default 1;",
    ],
)
def test_other_imports_and_exports_are_refused(tmp_path: Path, line: str) -> None:
    entry = modules(tmp_path, entry=f"{line}\n", first="export const first = 1;\n")
    with pytest.raises(Refused, match="cannot be joined"):
        join_modules(entry)
