"""The styles of a spreadsheet, and those that its new cells take over."""

from __future__ import annotations

import re
from typing import Final

from localarea.tables.ods._cells import attribute, escaped, with_attribute
from localarea.tables.ods._pieces import ATTRIBUTES
from localarea.tables.ods._plain import NAMESPACES

_STYLE: Final = re.compile(
    rb"<style:style(?=[\s/>])(" + ATTRIBUTES + rb")(?:/>|>((?:[^<]++|<(?!/style:style[\s>]))*)"
    rb"</style:style\s*+>)"
)
_NUMBERS: Final = re.compile(
    rb"<(number:(?:number|percentage|boolean)-style)(?=\s)" + ATTRIBUTES + rb">.*?</\1\s*>",
    re.DOTALL,
)
_PROPERTIES: Final = re.compile(
    rb"<(style:(?:table-cell|text|paragraph)-properties)(?=[\s/>])(" + ATTRIBUTES + rb")/?>"
)
_ROOT: Final = re.compile(rb"<office:document-content(?=\s)(" + ATTRIBUTES + rb")>")
_SECTION: Final = re.compile(rb"<office:automatic-styles\s*(/?)>")
# What would make rows of our longer texts tall, or turn them.
_NOT_CONTINUED: Final = (
    *(b"fo:wrap-option", b"style:rotation-angle", b"style:rotation-align"),
    *(b"style:shrink-to-fit", b"style:repeat-content", b"style:text-align-source"),
)
_NAME: Final = "localarea"
_CM: Final = 0.21  # of a character
_PLAIN: Final = frozenset({None, "", "Default"})

PLAIN_NUMBER: Final = (
    b'<number:number-style style:name="%s"><number:number number:min-integer-digits="1"/>'
    b"</number:number-style>"
)
TRUTH: Final = b'<number:boolean-style style:name="%s"><number:boolean/></number:boolean-style>'
GROUPED_NUMBER: Final = (
    b'<number:number-style style:name="%s"><number:number number:decimal-places="0"'
    b' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
)
TWO_DECIMALS: Final = (
    b'<number:number-style style:name="%s"><number:number number:decimal-places="2"'
    b' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
)
PERCENTAGE: Final = (
    b'<number:percentage-style style:name="%s"><number:number number:decimal-places="1"'
    b' number:min-integer-digits="1"/><number:text>%%</number:text></number:percentage-style>'
)


