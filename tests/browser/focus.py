"""Where the focus is in a page, through shadow trees, and whether it can be seen."""

from __future__ import annotations

from dataclasses import dataclass

FOCUSED = """
() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element && element !== document.body ? element : null;
}
"""
LOOK = """
async (findFocused) => {
  const focused = findFocused();
  if (!focused) return null;
  const look = () => {
    let [element, parts] = [focused, []];
    for (let up = 0; element && up < 5; up++) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(element, pseudo);
        parts.push(style.outlineStyle + style.outlineWidth + style.outlineColor, style.boxShadow, style.borderColor,
          style.backgroundColor, style.color, style.textDecorationLine);
      }
      element = element.parentElement ?? element.getRootNode().host;
    }
    const {x, y, width, height} = focused.getBoundingClientRect();
    return JSON.stringify([...parts, ...[x, y, width, height].map(Math.round), getComputedStyle(focused).opacity]);
  };
  const name = focused.outerHTML.slice(0, 160);
  const drawn = () => new Promise((done) => setTimeout(done, 40)); // where something fades in
  await drawn();
  const before = look();
  focused.blur();
  await drawn();
  const after = look();
  focused.focus({preventScroll: true, focusVisible: true});
  return {name, is_seen: before !== after};
}
"""


@dataclass(frozen=True)
class Stop:
    """Where Tab led. `is_seen`: it looks otherwise with the focus than without."""

    name: str
    is_seen: bool


def stop(page) -> Stop | None:
    """What has the focus; None where nothing has."""
    answer = page.evaluate(f"({LOOK.strip()})({FOCUSED.strip()})")
    return Stop(**answer) if answer else None


def stops(page, at_most: int = 80) -> list[Stop]:
    """What Tab leads to, one after the other, until it comes round."""
    walked: list[Stop] = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        here = stop(page)
        if here is None:  # the browser's own controls
            continue
        if len(walked) > 1 and here.name == walked[0].name:
            break
        walked.append(here)
    return walked


def has_focus(locator) -> bool:
    """Whether the element, or something inside it, has the focus."""
    return bool(locator.evaluate("(element) => element.matches(':focus-within')"))
