"""Opens a page in a new browser, and prints as JSON after how many milliseconds it was painted and usable.

Arguments: the page's address, and the browser's program.
"""

import json
import sys

from playwright.sync_api import sync_playwright

_TIMES = """
() => {
    const paint = performance.getEntriesByName('first-paint')[0];
    const opened = performance.getEntriesByType('navigation')[0];
    return {paint: paint ? paint.startTime : null, usable: opened.domInteractive};
}
"""


def main() -> None:
    address, program = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_function("performance.getEntriesByName('first-paint').length > 0")
        print(json.dumps(page.evaluate(_TIMES)))
        browser.close()


if __name__ == "__main__":
    main()
