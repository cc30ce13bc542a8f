"""Draw the README's picture of the report page: the first screen of the gallery's report of the real grid.

    make site
    PYTHON docs/site/picture.py build/site/pages/gallery/hanoi-grid.html docs/images/page.png

PYTHON is that of an environment with Playwright, as `make test-browser` makes one; the system has `chromium`.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH = 1280


def main() -> None:
    """Draw it."""
    page_file, picture = map(Path, sys.argv[1:])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(page_file.absolute().as_uri())
        bottom = page.locator(".models").first.bounding_box()
        assert bottom is not None
        height = bottom["y"] + bottom["height"] + 8
        page.screenshot(path=str(picture), clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
        browser.close()


if __name__ == "__main__":
    main()