class Styles:
    """The styles in the head of a spreadsheet, to which others can be added."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._cells: dict[str, tuple[bytes, bytes]] = {}
        self.hidden_sheets: set[str] = set()
        self._known: dict[bytes, str] = {}  # by content: name
        self._new: list[bytes] = []
        self._derived: dict[tuple[str | None, bytes], str | None] = {}
        names = set()
        for found in _STYLE.finditer(head):
            about, content = found[1], found[2] or b""
            name, family = attribute(about, b"style:name"), attribute(about, b"style:family")
            if name is None:
                continue
            names.add(name)
            self._known.setdefault(_without_name(found[0]), name)
            if family == "table-cell":
                self._cells[name] = about, content
            elif family == "table" and b'display="false"' in content:
                self.hidden_sheets.add(name)
        for found in _NUMBERS.finditer(head):
            name = attribute(found[0][: found[0].find(b">") + 1], b"style:name")
            if name is not None:
                names.add(name)
                self._known.setdefault(_without_name(found[0]), name)
        self._names = names

    def add(self, form: bytes) -> str:
        """Add a style, given with ``%s`` for its name, unless one is like it; return its name."""
        key = _without_name(form % b"x")
        if key not in self._known:
            number = 1
            while f"{_NAME}{number}" in self._names:
                number += 1
            name = f"{_NAME}{number}"
            self._names.add(name)
            self._known[key] = name
            self._new.append(form % name.encode())
        return self._known[key]

    def add_cell(self, *, data: str | None = None, bold: bool = False) -> str:
        """Add a style of a cell, with a format of numbers or in bold."""
        look = f' style:data-style-name="{data}"'.encode() if data else b""
        text = b'<style:text-properties fo:font-weight="bold"/>' if bold else b""
        return self.add(
            b'<style:style style:name="%s" style:family="table-cell"'
            b' style:parent-style-name="Default"' + look + b">" + text + b"</style:style>"
        )

    def add_column(self, width_cm: float) -> str:
        """Add a style of a column."""
        return self.add(_column(width_cm))

    def column(self, width_cm: float) -> str | None:
        """Return the style of a column that was added when the spreadsheet was written."""
        return self._known.get(_without_name(_column(width_cm) % b"x"))

    def continued(self, model: str | None, form: bytes = PLAIN_NUMBER) -> str | None:
        """Return a style with the font, fill and borders of a model, without its number format."""
        key = model, form
        if key not in self._derived:
            self._derived[key] = self._continue(model, form)
        return self._derived[key]

    def _continue(self, model: str | None, form: bytes) -> str | None:
        if model in _PLAIN or model is None:
            return None
        about, content = self._cells.get(model, (b"", b""))
        parent = attribute(about, b"style:parent-style-name") if about else model
        look = b"".join(_continued_look(found) for found in _PROPERTIES.finditer(content))
        bare = parent in _PLAIN and attribute(about, b"style:data-style-name") is None
        if about and bare and look == content:
            return model
        if parent in _PLAIN and not look:
            return None
        data = b"" if bare else b' style:data-style-name="%s"' % self.add(form).encode()
        return self.add(
            b'<style:style style:name="%s" style:family="table-cell" style:parent-style-name="'
            + escaped(parent or "Default").replace(b"%", b"%%")
            + b'"'
            + data
            + b">"
            + look.replace(b"%", b"%%")
            + b"</style:style>"
        )

    def head(self) -> bytes:
        """Return the head with the styles that were added."""
        if not self._new:
            return self._head
        new = b"".join(self._new)
        section = _SECTION.search(self._head)
        if section is None:  # the body follows
            made = b"<office:automatic-styles>" + new + b"</office:automatic-styles>"
            return self._declared(self._head + made)
        if section[1]:
            whole = b"<office:automatic-styles>" + new + b"</office:automatic-styles>"
            at = section.end()
            return self._declared(self._head[: section.start()] + whole + self._head[at:])
        at = self._head.rfind(b"</office:automatic-styles")
        return self._declared(self._head[:at] + new + self._head[at:])

    @staticmethod
    def _declared(head: bytes) -> bytes:
        """Declare the prefixes of our styles where the document does not."""
        root = _ROOT.search(head)
        if root is None:
            return head
        missing = [
            f' xmlns:{prefix}="{uri}"'.encode()
            for prefix, uri in NAMESPACES.items()
            if attribute(root[1], b"xmlns:" + prefix.encode()) is None
        ]
        at = root.end(1)
        return head[:at] + b"".join(missing) + head[at:]


def _column(width_cm: float) -> bytes:
    return (
        b'<style:style style:name="%s" style:family="table-column">'
        b'<style:table-column-properties fo:break-before="auto" style:column-width="'
        + f"{width_cm:.2f}cm".encode()
        + b'"/></style:style>'
    )


def characters_cm(width: float) -> float:
    """Return the width of a column of so many characters."""
    return width * _CM


def _continued_look(found: re.Match[bytes]) -> bytes:
    name, about = found[1], found[2]
    if name == b"style:paragraph-properties":  # a number is at the right, our words are not
        return b""
    tag = b"<" + name + about.rstrip() + b"/>"
    for unwanted in _NOT_CONTINUED:
        if unwanted in tag:
            tag = with_attribute(tag, unwanted, None)
    return b"" if tag == b"<" + name + b"/>" else tag


def _without_name(style: bytes) -> bytes:
    end = style.find(b">") + 1
    return with_attribute(style[:end], b"style:name", None) + style[end:]
