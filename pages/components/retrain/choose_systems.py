"""Which features and networks to train, for whoever wants others than the usual ones."""

from __future__ import annotations

import streamlit as st

from core.addresses import shown
from core.config import settings

FAMILIES = {
    "dynamics": "Signal dynamics: loudness, voicing and rhythm; seconds",
    "mfcc": "MFCC: what the paper starts from",
    "vggish": "VGGish: what the paper arrives at; needs its module",
    "yamnet": "YAMNet: smaller and newer than VGGish; needs its module",
}
KINDS = {
    "dnn": "DNN",
    "rnn": "RNN",
    "svm": "Support vector machine",
    "boosting": "Boosted trees",
    "fusion": "Fusion of several",
}
MODULES = {"vggish": "EARSHOT_VGGISH", "yamnet": "EARSHOT_YAMNET"}

Chosen = tuple[str, ...] | None


def choose_systems() -> tuple[Chosen, Chosen]:
    """Families and kinds of network; None for each that was left to the usual."""
    with st.popover("Other features and networks", icon=":material/tune:"):
        st.caption("Nothing chosen: the product's own model, and the paper's kind to compare it with.")
        features = st.pills("Features", FAMILIES, selection_mode="multi", key="features")
        networks = st.pills("Networks", KINDS, selection_mode="multi", format_func=KINDS.__getitem__, key="networks")
        for name in features:
            st.caption(FAMILIES[name])
            if name in MODULES:
                render_module_source(name)
    return tuple(features) or None, tuple(networks) or None


def render_module_source(name: str) -> None:
    """Where the module comes from, and how to bring it in where the network does not reach."""
    address = shown(getattr(settings(), name))
    st.markdown(
        f"The module is loaded from `{address}`. Where this machine cannot reach it: download it elsewhere, unpack it "
        f"to a folder that holds `saved_model.pb`, set `{MODULES[name]}` to that folder, and start Earshot again."
    )
