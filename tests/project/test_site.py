"""The site: each page stands in its navigation once, and every link on a page leads to another."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MADE = {"gallery.md"}
"""Pages that the build writes itself."""


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_build", ROOT / "docs" / "site" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def leaves(entries: list[dict[str, Any]]) -> list[str]:
    return [
        page
        for entry in entries
        for value in entry.values()
        for page in ([value] if isinstance(value, str) else leaves(value))
    ]


def test_every_page_stands_in_the_navigation(build: ModuleType) -> None:
    """But those below a page of theirs: sources of imports, and examples of the gallery."""
    site = tomllib.loads((ROOT / "docs" / "site" / "zensical.toml").read_text(encoding="utf-8"))
    named = leaves(site["project"]["nav"])
    pages = {page for page in build._pages().values() if "/" not in page}
    assert sorted(named) == sorted(pages | MADE)


def test_links_lead_to_pages(build: ModuleType) -> None:
    """Also from pages in folders; what is no page of the site is named without a link."""
    pages = build._pages()
    for source, page in pages.items():
        made = build._relinked((ROOT / source).read_text(encoding="utf-8"), source, page)
        for target in re.findall(r"\]\(([^)\s#]+)", made):
            if "://" in target or target.startswith("mailto:"):
                continue
            at = (Path("/site") / page).parent / target
            name = str(Path(*_flat(at).parts[2:]))
            assert name in pages.values() or (ROOT / "docs" / name).is_file(), (source, target)


def _flat(path: Path) -> Path:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
