"""XML of a file, one small tree at a time: streamed, no document type, no entities, no deep nesting (trust.md §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from lms.uploads.checks import FileError

DEEPEST = 20
MOST_ELEMENTS = 2_000
"""In one tree."""
_CHUNK = 65_536


@dataclass
class Node:
    """An element: where it begins, its own text, its children."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its text, trimmed."""
        return "".join(self.parts).strip()

    def all(self, name: str) -> Iterator[Node]:
        """The children with this name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Node | None:
        """The first child with this name."""
        return next(self.all(name), None)

    def said(self, *path: str) -> str:
        """The text at the end of a path of names; empty if it leads nowhere."""
        node: Node | None = self
        for name in path:
            node = node.first(name) if node else None
        return node.words if node else ""

    def as_xml(self, without: frozenset[str] = frozenset()) -> str:
        """As it stood in the file; the text of elements named in `without` is left out."""
        said = "" if self.name in without else escape(self.words)
        inside = said + "".join(child.as_xml(without) for child in self.children)
        given = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        return f"<{self.name}{given}>{inside}</{self.name}>"


class _Reader:
    """Handlers of one reading."""

    def __init__(self, root: str, take: Callable[[Node], None]) -> None:
        self.root, self.take = root, take
        self.open: list[Node] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def refuse(self, *_args: Any) -> None:
        message = _("The file holds a document type or entities. Take them out and send it again.")
        raise FileError("xml_entities", message)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.open and name != self.root:
            raise _not_this_format(self.parser.CurrentLineNumber)
        self.count = self.count + 1 if len(self.open) > 1 else 0
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise _not_this_format(self.parser.CurrentLineNumber)
        node = Node(name, self.parser.CurrentLineNumber, attributes)
        if len(self.open) > 1:
            self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _name: str) -> None:
        node = self.open.pop()
        if len(self.open) == 1:
            self.take(node)

    def text(self, words: str) -> None:
        if len(self.open) > 1:
            self.open[-1].parts.append(words)


def read_trees(content: bytes, root: str, take: Callable[[Node], None]) -> None:
    """Hand every child of the element `root` to `take`, one after the other.

    Raises FileError: xml_entities, not_this_format (with the line).
    """
    reader = _Reader(root, take)
    try:
        for place in range(0, len(content), _CHUNK):
            reader.parser.Parse(content[place : place + _CHUNK], False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _not_this_format(error.lineno) from error
    except FileError:
        raise
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise _not_this_format(1) from error


def _not_this_format(line: int) -> FileError:
    message = _("This is no Moodle XML file, or it is damaged at line %(line)s.") % {"line": line}
    return FileError("not_this_format", message)
