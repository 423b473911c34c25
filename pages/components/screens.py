"""Every screen, by the section of the menu it stands in."""

from __future__ import annotations

from core.translation import mark
from pages.components.menu import Screen
from pages.components.page_frame import ADMINISTRATORS, EVERYBODY, STAFF

SCREENS: dict[str, tuple[Screen, ...]] = {
    "": (Screen("overview", "Overview", ":material/home:", STAFF, "The state of the work, and what to do next."),),
    "Judging": (
        Screen("annotate", "Annotate", ":material/headphones:", EVERYBODY, "Hear a recording, give a label, next."),
        Screen("disagreements", "Disagreements", ":material/balance:", STAFF, "Two judges differ: hear it and decide."),
        Screen("agreement", "Agreement", ":material/handshake:", STAFF, "How far the judges agree with each other."),
        Screen("recordings", "Recordings", ":material/library_music:", STAFF, "Import recordings, find and hear them."),
        Screen(
            "recording",
            mark("Recording"),
            ":material/graphic_eq:",
            STAFF,
            mark("All that is known of one recording."),
            is_in_menu=False,
        ),
        Screen(
            "protocol", "Judging rules", ":material/rule:", STAFF, "What judges see and must hear, and what comes next."
        ),
    ),
    "Deciding": (
        Screen("evaluate", "Evaluate", ":material/tune:", STAFF, "Drag the trade-off, hear the mistakes, deploy."),
        Screen("retrain", "Retrain", ":material/model_training:", STAFF, "Learn from the labels as they are now."),
        Screen("live", "Live", ":material/monitoring:", STAFF, "What is decided in class, and how right it is."),
        Screen("try_it", "Try it", ":material/mic:", STAFF, "The deployed model's decision on one recording."),
        Screen("paper", "Paper", ":material/article:", STAFF, "The paper's tables, on these labels."),
    ),
    "System": (
        Screen(
            "privacy",
            "Consent and retention",
            ":material/privacy_tip:",
            STAFF,
            "Whose consent is known, and what goes when.",
        ),
        Screen("administration", "Administration", ":material/settings:", ADMINISTRATORS, "People, erasure, settings."),
    ),
}
