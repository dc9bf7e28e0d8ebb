"""
What MkDocs asks while it builds the site: pages made from the code, links, and scripts.

The site must keep the content security policy of the service, so no page holds a script of its
own: each is moved to a file. Links of the documents to files of the repository are followed
where the site has them, and otherwise are left as text.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import shutil
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]  # MkDocs loads this file alone

from mkdocs.structure.files import File  # noqa: E402

from documenting.pages import FROM_TOP, MADE  # noqa: E402

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")
_INLINE = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.+?)</script>", re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, those of the top folder, and the picture of the site."""
    made = {name: make() for name, make in MADE.items()}
    made |= {to: (ROOT / name).read_text(encoding="utf-8") for name, to in FROM_TOP.items()}
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    icon = ROOT / "localarea" / "service" / "static" / "icon.svg"
    files.append(File.generated(config, "assets/icon.svg", abs_src_path=str(icon)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to where the site has what they name."""
    source = page.file.src_uri
    tops = {to: name for name, to in FROM_TOP.items()}
    written = tops.get(source, f"docs/{source}")
    return _LINK.sub(lambda found: _led(found, source, written), markdown)


def _led(found: re.Match[str], source: str, written: str) -> str:
    picture, words, target, part = found.groups()
    if "://" in target or target.startswith("mailto:"):
        return found[0]
    named = posixpath.normpath(posixpath.join(posixpath.dirname(written), target))
    inside = FROM_TOP.get(named) or (named.removeprefix("docs/") if named[:5] == "docs/" else "")
    if not inside:
        return (
            words
            if words.strip("`").endswith(PurePosixPath(named).name)
            else f"{words} (`{named}`)"
        )
    link = posixpath.relpath(inside, posixpath.dirname(source) or ".")
    return f"{picture}[{words}]({link}{part or ''})"


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Move what a page would run by itself into files."""
    return _without_inline(output, page.url, config)


def _without_inline(output: str, url: str, config: MkDocsConfig) -> str:
    up = "../" * url.count("/")

    def moved(found: re.Match[str]) -> str:
        name = f"assets/inline/{hashlib.sha256(found[1].encode()).hexdigest()[:12]}.js"
        path = Path(config.site_dir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found[1], encoding="utf-8")
        return f'<script src="{up}{name}"></script>'

    return _INLINE.sub(moved, output)


def on_post_build(config: MkDocsConfig) -> None:
    """Leave out what only other sites, other languages and debuggers read: a third of the bytes."""
    site = Path(config.site_dir)
    for name in ("sitemap.xml", "sitemap.xml.gz", "objects.inv", "404.html"):
        (site / name).unlink(missing_ok=True)
    for path in (site / "assets").rglob("*.map"):
        path.unlink()
    shutil.rmtree(site / "assets" / "javascripts" / "lunr", ignore_errors=True)
    for path in (site / "assets").rglob("*.min.*"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^(//|/\*)# sourceMappingURL=.*$", "", text)
        path.write_text(text, encoding="utf-8")
