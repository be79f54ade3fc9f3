"""A layout drawn once: the bytes that every certificate begins with, and the tables to add the rest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from certificates.engine import ENGINE
from certificates.engine.faces import Face
from certificates.engine.items import Code, Slot
from certificates.engine.layout import Layout

RESOURCES = "<</Font 1 0 R /ProcSet [/PDF /Text]>>"
"""Of every page: the dictionary of fonts is the first object."""


@dataclass(frozen=True)
class Frozen:
    """`prefix` holds all objects but three: the stream of what differs, Info and XMP, the last three numbers.

    `tables`: engine, layout, `extra` characters, `offsets` of the objects 1, 2, 3 …, `shared` = how many of them (fonts
    first, the static stream last) a print file takes too, `catalog` = its number, `faces` (resource, characters,
    codes, widths).
    """

    prefix: bytes
    tables: dict[str, Any]

    def to_parts(self) -> tuple[bytes, dict[str, Any]]:
        """What storage keeps: the prefix, and tables that JSON can hold."""
        return self.prefix, self.tables

    @classmethod
    def from_parts(cls, prefix: bytes, tables: dict[str, Any], *, sha256: str | None = None) -> Frozen:
        """What storage gave back. Raises ValueError for another engine, or if the hash is not the expected one."""
        if tables.get("engine") != ENGINE:
            raise ValueError(f"an artefact of engine {tables.get('engine')}, not {ENGINE}")
        frozen = cls(bytes(prefix), tables)
        if sha256 is not None and frozen.sha256 != sha256:
            raise ValueError("the artefact was altered: its hash differs")
        return frozen

    @cached_property
    def sha256(self) -> str:
        """Of the canonical tables and the prefix."""
        tables = json.dumps(self.tables, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return hashlib.sha256(hashlib.sha256(tables).digest() + self.prefix).hexdigest()

    @cached_property
    def layout(self) -> Layout:
        return Layout.from_json(self.tables["layout"])

    @cached_property
    def faces(self) -> dict[str, Face]:
        """By the names that the layout uses."""
        return {name: Face.of(table) for name, table in self.tables["faces"].items()}

    @cached_property
    def slots(self) -> tuple[tuple[Slot, int], ...]:
        """The slots in reading order, each with its number in the structure tree."""
        return tuple((item, mcid) for mcid, item in enumerate(self.layout.tagged()) if isinstance(item, Slot))

    @cached_property
    def code(self) -> tuple[Code, int]:
        """The QR code and its number in the structure tree."""
        return next((item, mcid) for mcid, item in enumerate(self.layout.tagged()) if isinstance(item, Code))

    @cached_property
    def xref(self) -> bytes:
        """The lines of the cross-reference table for the objects of the prefix, and the free first entry."""
        lines = [f"{offset:010d} 00000 n \n" for offset in self.tables["offsets"]]
        return ("0000000000 65535 f \n" + "".join(lines)).encode("ascii")
