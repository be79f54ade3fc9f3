"""Drawing a layout once (about 100 ms): with `objects`, the only part of the engine that needs ReportLab."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFStream, PDFZCompress
from reportlab.pdfbase.ttfonts import TTFont

from certificates.engine import ENGINE, paint
from certificates.engine.charset import CHARSET, MissingGlyphs
from certificates.engine.faces import Face, lacking
from certificates.engine.fonts import cut, extra_characters
from certificates.engine.frozen import Frozen
from certificates.engine.items import Decoration, Text
from certificates.engine.layout import Layout
from certificates.engine.objects import assemble

_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_STREAM_END = b"endstream\nendobj\n"
_APPENDED = 3
"""What differs, Info and XMP: the last objects, left to `render`."""


def freeze(layout: Layout, extra: str = "") -> Frozen:
    """The layout as bytes and tables, with room for the usual 243 characters and the `extra` ones.

    Raises BadLayout, and MissingGlyphs if a face cannot print a character, or if there are too many.
    """
    layout.check()
    extra = extra_characters(extra, layout.face_files())
    document = PDFDocument(compression=1, invariant=1, pdfVersion=(1, 4))
    tables = {name: _embed(document, face, CHARSET + extra) for name, face in sorted(layout.faces.items())}
    static = PDFStream(content=_static(layout, tables), filters=[PDFZCompress])
    dynamic = PDFStream(content=b"")
    document.Reference(static)
    shared = document.objectcounter
    assemble(document, layout, (static, dynamic))
    prefix, offsets = _kept(document)
    catalogue, _generation = document.idToObjectNumberAndVersion[document.Catalog.__InternalName__]
    return Frozen(
        prefix,
        {
            "engine": ENGINE,
            "layout": layout.to_json(),
            "extra": extra,
            "offsets": offsets,
            "shared": shared,
            "catalog": catalogue,
            "faces": tables,
        },
    )


def _embed(document: PDFDocument, face: str, characters: str) -> dict[str, Any]:
    """Puts the face into the document without drawing a letter; its table of bytes and widths."""
    font = TTFont(f"tap-huan-{face}", BytesIO(cut(face, characters)), asciiReadable=0, shapable=False)
    pieces = font.splitString(characters, document)
    if any(subset for subset, _codes in pieces):
        raise MissingGlyphs(characters)
    resource = font.getSubsetInternalName(0, document).lstrip("/")
    codes = font.state[document].assignments
    table = {
        "resource": resource,
        "characters": characters,
        "codes": [codes[ord(char)] for char in characters],
        "widths": [round(font.face.getCharWidth(ord(char))) for char in characters],
    }
    font.addObjects(document)
    document.delayedFonts.remove(font)
    return table


def _static(layout: Layout, tables: dict[str, Any]) -> bytes:
    """Decoration and fixed texts, tagged with their numbers in the structure tree."""
    faces = {name: Face.of(table) for name, table in tables.items()}
    numbers = {id(item): mcid for mcid, item in enumerate(layout.tagged())}
    out = []
    for item in layout.items:
        if isinstance(item, Decoration):
            out.append(paint.artifact(paint.decoration(item, layout.colours)))
        elif isinstance(item, Text):
            absent = lacking([(item.text, item.face)], faces)
            if absent:
                raise MissingGlyphs("".join(sorted(absent)))
            out.append(paint.marked(item.tag, numbers[id(item)], paint.fixed(item, faces, layout.colours)))
            out.append(paint.artifact(paint.fixed_rule(item, faces, layout.colours)))
    return paint.page(out)


def _kept(document: PDFDocument) -> tuple[bytes, list[int]]:
    """Our header and all objects but the last three, cut at ReportLab's own offsets; their new offsets.

    ReportLab leaves out the end of line before `endstream` that PDF/A asks for.
    """
    data = document.format()
    names = [document.numberToId[number] for number in range(1, document.objectcounter + 1)]
    starts = [document.idToOffset[name] for name in names]
    body, offsets = _HEADER, []
    for index, name in enumerate(names[:-_APPENDED]):
        written = data[starts[index] : starts[index + 1]]
        if isinstance(document.idToObject[name], PDFStream):
            written = written.removesuffix(_STREAM_END) + b"\n" + _STREAM_END
        offsets.append(len(body))
        body += written
    return body, offsets
