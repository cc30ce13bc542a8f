"""Goes through the viewer with a browser, mostly by keyboard, and prints as JSON what it has seen.

Arguments: the viewer's address, the browser's program, and a folder for pictures, or nothing.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

SIZES = ((1280, 900), (390, 844))
SCHEMES = ("light", "dark")


class Watched:
    """Pages of one browser, with all that goes wrong in them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []

    def open(self, address: str, size: tuple[int, int] = SIZES[0], scheme: str = "light") -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(self.base) else self.elsewhere.append(asked.url),
        )
        page.goto(self.base + address)
        return page


def by_keyboard(watched: Watched) -> dict[str, Any]:
    """From the list to a transcript, labelled, and on to the next; no mouse."""
    page = watched.open("/")
    links = page.locator("table.runs tbody th a").all_inner_texts()
    for _ in range(links.index("may") + 1):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    run = page.url
    page.keyboard.press("/")
    searching = page.evaluate("document.activeElement.name")
    page.keyboard.press("Escape")
    page.select_option("select[name=label]", "give_up")
    page.wait_for_url("**label=give_up**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trial?**")
    first = page.locator("h1").inner_text()
    page.keyboard.press("2")
    page.keyboard.press("m")
    page.keyboard.type("j is a letter here")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("s")
    kept = page.locator("input[name=label]:checked").get_attribute("value")
    note = page.locator("textarea").input_value()
    here = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != here)
    second = page.url
    page.keyboard.press("k")
    page.wait_for_url(here)
    page.keyboard.press("3")
    page.keyboard.press("d")
    page.wait_for_url(second)
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "/trial?" not in url)
    yours = page.locator("td[data-name=yours]").all_inner_texts()
    return {"run": run, "searching": searching, "first": first, "kept": kept, "note": note, "yours": yours}


def at_the_evidence(watched: Watched) -> dict[str, Any]:
    """A transcript shows its first mark without being scrolled by its reader; `e` goes to it."""
    page = watched.open("/trials?label=logic_error&sort=-steps")
    page.locator("table.trials tbody th a").first.click()
    page.wait_for_selector(".transcript pre mark")
    inside = page.evaluate(
        """() => {
          const mark = document.querySelector(".transcript pre mark"), pre = mark.closest("pre");
          const [inner, outer] = [mark.getBoundingClientRect(), pre.getBoundingClientRect()];
          return inner.top >= outer.top - 1 && inner.top <= outer.bottom;
        }"""
    )
    page.keyboard.press("e")
    return {"inside": inside, "here": page.locator("mark.here").count(), "url": page.url}


def compared(watched: Watched) -> dict[str, Any]:
    """Two runs that are ticked in the list; all pairs, those that differ, and one of these."""
    page = watched.open("/")
    for name in ("may", "june"):
        page.get_by_label(f"Compare {name}", exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Compare the two").press("Enter")
    page.wait_for_url("**/compare**")
    everything = page.locator(".pager .found").first.inner_text()
    compare = page.url
    page.get_by_label("different labels only").check()
    page.wait_for_url("**different=1**")
    different = page.locator(".pager .found").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pair?**")
    sides = page.locator("article .label").all_inner_texts()
    return {"all": everything, "different": different, "sides": sides, "compare": compare, "pair": page.url}


def going_on(watched: Watched) -> dict[str, Any]:
    """The page of a run that goes on changes by itself, and keeps what its reader has begun."""
    page = watched.open("/")
    page.get_by_role("link", name="live", exact=True).click()
    page.wait_for_url("**/runs/*")
    page.evaluate("window.same = true")
    page.locator("#search").fill("half a word")
    before = page.locator("#fresh").inner_text()
    until = time.monotonic() + 20
    while page.locator("#fresh").inner_text() == before and time.monotonic() < until:
        page.wait_for_timeout(200)
    after = page.locator("#fresh").inner_text()
    kept = page.evaluate("window.same") is True and page.locator("#search").input_value() == "half a word"
    newest = page.locator(".newest .label").all_inner_texts()
    return {"changed": before != after, "kept": kept, "newest": newest, "after": after, "url": page.url}


def blind(watched: Watched, trial: str) -> dict[str, Any]:
    """The switch hides labels, until it is pressed again."""
    page = watched.open(trial.removeprefix(watched.base))
    before = page.locator("main").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Blind").press("Enter")
    during = page.locator("main article, main .headline").all_inner_texts()
    marks = page.locator("mark").count()
    with page.expect_navigation():
        page.get_by_role("button", name="Blind").press("Enter")
    return {"before": before, "during": during, "marks": marks}


def barriers(watched: Watched, pages: dict[str, str], shots: Path | None) -> dict[str, Any]:
    """What axe-core finds, and pages that are wider than the screen."""
    axe, found, wide = Axe(), {}, []
    for name, url in pages.items():
        for size in SIZES:
            for scheme in SCHEMES:
                page = watched.open(url.removeprefix(watched.base), size, scheme)
                page.wait_for_timeout(200)
                told = f"{name}-{size[0]}-{scheme}"
                if shots is not None:
                    page.screenshot(path=shots / f"{told}.png")
                violations = axe.run(page).response["violations"]
                if violations:
                    found[told] = [
                        f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})"
                        for one in violations
                    ]
                if page.evaluate("document.documentElement.scrollWidth") > size[0]:
                    wide.append(told)
                page.context.close()
    return {"violations": found, "wide": wide}


def main() -> None:
    base, program, shots = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        watched = Watched(browser, base)
        seen: dict[str, Any] = {
            "keyboard": by_keyboard(watched),
            "evidence": at_the_evidence(watched),
            "compared": compared(watched),
            "live": going_on(watched),
        }
        seen["blind"] = blind(watched, seen["evidence"]["url"])
        pages = {
            "runs": "/",
            "run": seen["keyboard"]["run"],
            "trials": "/trials?label=logic_error",
            "live": seen["live"]["url"],
            "transcript": seen["evidence"]["url"],
            "compare": seen["compared"]["compare"],
            "pair": seen["compared"]["pair"],
            "refused": "/runs/nothing",
        }
        complaints = list(watched.complaints)
        seen["barriers"] = barriers(watched, pages, Path(shots) if shots else None)
        seen["complaints"], seen["elsewhere"] = complaints, watched.elsewhere
        browser.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
