"""Every screen, by the section of the menu it stands in."""

from __future__ import annotations

from core.translation import mark
from pages.components.menu import Screen
from pages.components.page_frame import ADMINISTRATORS, EVERYBODY, STAFF

SCREENS: dict[str, tuple[Screen, ...]] = {
    "": (
        Screen(
            "overview", mark("Overview"), ":material/home:", STAFF, mark("The state of the work, and what to do next.")
        ),
    ),
    mark("Judging"): (
        Screen(
            "annotate",
            mark("Annotate"),
            ":material/headphones:",
            EVERYBODY,
            mark("Hear a recording, give a label, next."),
        ),
        Screen(
            "disagreements",
            mark("Disagreements"),
            ":material/balance:",
            STAFF,
            mark("Two judges differ: hear it and decide."),
        ),
        Screen(
            "agreement",
            mark("Agreement"),
            ":material/handshake:",
            STAFF,
            mark("How far the judges agree with each other."),
        ),
        Screen(
            "recordings",
            mark("Recordings"),
            ":material/library_music:",
            STAFF,
            mark("Import recordings, find and hear them."),
        ),
        Screen(
            "recording",
            mark("Recording"),
            ":material/graphic_eq:",
            STAFF,
            mark("All that is known of one recording."),
            is_in_menu=False,
        ),
        Screen(
            "protocol",
            mark("Judging rules"),
            ":material/rule:",
            STAFF,
            mark("What judges see and must hear, and what comes next."),
        ),
    ),
    mark("Deciding"): (
        Screen(
            "evaluate",
            mark("Evaluate"),
            ":material/tune:",
            STAFF,
            mark("Drag the trade-off, hear the mistakes, deploy."),
        ),
        Screen(
            "retrain",
            mark("Retrain"),
            ":material/model_training:",
            STAFF,
            mark("Learn from the labels as they are now."),
        ),
        Screen(
            "live", mark("Live"), ":material/monitoring:", STAFF, mark("What is decided in class, and how right it is.")
        ),
        Screen(
            "try_it", mark("Try it"), ":material/mic:", STAFF, mark("The deployed model's decision on one recording.")
        ),
        Screen("paper", mark("Paper"), ":material/article:", STAFF, mark("The paper's tables, on these labels.")),
    ),
    mark("System"): (
        Screen(
            "privacy",
            mark("Consent and retention"),
            ":material/privacy_tip:",
            STAFF,
            mark("Whose consent is known, and what goes when."),
        ),
        Screen(
            "administration",
            mark("Administration"),
            ":material/settings:",
            ADMINISTRATORS,
            mark("People, erasure, settings."),
        ),
        Screen(
            "glossary", mark("Glossary"), ":material/menu_book:", STAFF, mark("What the words on the screens mean.")
        ),
    ),
}
