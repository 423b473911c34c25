"""No text that people read stands in a call of Streamlit as English: it goes through `say` or `translate`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"
# elements of Streamlit, and functions of ours, whose texts are read
SHOWN = (
    "altair_chart audio_input area_chart badge bar_chart button caption checkbox color_picker data_editor dataframe "
    "date_input datetime_input download_button error expander feedback file_uploader form_submit_button header info "
    "line_chart link_button markdown metric multiselect number_input page_link pills plotly_chart popover progress "
    "radio segmented_control select_slider selectbox slider spinner status subheader success table tabs text text_area "
    "text_input time_input title toast toggle warning write begin_page render_empty_state dialog"
)
SHOWS_TEXT = frozenset(SHOWN.split())
READ_KEYWORDS = {"label", "help", "placeholder", "title", "alt", "text", "body", "subtitle", "link", "caption", "value"}
PLACES = {"page_link": 1, "page": 1}  # the first argument of these is no text
TRANSLATES = {"say", "say_count", "translate", "translate_count"}
NO_PROSE = re.compile(r":material/(\w+:)?|:\w+\[|`[^`]*`|:?\w*-badge|[\w/-]+\.\w+|https?:\S+")
# texts that are the same in all languages
NO_TEXT = {"Earshot", "AM", "RCC", "p", "CSV", "JSON", "Parquet", "HTML", "PDF", "g(t) = RCC(t) − AM(t)"}


def literals(node: ast.AST, constants: dict[str, str]) -> Iterator[str]:
    """Texts of an expression that are not translated: literals, and names of the module's texts."""
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in ("join", "format", "plain", "capitalize"):
            for inner in ast.iter_child_nodes(node):
                yield from literals(inner, constants)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        yield from [constants[node.id]] if node.id in constants else []
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.List | ast.Tuple):
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else ast.iter_child_nodes(node)
        for inner in parts:
            yield from literals(inner, constants)


def untranslated(path: Path) -> set[str]:
    """The texts of a file's calls that are English whoever looks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = dict(_constants(tree))
    texts = {
        text
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call) in SHOWS_TEXT
        for node in _read_arguments(call)
        for text in literals(node, constants)
    }
    return {text for text in texts if re.search(r"[A-Za-z]{2,}", NO_PROSE.sub("", text)) and text not in NO_TEXT}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _read_arguments(call: ast.Call) -> Iterator[ast.expr]:
    place = PLACES.get(_name(call), 0)
    yield from call.args[place : place + (2 if _name(call) in ("render_empty_state",) else 1)]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in READ_KEYWORDS)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Call) and _name(value) == "mark":
            value = value.args[0]
        if isinstance(node, ast.Assign) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((target.id, value.value) for target in node.targets if isinstance(target, ast.Name))


FILES = sorted(str(path.relative_to(ROOT)) for path in PAGES.rglob("*.py") if "http" not in path.parts)


@pytest.mark.parametrize("name", FILES)
def test_texts_of_a_screen_are_translated(name: str) -> None:
    assert untranslated(ROOT / name) == set()


def test_a_literal_text_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "screen.py"
    source.write_text(
        'HELP = mark("Some help")\nst.button("Do it", help=HELP)\nst.tabs([say("Kept"), "A tab"])\n'
        'left.caption(f"{n} rows of **it**")\nst.markdown(say("Fine"), key="the_key")\n'
    )
    assert untranslated(source) == {"Do it", "Some help", "A tab", " rows of **it**"}
