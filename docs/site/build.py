"""Put the pages of the site together, and the example reports of its gallery.

    .venv/bin/python docs/site/build.py build/site
    .venv-tools/bin/zensical build --strict --config-file build/site/zensical.toml

The pages are the repository's own Markdown files; what links to a file that is no page names it only.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from reports.analyses.all_measures import Measured
from reports.page.page import write_page
from tests.grid import outcomes

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_OTHERS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_EXAMPLES = ("small-model", "hanoi-grid")


def build(out: Path) -> None:
    """Write the sources of the site into a folder, which is made anew."""
    shutil.rmtree(out, ignore_errors=True)
    pages = out / "pages"
    shutil.copytree(ROOT / "docs" / "images", pages / "images")
    shutil.copy(ROOT / "docs" / "site" / "zensical.toml", out)
    for source, page in _pages().items():
        (pages / page).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / source).read_text(encoding="utf-8")
        (pages / page).write_text(_relinked(text, source, page), encoding="utf-8")
    gallery(pages / "gallery")
    shutil.copy(ROOT / "docs" / "site" / "gallery.md", pages)


def _pages() -> dict[str, str]:
    """Return each Markdown file and the page that it becomes, both as paths."""
    docs = sorted(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "site")
    found = {str(path.relative_to(ROOT)): str(path.relative_to(ROOT / "docs")) for path in docs}
    found |= {name: "index.md" if name == "README.md" else name for name in _OTHERS}
    return found | {f"examples/{name}/README.md": f"examples/{name}.md" for name in _EXAMPLES}


def _relinked(text: str, source: str, page: str) -> str:
    """Return a page whose links lead to pages and images of the site."""
    pages = _pages()

    def replaced(found: re.Match[str]) -> str:
        mark, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        at = ((ROOT / source).parent / target).resolve()
        if not at.is_relative_to(ROOT):
            return words
        name = str(at.relative_to(ROOT))
        name = f"{name}/README.md" if (at / "README.md").exists() else name
        goal = pages.get(name) or (name.removeprefix("docs/") if name.startswith("docs/images/") else None)
        if goal is None:
            return f"{words} (`{name}`)" if words.strip("`") not in name else words
        up = "../" * page.count("/")
        return f"{mark}[{words}]({up}{goal}{anchor})"

    return _LINK.sub(replaced, text)


def gallery(folder: Path) -> None:
    """Write the example reports: of a demo that is asked now, and of what is committed."""
    folder.mkdir(parents=True)
    command = Path(sys.executable).parent / "cantwont"
    demo = folder.parent.parent / "demo"
    subprocess.run([command, "demo", "--out", demo], check=True)  # noqa: S603 - our own
    shutil.copy(demo / "report.html", folder / "demo.html")
    small = folder / "small-model.html"
    subprocess.run([command, "report", ROOT / "examples" / "small-model", "--out", small], check=True)  # noqa: S603 - our own
    measured = Measured.of(outcomes.rows())
    title = "cantwont: three models on Tower of Hanoi"
    write_page(folder / "hanoi-grid.html", measured, (), (), title)


if __name__ == "__main__":
    build(Path(sys.argv[1]).absolute())
