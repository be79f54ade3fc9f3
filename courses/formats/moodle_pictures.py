"""Pictures inside a Moodle XML file: base64 beside a text, or in the address itself (learning.md §4)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
from collections.abc import Collection, Mapping
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _

from courses.formats.ir import LONGEST_ALT, MOST_PICTURES, ImportedPicture
from courses.formats.xml_tree import Node
from lms.uploads.checks import FileError
from lms.uploads.picture_reader import encoded
from lms.uploads.pictures import WIDTHS, Rendered, check_picture
from lms.vietnamese.text import clean

BESIDE = "@@PLUGINFILE@@/"
INSIDE = "data:image/"


class Gallery:
    """The pictures of one text. `known` are sums of masters that the bank holds: those are taken as they are.

    Decoding happens here: whoever reads a file of somebody else runs this in the bound child (`courses.formats.apart`).
    """

    def __init__(self, node: Node | None, known: Collection[str], notes: list[str], most: int = MOST_PICTURES) -> None:
        files = list(node.all("file")) if node else []
        self.files = {one.attributes.get("name", ""): one for one in files}
        self.known, self.notes, self.most = known, notes, most
        self.found: list[ImportedPicture] = []

    def take(self, address: str, described: str) -> bool:
        """Keep the picture at this address, if it is in the file and can be read."""
        content = self._content(address)
        if not content or len(self.found) >= self.most:
            return False
        picture = self._picture(content, clean(described)[:LONGEST_ALT])
        if picture is None:
            self.notes.append(_("A picture could not be read."))
            return False
        self.found.append(picture)
        return True

    def _content(self, address: str) -> bytes:
        if address.startswith(BESIDE):
            file = self.files.get(unquote(address.removeprefix(BESIDE)))
            words = file.words if file else ""
        elif address.startswith(INSIDE):
            words = address.partition(";base64,")[2]
        else:
            return b""
        try:
            return base64.b64decode("".join(words.split()), validate=True)
        except (binascii.Error, ValueError):
            return b""

    def _picture(self, content: bytes, alt: str) -> ImportedPicture | None:
        stood = hashlib.sha256(content).hexdigest()
        if stood in self.known:
            return ImportedPicture(stood, alt)
        try:
            check_picture(content)
            ending, width, height, parts = encoded(content)
        except FileError:
            return None
        except Exception:  # noqa: BLE001 - whatever a foreign file does to a decoder: it cannot be read
            return None
        master, *sizes = parts
        sizes_by_width = dict(zip(WIDTHS, sizes, strict=True))
        sha256 = hashlib.sha256(master).hexdigest()
        rendered = Rendered(sha256, ending, width, height, master, sizes_by_width)
        return ImportedPicture(sha256, alt, rendered=rendered, stood=stood)


Masters = Mapping[str, bytes]


def name_of(picture: ImportedPicture, masters: Masters) -> str:
    """What the file of a picture is called in a question file."""
    return f"{picture.sha256[:16]}.{'png' if masters[picture.sha256].startswith(bytes([137])) else 'jpg'}"


def shown(picture: ImportedPicture, masters: Masters) -> str:
    """The element that shows it."""
    return f'<img src="{BESIDE}{name_of(picture, masters)}" alt={quoteattr(html.escape(picture.alt, quote=False))}>'


def file_of(picture: ImportedPicture, masters: Masters) -> str:
    """The element that holds it."""
    held = base64.b64encode(masters[picture.sha256]).decode()
    return f'<file name="{name_of(picture, masters)}" path="/" encoding="base64">{held}</file>'
