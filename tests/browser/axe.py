"""axe-core against a page, with the two rules that are off by default switched on.

The strict CSP of our pages forbids injected script tags, so the source is evaluated over the debugger's
protocol, as a developer's console would.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from playwright.sync_api import Page

from canteen.config import ROOT

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice")
WINDOWS = ((1280, 800), (800, 1280), (360, 740))

OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}


@dataclass(frozen=True, slots=True)
class Found:
    """One broken rule: its name, what it asks for, and where on the page."""

    rule: str
    help: str
    where: tuple[str, ...]


def violations(page: Page) -> list[Found]:
    """What axe holds against the page as it stands; an empty list is what a page must give."""
    return _found(_run(page)["violations"])


def incomplete(page: Page) -> list[Found]:
    """What axe could not decide by itself."""
    return _found(_run(page)["incomplete"])


def wide(page: Page) -> bool:
    """Whether the page is wider than its window, so that one would have to scroll sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))


def small_type(page: Page, least_px: int = 16) -> list[str]:
    """Texts that are set smaller than the office allows."""
    return list(page.evaluate(SMALL_TYPE, least_px))


def small_targets(page: Page, least_px: int = 44) -> list[str]:
    """Buttons and fields that are lower than a finger is wide."""
    return list(page.evaluate(SMALL_TARGETS, least_px))


SMALL_TYPE = """(least) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    if (!text || !parent.checkVisibility() || ["SCRIPT", "STYLE"].includes(parent.tagName)) continue;
    if (parseFloat(getComputedStyle(parent).fontSize) < least) found.push(text.slice(0, 40));
  }
  return found;
}"""

SMALL_TARGETS = """(least) => [...document.querySelectorAll(
    "button, a.btn, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, [role=button]")]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden") &&
    !each.classList.contains("visually-hidden") && each.getBoundingClientRect().height < least)
  .map((each) => each.outerHTML.slice(0, 90))"""


@cache
def _source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _run(page: Page) -> dict[str, Any]:
    console = page.context.new_cdp_session(page)
    try:
        console.send("Runtime.evaluate", {"expression": _source() + "\n;undefined"})
        answer = console.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run(document, {json.dumps(OPTIONS)})",
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
    finally:
        console.detach()
    result: dict[str, Any] = answer["result"]["value"]
    return result


def _found(entries: list[dict[str, Any]]) -> list[Found]:
    return [
        Found(entry["id"], entry["help"], tuple(node["html"][:160] for node in entry["nodes"]))
        for entry in entries
    ]
