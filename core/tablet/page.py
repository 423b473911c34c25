"""What stands in the folder of an exported model: the module, its types, and a page to try it with."""

from __future__ import annotations

import json
from pathlib import Path

from core.domain.json_types import JsonObject
from core.json_values import without_nan
from core.tablet.es_module import join_modules

JS = Path(__file__).parent / "js"
PAGE_FILES = Path(__file__).parent / "page"
PAGE = Path(__file__).parents[2] / "docs" / "tablet.html"
MODULE = "earshot-model.js"

_HEAD = """// A model of Earshot as one ES module without dependencies: samples in, decision out; nothing is sent.
// Written by `python -m core export model`; types: earshot-model.d.ts.
"""
_TAIL = """
const model = openModel(PACKED);
export const facts = model.facts;
export const decide = model.decide;
export { ModelExpired, RecordingRefused };
"""


def model_module(packed: JsonObject) -> str:
    """The ES module of a model: `packing.pack_members` with `facts` and `messages`."""
    numbers = json.dumps(without_nan(packed), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    packed_type = '/** @type {import("./tablet_model.js").PackedModel} */\n'
    return "\n".join([_HEAD, join_modules(JS / "tablet_model.js"), f"{packed_type}const PACKED = {numbers};", _TAIL])


def page_files() -> dict[str, str]:
    """The types of the module, the page and what it loads beside the module, by name."""
    files = [PAGE, *sorted(file for file in PAGE_FILES.iterdir() if file.is_file())]
    return {file.name: file.read_text(encoding="utf-8") for file in files}
