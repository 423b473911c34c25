"""What a screen hands to its components, which AppTest shows only raw."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def components(test: AppTest, name: str) -> list[Any]:
    """What the screen hands to each component of a name, raw."""
    return [one.proto for one in test.get("bidi_component") if one.proto.component_name == name]


def component_data(test: AppTest, name: str) -> dict[str, Any]:
    """The `data` of a component on the screen."""
    found = components(test, name)
    assert found, f"no {name} on this screen"
    return dict(json.loads(found[0].json))
