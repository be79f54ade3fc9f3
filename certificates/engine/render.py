"""One certificate as a file: the frozen prefix and what differs. Pure Python; the same input, the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Literal

from certificates.engine import metadata, paint, qr
from certificates.engine.charset import MissingGlyphs
from certificates.engine.faces import lacking
from certificates.engine.frozen import Frozen
from certificates.engine.items import Slot
from certificates.engine.layout import FIELDS
from certificates.engine.typeset import Block, parts_of, set_block
from certificates.snapshot import Snapshot

Copy = Literal["original", "view"]


def render(frozen: Frozen, snapshot: Snapshot, *, issued_at: datetime, copy: Copy = "original") -> bytes:
    """The PDF/A-1b of a certificate issued at an aware moment.

    "original" carries no mark and is for the signer and the printer alone; "view" says that it is unsigned. Raises
    MissingGlyphs if the artefact lacks a character (`missing` tells before), TooLong if a text has no room.
    """
    stream = paint.page(content(frozen, snapshot, copy))
    title = f"{snapshot.title} {snapshot.number_text}"
    packet = metadata.xmp(title, snapshot.issuer, issued_at)
    identity = hashlib.sha256(stream + packet).hexdigest()[:32].upper()
    first = len(frozen.tables["offsets"]) + 1
    body, offsets = [frozen.prefix], []
    position = len(frozen.prefix)
    for number, data in enumerate(
        (
            _stream(b"", stream),
            metadata.info(title, snapshot.issuer, issued_at),
            _stream(b"/Type /Metadata /Subtype /XML ", packet),
        ),
        start=first,
    ):
        written = b"%d 0 obj\n%s\nendobj\n" % (number, data)
        offsets.append(b"%010d 00000 n \n" % position)
        body.append(written)
        position += len(written)
    size = first + 3
    body.append(b"xref\n0 %d\n%s%s" % (size, frozen.xref, b"".join(offsets)))
    body.append(
        b"trailer\n<<\n/ID [<%s> <%s>]\n/Info %d 0 R\n/Root %d 0 R\n/Size %d\n>>\nstartxref\n%d\n%%%%EOF\n"
        % (identity.encode(), identity.encode(), first + 1, frozen.tables["catalog"], size, position)
    )
    return b"".join(body)


def missing(frozen: Frozen, snapshot: Snapshot) -> str:
    """Characters that this artefact cannot print: each once, in order of code; "" when it can print all.

    Such a certificate needs another artefact: `freeze(layout, fonts.extra_characters(found, layout.face_files()))`,
    which also says what the font has not at all.
    """
    found: set[str] = set()
    values = printed_values(snapshot, "view")
    for slot, _mcid in frozen.slots:
        found |= lacking(chain.from_iterable(parts_of(slot, values)), frozen.faces)
    return "".join(sorted(found))


def check(frozen: Frozen, snapshot: Snapshot) -> None:
    """Sets every text without drawing it: raises MissingGlyphs or TooLong, as `render` would for any copy."""
    blocks(frozen, printed_values(snapshot, "view"))
    qr.modules(snapshot.verify_url)


def printed_values(snapshot: Snapshot, copy: Copy) -> dict[str, str]:
    """The text of each field that a layout may name. The mark of the view copy is empty on the original."""
    values = {name: str(getattr(snapshot, name)) for name in FIELDS}
    if copy == "original":
        values["view_text"] = ""
    return values


def content(
    frozen: Frozen, snapshot: Snapshot, copy: Copy, mark: Callable[[str, int, str], str] = paint.marked
) -> list[str]:
    """The operators of everything that differs. A print file passes a `mark` that adds no tags."""
    faces, colours = frozen.faces, frozen.layout.colours
    out = []
    for slot, mcid, placed in blocks(frozen, printed_values(snapshot, copy)):
        out.append(mark(slot.tag, mcid, paint.block(slot, placed, faces, colours)))
        out.append(paint.artifact(paint.block_rule(slot, placed, colours)))
    square, mcid = frozen.code
    rows = qr.modules(snapshot.verify_url)
    unit = f"{square.side / len(rows):.4f}"
    drawn = (
        f"q\n{paint.fill(colours[square.colour])}{unit} 0 0 -{unit} {square.x} {square.y + square.side} cm\n"
        f"{qr.runs(rows)}f\nQ\n"
    )
    out.append(mark("Figure", mcid, drawn))
    return out


def blocks(frozen: Frozen, values: dict[str, str]) -> list[tuple[Slot, int, Block]]:
    """Every slot with its number and its text as set, in reading order."""
    faces = frozen.faces
    found, floors = [], {"": 0}
    for slot, mcid in frozen.slots:
        parts = parts_of(slot, values)
        absent = lacking(chain.from_iterable(parts), faces)
        if absent:
            raise MissingGlyphs("".join(sorted(absent)))
        block = set_block(slot, floors[slot.below] + slot.y, parts, faces)
        empty = floors[slot.below] if slot.below else slot.y
        floors[slot.name] = block.lines[-1].y if block.lines else empty
        found.append((slot, mcid, block))
    return found


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<\n%s/Length %d\n>>\nstream\n%s\nendstream" % (entries, len(data), data)
