"""Many certificates for the printer: one file, fonts and static page once, a page for each. No tags, no fields."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from certificates.engine import metadata, paint
from certificates.engine.frozen import RESOURCES, Frozen
from certificates.engine.render import content
from certificates.snapshot import Snapshot


def print_file(frozen: Frozen, snapshots: Iterable[Snapshot], *, printed_at: datetime) -> Iterator[bytes]:
    """The originals of these certificates as one PDF, in pieces as they come, in the order given.

    All must be printable with this artefact: freeze the layout with the extra characters of all of them if needed.
    Raises MissingGlyphs and TooLong like `render`.
    """
    tables = frozen.tables
    shared, layout = tables["shared"], frozen.layout
    catalogue, pages, info = shared + 1, shared + 2, shared + 3
    offsets = list(tables["offsets"][:shared])
    position = tables["offsets"][shared]
    yield frozen.prefix[:position]
    page_offsets: list[int] = []
    for index, snapshot in enumerate(snapshots):
        number = info + 1 + 2 * index
        stream = zlib.compress(paint.page(content(frozen, snapshot, "original", mark=unmarked)), 6)
        page = b"<</Type /Page /Parent %d 0 R /Contents [%d 0 R %d 0 R]>>" % (pages, shared, number + 1)
        data = b"<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(stream), stream)
        for written in (numbered_object(number, page), numbered_object(number + 1, data)):
            page_offsets.append(position)
            position += len(written)
            yield written
    kids = " ".join(f"{info + 1 + 2 * index} 0 R" for index in range(len(page_offsets) // 2))
    box = f"[0 0 {layout.width / 100:.2f} {layout.height / 100:.2f}]"
    node = f"<</Type /Pages /Count {len(page_offsets) // 2} /MediaBox {box} /Resources {RESOURCES} /Kids [{kids}]>>"
    for written in (
        numbered_object(catalogue, b"<</Type /Catalog /Lang (vi-VN) /Pages %d 0 R>>" % pages),
        numbered_object(pages, node.encode("ascii")),
        numbered_object(info, metadata.info(layout.title, "", printed_at)),
    ):
        offsets.append(position)
        position += len(written)
        yield written
    yield end([*offsets, *page_offsets], catalogue, info, position)


def unmarked(tag: str, mcid: int, inner: str) -> str:
    """Content without a tag."""
    return inner


def numbered_object(number: int, data: bytes) -> bytes:
    """One object of the file."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, data)


def end(offsets: list[int], catalogue: int, info: int, position: int) -> bytes:
    """The cross-reference table and the trailer."""
    lines = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(offsets) + 1
    return (
        f"xref\n0 {size}\n0000000000 65535 f \n{lines}"
        f"trailer\n<<\n/Info {info} 0 R\n/Root {catalogue} 0 R\n/Size {size}\n>>\nstartxref\n{position}\n%%EOF\n"
    ).encode("ascii")
