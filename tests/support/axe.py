"""axe-core in a page: https://github.com/dequelabs/axe-core."""

from typing import Any

from playwright.sync_api import Page

from tests.support.paths import ROOT

SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now: a line for each element."""
    if not page.evaluate("'axe' in window"):
        # Evaluated as the debugger does, because the page's policy lets no foreign script in.
        page.evaluate(f"(() => {{ {SOURCE.read_text()} }})()")
    found = page.evaluate("tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
    return [_line(violation, node) for violation in found["violations"] for node in violation["nodes"]]


def _line(violation: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(node["failureSummary"].split())
    return f"{violation['id']}: {violation['help']}: {node['html'][:160]} ({why[:300]})"
