"""Names of everything that can be trained: feature families, kinds of classifiers, tasks, the paper's systems.

The names are those of cards, jobs, the command line and the database; the values are what people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FAMILY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "mfcc": "MFCC",
        "vggish": "VGGish",
        "vggish-activated": "VGGish after its last activation",
        "vggish-convolutions": "VGGish convolutions",
        "yamnet": "YAMNet",
        "dynamics": "Signal dynamics",
        "steady": "Steady dynamics",
    }
)
MODULE_OF_FAMILY: Mapping[str, str] = MappingProxyType(
    {"vggish": "vggish", "vggish-activated": "vggish", "vggish-convolutions": "vggish", "yamnet": "yamnet"}
)
"""The hub module that a family is computed by, by its name; families without one are not in it."""
MODULE_NAMES: Mapping[str, str] = MappingProxyType({"vggish": "VGGish", "yamnet": "YAMNet"})
FAMILY_SEPARATOR = "+"  # between the families of a fusion
STAND_IN = "stand-in for "  # before a family whose module is not the published one

NETWORK_NAMES: Mapping[str, str] = MappingProxyType({"dnn": "DNN", "rnn": "RNN"})
CLASSIFIER_NAMES: Mapping[str, str] = MappingProxyType({**NETWORK_NAMES, "svm": "SVM", "boosting": "boosting"})
FUSION = "fusion"
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {**NETWORK_NAMES, "svm": "Support vector machine", "boosting": "Boosted trees", FUSION: "Fusion of several"}
)
"""Written out, for whoever chooses among them."""

MULTICLASS, BINARY, DOUBLE_BINARY = "multiclass", "binary", "double binary"
SINGLE_SYSTEMS = (MULTICLASS, BINARY, DOUBLE_BINARY)  # Table 2 of the paper
MERGED_SYSTEMS = ("mean", "majority")  # of the three; section 3.2.3

PAPER_FAMILIES = ("mfcc", "vggish")
PAPER_NETWORKS = tuple(NETWORK_NAMES)


def is_stand_in(features: str) -> bool:
    """Whether the name of a family says that its module is a stand-in."""
    return features.startswith(STAND_IN)


def without_stand_in(features: str) -> str:
    """The family that a stand-in stands for; another name as it is."""
    return features.removeprefix(STAND_IN)


def family_name(features: str) -> str:
    """`VGGish`, `Signal dynamics+MFCC`, `Stand-in for VGGish`: a family, or several, as people read it."""
    families = without_stand_in(features).split(FAMILY_SEPARATOR)
    name = FAMILY_SEPARATOR.join(FAMILY_NAMES.get(family, family) for family in families)
    return f"Stand-in for {name}" if is_stand_in(features) else name
