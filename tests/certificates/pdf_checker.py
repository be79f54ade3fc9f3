"""The traps of PDF/A-1b that we know, asserted without Java (attendance-and-certificates.md §3.4).

`problems` says what is wrong in whole sentences; an empty list is a file that a validator will take.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_LENGTH = re.compile(rb"/Length (\d+)")


def problems(pdf: bytes) -> list[str]:
    """Everything that is wrong with a certificate's file, outside in: bytes, objects, page."""
    found = [*_file(pdf)]
    if found:
        return found
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    return [*_catalogue(reader), *_metadata(reader), *_fonts(reader), *_page(reader), *_tags(reader)]


def _file(pdf: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.4\n%[\x80-\xff]{4}\n", pdf):
        yield "the header is not PDF 1.4 with a comment of four high bytes"
    if not pdf.endswith(b"%%EOF\n"):
        yield "the file does not end with %%EOF"
    start = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", pdf)
    if not start or not pdf.startswith(b"xref\n", int(start[1])):
        yield "startxref does not point to the table"
        return
    yield from _table(pdf, int(start[1]))


def _table(pdf: bytes, position: int) -> Iterator[str]:
    table, trailer = pdf[position:].split(b"trailer\n")
    head, *entries = table.removeprefix(b"xref\n").splitlines(keepends=True)
    size = int(head.split()[1])
    if len(entries) != size or any(len(entry) != 20 for entry in entries):
        yield "the table has not as many entries of 20 bytes as it says"
    if f"/Size {size}\n".encode() not in trailer:
        yield "the trailer's Size differs from the table"
    if b"/Encrypt" in trailer:
        yield "the file is encrypted"
    if not re.search(rb"/ID \[<([0-9A-F]{32})> <\1>\]", trailer):
        yield "the trailer has no ID"
    for number, entry in enumerate(entries[1:], start=1):
        if not pdf.startswith(b"%d 0 obj\n" % number, int(entry[:10])):
            yield f"the table is wrong about object {number}"
    yield from _streams(pdf[:position])


def _streams(body: bytes) -> Iterator[str]:
    """Cuts object by object by the lengths that they state, so that no binary data is searched."""
    position = body.index(b"1 0 obj\n")
    while position < len(body):
        head = _OBJECT.match(body, position)
        if not head:
            yield f"no object begins at byte {position}"
            return
        stream, end = body.find(b"\nstream\n", position), body.find(b"\nendobj\n", position)
        if 0 <= stream < end:
            length = _LENGTH.search(body, position, stream)
            after = stream + 8 + int(length[1]) if length else 0
            if not body.startswith(b"\nendstream\nendobj\n", after):
                yield f"object {int(head[1])}: Length or the line end before endstream is wrong"
                return
            end = after + len(b"\nendstream")
        position = end + len(b"\nendobj\n")


def _catalogue(reader: PdfReader) -> Iterator[str]:
    root: Any = reader.trailer["/Root"]
    if root.get("/Lang") != "vi-VN":
        yield "the catalogue names no language"
    if not _true(root, "/MarkInfo", "/Marked"):
        yield "the file is not marked as tagged"
    if not _true(root, "/ViewerPreferences", "/DisplayDocTitle"):
        yield "the title is not displayed"
    if "/StructTreeRoot" not in root:
        yield "there is no structure tree"
    for forbidden in {"/Names", "/OpenAction", "/AA", "/OCProperties"} & set(root):
        yield f"the catalogue has {forbidden}"
    yield from _profile(root)
    yield from _field(root)


def _true(root: Any, key: str, flag: str) -> bool:
    return str(root.get(key, {}).get(flag)) == "True"


def _profile(root: Any) -> Iterator[str]:
    intents = root.get("/OutputIntents", [])
    profile = intents[0]["/DestOutputProfile"].get_data() if intents else b""
    if not intents or intents[0]["/S"] != "/GTS_PDFA1":
        yield "there is no output intent for PDF/A"
    if profile[8:9] != b"\x02" or profile[36:40] != b"acsp":
        yield "there is no output intent with an ICC profile of version 2"


def _field(root: Any) -> Iterator[str]:
    fields = [field.get_object() for field in root["/AcroForm"]["/Fields"]]
    if [(field["/FT"], field["/T"]) for field in fields] != [("/Sig", "Sig1")]:
        yield "there is not exactly one signature field Sig1"
    for field in fields:
        if field.get("/F") != 132 or not isinstance(field["/AP"]["/N"], StreamObject):
            yield "the signature field lacks its appearance or its flags"


def _metadata(reader: PdfReader) -> Iterator[str]:
    info: Any = reader.trailer["/Info"]
    root: Any = reader.trailer["/Root"]
    packet = root["/Metadata"]
    if "/Filter" in packet:
        yield "the XMP packet is compressed"
    xmp = packet.get_data().decode()
    if "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" not in xmp:
        yield "the XMP packet does not claim PDF/A-1b"
    pairs = {
        "/CreationDate": "xmp:CreateDate",
        "/ModDate": "xmp:ModifyDate",
        "/Creator": "xmp:CreatorTool",
        "/Title": 'rdf:li xml:lang="x-default"',
        "/Author": "rdf:li",
    }
    for key, element in pairs.items():
        value = str(info[key])
        if key.endswith("Date"):
            day = re.sub(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\+07'00'", r"\1-\2-\3T\4:\5:\6+07:00", value)
            value = day
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if f"<{element}>{escaped}</" not in xmp:
            yield f"{key} differs between Info and XMP"


def _fonts(reader: PdfReader) -> Iterator[str]:
    resources: Any = reader.pages[0]["/Resources"]
    fonts = resources["/Font"]
    if not fonts:
        yield "the page has no fonts"
    for name, font in fonts.items():
        descriptor = font.get_object().get("/FontDescriptor", {})
        if "/FontFile2" not in descriptor:
            yield f"font {name} is not embedded"
        if "/ToUnicode" not in font.get_object():
            yield f"font {name} has no way back to text"


def _page(reader: PdfReader) -> Iterator[str]:
    if len(reader.pages) != 1:
        yield "there is not exactly one page"
    page = reader.pages[0]
    for forbidden in ("/Trans", "/Group", "/AA"):
        if forbidden in page:
            yield f"the page has {forbidden}"
    if page.get("/StructParents") != 0:
        yield "the page does not know its structure"
    for key in reader.xref[0]:
        thing = reader.get_object(key)
        if isinstance(thing, DictionaryObject) and any(name in thing for name in ("/SMask", "/CA", "/ca", "/BM")):
            yield f"object {key} uses transparency"


def _tags(reader: PdfReader) -> Iterator[str]:
    content: Any = reader.pages[0].get_contents()
    data = content.get_data()
    opened = re.findall(rb"(?:BDC|BMC)\n", data)
    if len(opened) != len(re.findall(rb"^EMC\n", data, re.M)):
        yield "marked content is not closed as often as opened"
    marked = sorted(int(number) for number in re.findall(rb"<</MCID (\d+)>> BDC", data))
    root: Any = reader.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    elements = [element.get_object() for element in tree["/K"]["/K"]]
    parents = tree["/ParentTree"]["/Nums"][1]
    numbers = [int(element["/K"]) for element in elements]
    if not marked == sorted(numbers) == list(range(len(parents))):
        yield "the structure tree and the marked content know different things"
    if [element["/S"] for element in elements].count("/H1") != 1:
        yield "there is not exactly one heading"
    if not all(element.get("/Alt") for element in elements if element["/S"] == "/Figure"):
        yield "a figure has no words"
