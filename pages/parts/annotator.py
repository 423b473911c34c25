"""The judge's player: it owns sound and keys, and talks to `/judging/*` and `/audio/<id>` itself.

A page is never run again for a label, so none waits for Streamlit and none is lost when it reruns. What the browser and
the server say to each other is written in `pages.http.judging`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.labels import Label
from pages.parts.colours import BY_LABEL

HERE = Path(__file__).parent
SCRIPTS = (
    "annotator_outbox.js",
    "annotator_sitting.js",
    "annotator_sound.js",
    "annotator_keys.js",
    "annotator_view.js",
    "annotator_hearing.js",
    "annotator.js",
)

# what a judge asks oneself; the classes are those of the paper, section 2.1
SAYS: dict[Label, str] = {
    Label.ACCEPTED: "a child's voice, clear enough",
    Label.NOISE: "too noisy, or others talk over it",
    Label.SPEECHLESS: "nobody speaks",
}

_COMPONENT = st.components.v2.component(
    "earshot_annotator",
    html=(HERE / "annotator.html").read_text(encoding="utf-8"),
    css=(HERE / "annotator.css").read_text(encoding="utf-8"),
    # one module to the browser, a file a subject to the reader
    js="\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
)


def annotator(account_id: int) -> None:
    """Mount the desk of this account."""
    labels = [
        {"label": str(label), "key": str(place), "letter": label[0], "colour": BY_LABEL[label], "says": SAYS[label]}
        for place, label in enumerate(Label, start=1)
    ]
    _COMPONENT(key="annotator", data={"account": account_id, "labels": labels}, height="content")
