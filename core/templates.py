"""HTML from templates: whatever is filled in is escaped, and a value that is missing is an error, not an empty place.

Imports nothing of the project.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@cache
def environment(folder: Path) -> Environment:
    """The templates of a folder. Autoescape is on whatever a template's name ends in."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: Path, **values: object) -> Markup:
    """A template filled in; as `Markup`, so that it may stand in another one as it is."""
    return Markup(environment(template.parent).get_template(template.name).render(**values))  # noqa: S704 - escaped by the template
