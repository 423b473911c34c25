"""The JavaScript of the screens: ES modules, served as they are from an address that carries the hash of their bytes.

Every `*.js` in a folder `js` below this one belongs to it. The bytes are read once, so that one start of the server
never mixes two versions; the hash lets browsers keep them for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1] / "components"
ADDRESS = "assets"  # below the server's root


@cache
def modules() -> Mapping[str, bytes]:
    """The source of every module by its path below this folder: `desk/js/main.js`."""
    files = sorted(file for file in ROOT.rglob("*.js") if "js" in file.relative_to(ROOT).parts[:-1])
    return MappingProxyType({file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files})


@cache
def version() -> str:
    """A hash of all modules: their paths and their bytes."""
    digest = hashlib.sha256()
    for path, source in modules().items():
        digest.update(f"{path}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()[:16]


def component_script(path: str) -> str:
    """The script of a Streamlit component whose default export stands in the module at this path.

    Streamlit runs a component's script from a blob, where relative addresses mean nothing; the address is therefore
    built on that of the page, which also holds below a path prefix.

    Raises
    ------
    KeyError : there is no such module
    """
    if path not in modules():
        raise KeyError(f"There is no module {path!r} below {ROOT}.")
    address = f"{ADDRESS}/{version()}/{path}"
    return (
        f'const module = await import(new URL("{address}", document.baseURI).href);\nexport default module.default;\n'
    )
