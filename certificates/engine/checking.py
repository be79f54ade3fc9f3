"""Four certificates on an A4 sheet, for whoever checks them before they are printed. No tags, no fields.

The static page is one object, named four times by each sheet: between the four stand only their place and what differs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from certificates.engine import metadata, paint
from certificates.engine.frozen import RESOURCES, Frozen
from certificates.engine.printing import end, numbered_object, unmarked
from certificates.engine.render import content
from certificates.snapshot import Snapshot

ON_A_SHEET = 4


def check_sheets(frozen: Frozen, snapshots: Iterable[Snapshot], *, printed_at: datetime) -> Iterator[bytes]:
    """View copies of these certificates as one PDF, four on each sheet, in pieces as they come, in the order given.

    Raises MissingGlyphs and TooLong like `render`.
    """
    tables = frozen.tables
    shared, layout = tables["shared"], frozen.layout
    catalogue, pages, info = shared + 1, shared + 2, shared + 3
    offsets, position = list(tables["offsets"][:shared]), tables["offsets"][shared]
    yield frozen.prefix[:position]
    sheets: list[int] = []
    found: list[int] = []
    for four in _in_fours(snapshots):
        first = info + 1 + len(found)
        streams = [_stream(paint.page(content(frozen, snapshot, "view", mark=unmarked)) + b"Q\n") for snapshot in four]
        names = [f"{first + place} 0 R {shared} 0 R {first + len(four) + place} 0 R" for place in range(len(four))]
        opened = [_stream(_frame(layout.width, layout.height, place)) for place in range(len(four))]
        numbered = [*opened, *streams]
        sheet = f"<</Type /Page /Parent {pages} 0 R /Contents [{' '.join(names)}]>>"
        for number, data in enumerate([*numbered, sheet.encode("ascii")], start=first):
            written = numbered_object(number, data)
            found.append(position)
            position += len(written)
            yield written
        sheets.append(first + len(numbered))
    kids = " ".join(f"{number} 0 R" for number in sheets)
    box = f"[0 0 {layout.width / 100:.2f} {layout.height / 100:.2f}]"
    node = f"<</Type /Pages /Count {len(sheets)} /MediaBox {box} /Resources {RESOURCES} /Kids [{kids}]>>"
    for number, data in (
        (catalogue, b"<</Type /Catalog /Lang (vi-VN) /Pages %d 0 R>>" % pages),
        (pages, node.encode("ascii")),
        (info, metadata.info(layout.title, "", printed_at)),
    ):
        written = numbered_object(number, data)
        offsets.append(position)
        position += len(written)
        yield written
    yield end([*offsets, *found], catalogue, info, position)


def _in_fours(snapshots: Iterable[Snapshot]) -> Iterator[list[Snapshot]]:
    coming = iter(snapshots)
    while four := list(islice(coming, ON_A_SHEET)):
        yield four


def _frame(width: int, height: int, place: int) -> bytes:
    """Half the size, in the quarter of `place`: row by row from above. `width` and `height` in 1/100 pt."""
    x, y = (place % 2) * width / 200, (1 - place // 2) * height / 200
    return b"q\n.5 0 0 .5 %.2f %.2f cm\n" % (x, y)


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 6)
    return b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
