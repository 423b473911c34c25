"""The colours that carry meaning. They differ in lightness too, for people who cannot see red or green.

Text and surfaces come from the theme (`.streamlit/config.toml`, light and dark); components use its `--st-*` variables.
"""

from __future__ import annotations

from core.domain.labels import Label

ACCEPTED = "#0A8168"
NOISE = "#C67600"
SPEECHLESS = "#6C72CB"
REFUSED = "#C2413B"

BY_LABEL: dict[Label, str] = {Label.ACCEPTED: ACCEPTED, Label.NOISE: NOISE, Label.SPEECHLESS: SPEECHLESS}

# names that Streamlit's badges and coloured text know, nearest to the above
STREAMLIT_BY_LABEL: dict[Label, str] = {Label.ACCEPTED: "green", Label.NOISE: "orange", Label.SPEECHLESS: "violet"}
