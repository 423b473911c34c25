"""What axe-core finds in Streamlit's own markup, which no page of ours can change; `docs/accessibility.md` has it too.

A line that nothing meets any more fails the walk through the screens: it is to be taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

STREAMLIT = "1.67"


@dataclass(frozen=True)
class ListedFinding:
    """Elements of Streamlit's that break one rule.

    selector : of the element itself, in the page and not in a component's shadow tree
    issue : the number of Streamlit's issue, https://github.com/streamlit/streamlit/issues/<issue>
    why : what is wrong, and what it means for a person
    """

    rule: str
    selector: str
    issue: int
    why: str


LISTED = (
    ListedFinding(
        "list",
        '[data-testid="stSidebarNavItems"]',
        8399,
        "The menu's sections are `div` in an `ul`. A screen reader names no number of entries; the links are read.",
    ),
    ListedFinding(
        "listitem",
        '[data-testid="stSidebarNavItems"] li',
        8399,
        "The same: entries of the menu are `li` in a `div`.",
    ),
    ListedFinding(
        "region",
        '[data-testid="stSkipToContent"]',
        8399,
        "The link that skips to the content stands before every landmark, where it has to.",
    ),
    ListedFinding(
        "presentation-role-conflict",
        '[data-testid="stFileUploaderDropzone"]',
        15921,
        "The place to drop files is no stop for Tab any more and kept its name without a role. Its button has both.",
    ),
    ListedFinding(
        "scrollable-region-focusable",
        '[data-testid="stTable"] *, [data-testid="stCode"] *',
        8399,
        "A wide table scrolls on a narrow screen and is no stop for Tab. Chromium and Firefox make it one themselves.",
    ),
    ListedFinding(
        "target-size",
        '[data-testid="stMultiSelect"] input',
        16133,
        "The field behind the chosen values is 16 px wide. The whole box takes the press.",
    ),
)


def markdown_rows() -> list[str]:
    """The table's lines as the document has them."""
    return [
        f"| `{each.rule}` | `{each.selector}` | [{each.issue}](https://github.com/streamlit/streamlit/issues/{each.issue})"
        f" | {each.why} |"
        for each in LISTED
    ]
