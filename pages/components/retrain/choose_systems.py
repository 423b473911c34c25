"""The choice of features and networks to train, other than the recommended ones."""

from __future__ import annotations

import streamlit as st

from core.addresses import shown
from core.domain.catalogue import KIND_NAMES, MODULE_NAMES, MODULE_OF_FAMILY
from core.translation import mark
from core.workflows.training import module_store
from pages.components.system_names import family_title, kind_title
from pages.components.words import say

ABOUT_FAMILIES = {
    "steady": mark("loudness, voicing and rhythm, whatever the device; seconds"),
    "dynamics": mark("the same with the level of the device itself"),
    "mfcc": mark("what the paper starts from"),
    "vggish": mark("what the paper arrives at; needs its module"),
    "vggish-activated": mark("the same behind its last activation, as first released"),
    "vggish-convolutions": mark("its convolution layers only, pooled, as the paper's text has it"),
    "yamnet": mark("smaller and newer than VGGish; needs its module"),
}

Chosen = tuple[str, ...] | None


def choose_systems() -> tuple[Chosen, Chosen, bool]:
    """Families and kinds of network, None for each that was left to the usual; whether lost files are left out."""
    with st.popover(say("Other features and networks"), icon=":material/tune:"):
        st.caption(say("For the next click only. Nothing chosen: what one click trains."))
        features = st.pills(
            say("Features"), ABOUT_FAMILIES, selection_mode="multi", format_func=family_title, key="features"
        )
        networks = st.pills(say("Networks"), KIND_NAMES, selection_mode="multi", format_func=kind_title, key="networks")
        for name in features:
            st.caption(say("{family}: {about}", family=family_title(name), about=say(ABOUT_FAMILIES[name])))
            if name in MODULE_OF_FAMILY:
                render_module_source(MODULE_OF_FAMILY[name])
        without_lost = st.checkbox(
            say("Go on without recordings whose file is lost"),
            key="without_lost",
            help=say("Else a lost file stops the training, and every lost one is named."),
        )
    return tuple(features) or None, tuple(networks) or None, without_lost


def render_module_source(name: str) -> None:
    """Where the module comes from, and how to bring it in where the network does not reach."""
    if module_store.is_there(name):
        st.markdown(say("The module {module} is here.", module=MODULE_NAMES[name]))
        return
    st.markdown(
        say(
            "The module is loaded from `{address}`. Fetch it once below, under “VGGish and YAMNet”. Where this machine "
            "cannot reach it: download it elsewhere as a `.tar.gz` and run `{command}`, or unpack it to a folder that "
            "holds `saved_model.pb`, set `{setting}` to that folder, and start Earshot again.",
            address=shown(module_store.configured_address(name)),
            command=f"python -m core fetch {name} --from FILE",
            setting=f"EARSHOT_{name.upper()}",
        )
    )
