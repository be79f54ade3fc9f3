"""The four kinds of file that a paper becomes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from io import BytesIO
from typing import IO

from lms.papers import csv, docx, pdf, xlsx
from lms.papers.paper import Paper

_OFFICE = "application/vnd.openxmlformats-officedocument"


class Kind(StrEnum):
    """Named like the ending of its file."""

    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """For the answer over HTTP."""
        return _TYPES[self]


_TYPES = {
    Kind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Kind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Kind.PDF: "application/pdf",
    Kind.CSV: "text/csv; charset=utf-8",
}
_WRITERS: dict[Kind, Callable[[Paper, IO[bytes]], None]] = {
    Kind.XLSX: xlsx.write,
    Kind.DOCX: docx.write,
    Kind.PDF: pdf.write,
    Kind.CSV: csv.write,
}


def write(paper: Paper, kind: Kind, out: IO[bytes]) -> None:
    """The file, into an open binary file. The rows of the tables are read once.

    Raises Refused (paper_too_long) where a kind of file holds fewer rows: what is written until then is no file.
    """
    _WRITERS[kind](paper, out)


def content(paper: Paper, kind: Kind) -> bytes:
    """The file as bytes, for an answer that must fail before its first byte. Raises Refused (paper_too_long)."""
    out = BytesIO()
    write(paper, kind, out)
    return out.getvalue()
