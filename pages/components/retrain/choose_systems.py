"""The choice of features and networks to train, other than the recommended ones."""

from __future__ import annotations

import streamlit as st

from core.addresses import shown
from core.domain.catalogue import FAMILY_NAMES, KIND_NAMES, MODULE_NAMES, MODULE_OF_FAMILY
from core.workflows.training import module_store

ABOUT_FAMILIES = {
    "steady": "loudness, voicing and rhythm, whatever the device; seconds",
    "dynamics": "the same with the level of the device itself",
    "mfcc": "what the paper starts from",
    "vggish": "what the paper arrives at; needs its module",
    "vggish-activated": "the same behind its last activation, as first released",
    "vggish-convolutions": "its convolution layers only, pooled, as the paper's text has it",
    "yamnet": "smaller and newer than VGGish; needs its module",
}

Chosen = tuple[str, ...] | None


def choose_systems() -> tuple[Chosen, Chosen, bool]:
    """Families and kinds of network, None for each that was left to the usual; whether lost files are left out."""
    with st.popover("Other features and networks", icon=":material/tune:"):
        st.caption("For the next click only. Nothing chosen: what one click trains.")
        features = st.pills("Features", ABOUT_FAMILIES, selection_mode="multi", key="features")
        networks = st.pills(
            "Networks", KIND_NAMES, selection_mode="multi", format_func=KIND_NAMES.__getitem__, key="networks"
        )
        for name in features:
            st.caption(f"{FAMILY_NAMES[name]}: {ABOUT_FAMILIES[name]}")
            if name in MODULE_OF_FAMILY:
                render_module_source(MODULE_OF_FAMILY[name])
        without_lost = st.checkbox(
            "Go on without recordings whose file is lost",
            key="without_lost",
            help="Else a lost file stops the training, and every lost one is named.",
        )
    return tuple(features) or None, tuple(networks) or None, without_lost


def render_module_source(name: str) -> None:
    """Where the module comes from, and how to bring it in where the network does not reach."""
    if module_store.is_there(name):
        st.markdown(f"The module {MODULE_NAMES[name]} is here.")
        return
    st.markdown(
        f"The module is loaded from `{shown(module_store.configured_address(name))}`. Fetch it once below, under "
        f"“VGGish and YAMNet”. Where this machine cannot reach it: download it elsewhere as a `.tar.gz` and run "
        f"`python -m core fetch {name} --from FILE`, or unpack it to a folder that holds `saved_model.pb`, set "
        f"`EARSHOT_{name.upper()}` to that folder, and start Earshot again."
    )
