"""
Measure the reading age of the pages of the service, and name the sentences that are hardest.

    python scripts/reading_age.py [PAGE ...] [--address http://127.0.0.1:8000] [--worst 5]

Without ``--address`` a service of its own is made in this process, whose record is empty; nothing
is kept. The grade is that of Flesch and Kincaid, from Kincaid and others (1975), Derivation of New
Readability Formulas for Navy Enlisted Personnel, Naval Technical Training Command, Research Branch
Report 8-75, page 14:

    grade = 0.39 words / sentences + 11.8 syllables / words - 15.59

A grade is a year of school in the United States, which a child begins five years older: the reading
age is the grade plus 5. GOV.UK writes for a reading age of 9. Syllables are counted by rule, so the
age of one sentence is rough; that of a page is steadier.

Only sentences of running text, hints and error messages count. Left out are headings, links that
stand alone, labels, buttons, tables, code, maps, drop-down lists, the words of a licence, and what
is quoted. A name, that is a word with a capital within a sentence, counts as a word of one
syllable: nobody can write it otherwise.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGES = (
    "/",
    "/local",
    "/files",
    "/steps",
    "/steps/mandate",
    "/steps/evidence",
    "/steps/shortlist?option=district&option=drive-30",
    "/study",
    "/options",
    "/options/drive-30",
    "/compare?first=district&second=drive-30",
    "/scenario",
    "/contested?place=ipswich",
    "/report",
    "/decisions",
    "/decisions/new",
    "/definitions",
    "/contracts",
    "/enter-contract",
    "/import-contracts",
    "/monitoring",
    "/monitoring/proxy-values",
    "/monitoring/reports",
    "/supplier",
    "/measures",
    "/spend",
    "/letters",
    "/receipts",
    "/data",
    "/privacy",
    "/accessibility",
    "/audit",
    "/keys",
)
LEAST_WORDS = 4  # of a sentence; anything shorter is a label
YEARS_BEFORE_SCHOOL = 5
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "source"}
_LEFT_OUT = {
    *("table", "code", "pre", "svg", "script", "style", "select", "datalist", "button", "label"),
    *("nav", "footer", "header", "h1", "h2", "h3", "legend", "blockquote", "figcaption", "summary"),
    *("title", "option", "noscript", "textarea", "dt"),
}
_BLOCKS = {"p", "li", "div", "dd", "section", "ul", "ol", "form", "fieldset", "details", "main"}
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[\"“(]?[A-Z0-9])")
_WORD = re.compile(r"[A-Za-z][A-Za-z\u2019'-]*")
_VOWELS = re.compile(r"[aeiouy]+")


class Sentences(HTMLParser):
    """Gathers the sentences of a page's running text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[str] = []
        self._text = ""

    @classmethod
    def of(cls, page: str) -> list[str]:
        """Return the sentences of a page, in their order."""
        reader = cls()
        inside = page.partition("<main")[2].partition("</main>")[0]
        reader.feed(f"<main{inside}</main>" if inside else page)
        reader.close()
        reader._end()
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is open; a block ends the text before it."""
        if tag in _BLOCKS or ("class", "la-meaning") in attrs:
            self._end()
        if tag == "code":
            self._text += " X "  # its sentence stays whole
        if tag not in _VOID:
            hidden = any(name in ("hidden", "aria-hidden") for name, _ in attrs)
            self._open.append("script" if hidden else tag)
        elif tag == "br":
            self._end()

    def handle_endtag(self, tag: str) -> None:
        """Close what is open; the end of a block ends its text."""
        if tag in _BLOCKS:
            self._end()
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep text that is not within what is left out."""
        if not _LEFT_OUT.intersection(self._open):
            self._text += data

    def _end(self) -> None:
        text, self._text = " ".join(self._text.split()), ""
        self.found += [s for s in _SENTENCE.split(text) if len(_WORD.findall(s)) >= LEAST_WORDS]


def syllables(word: str) -> int:
    """Count the syllables of an English word by rule: groups of vowels, without a silent end."""
    plain = re.sub(r"[^a-z]", "", word.casefold())
    count = len(_VOWELS.findall(plain))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$", plain)
    if silent and count > 1:
        count -= 1
    if re.search(r"[^aeiouy]les?$", plain) and count == 0:
        count = 1
    return max(count, 1)


@dataclass
class Reading:
    """Sentences with their words and syllables."""

    sentences: list[str] = field(default_factory=list)
    words: int = 0
    syllables: int = 0

    def add(self, sentence: str) -> None:
        """Count a sentence too."""
        words = _WORD.findall(sentence)
        self.sentences.append(sentence)
        self.words += len(words)
        named = (at > 0 and word[0].isupper() for at, word in enumerate(words))
        self.syllables += sum(
            1 if name else syllables(word) for name, word in zip(named, words, strict=True)
        )

    @property
    def age(self) -> float:
        """Return the reading age in years; not a number where there is no sentence."""
        if not self.sentences:
            return float("nan")
        long = 0.39 * self.words / len(self.sentences)
        return long + 11.8 * self.syllables / self.words - 15.59 + YEARS_BEFORE_SCHOOL


def reading_of(sentences: Sequence[str]) -> Reading:
    """Count sentences together."""
    made = Reading()
    for sentence in sentences:
        made.add(sentence)
    return made


def tell(pages: Sequence[str], fetch: Callable[[str], str], worst: int) -> None:
    """Print the reading age of each page, then the hardest sentences of all."""
    every: dict[str, tuple[float, str]] = {}
    print(f"{'age':>5} {'sentences':>9} {'words each':>10}  page")
    for page in pages:
        found = Sentences.of(fetch(page))
        read = reading_of(found)
        each = read.words / len(found) if found else 0
        print(f"{read.age:5.1f} {len(found):9d} {each:10.1f}  {page}")
        for sentence in found:
            every.setdefault(sentence, (reading_of([sentence]).age, page))
    print("\nHardest sentences:")
    hardest = sorted(every.items(), key=lambda one: -one[1][0])[:worst]
    for sentence, (age, page) in hardest:
        print(f"{age:5.1f}  {page}: {sentence}")


def main() -> None:
    """Read the arguments, and tell."""
    about = (__doc__ or "").strip().partition("\n")[0]
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("pages", nargs="*", default=PAGES, metavar="PAGE")
    parser.add_argument("--address", default="", help="a running service, such as http://...:8000")
    parser.add_argument("--worst", type=int, default=10, help="how many sentences to name")
    asked = parser.parse_args()
    if asked.address:
        import httpx2

        with httpx2.Client(base_url=asked.address, timeout=120, follow_redirects=True) as client:
            tell(asked.pages, lambda page: str(client.get(page).text), asked.worst)
        return
    from starlette.testclient import TestClient

    from localarea.service.app import create_app
    from localarea.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        record = f"sqlite:///{Path(folder) / 'decisions.sqlite'}"
        settings = Settings(definitions_dir=Path(folder) / "definitions", database_url=record)
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as own:
            tell(asked.pages, lambda page: str(own.get(page).text), asked.worst)


if __name__ == "__main__":
    main()
