"""axe-core in a page: what breaks WCAG 2.2 AA there, less what is Streamlit's own (`streamlit_findings`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.streamlit_findings import LISTED

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """
async ([tags, listed]) => {
  const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], elementRef: true};
  const {violations} = await axe.run(document, options);
  const isListed = (rule, element) => listed.findIndex(
    (each) => each.rule === rule && element && element.getRootNode() === document && element.matches(each.selector));
  return violations.flatMap(({id, nodes}) => nodes.map(({target, element, html, failureSummary}) => ({
    rule: id, selector: target.flat().join(" >>> "), html: html.slice(0, 200), why: failureSummary.slice(0, 300),
    listed: isListed(id, element)})));
}
"""


@dataclass(frozen=True)
class Finding:
    """One element that breaks one rule.

    selector : where, through shadow trees
    listed : its line in the table of Streamlit's findings; -1 where it is ours
    """

    rule: str
    selector: str
    html: str
    why: str
    listed: int

    @property
    def is_ours(self) -> bool:
        return self.listed < 0


def findings(page) -> list[Finding]:
    """What breaks a rule on the page as it stands now."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))  # past the policy, which lets no foreign script in
    listed = [{"rule": each.rule, "selector": each.selector} for each in LISTED]
    return [Finding(**each) for each in page.evaluate(RUN, [list(RULES), listed])]
