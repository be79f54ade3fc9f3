"""Workbooks as people send them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import xlsxwriter
from PIL import Image

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows, *, at=(), formulas=()) -> bytes:
    """One sheet with these rows; `at` adds (row, column, value), `formulas` (row, column, formula, value); from 0."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        cells = [(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)]
        for row, column, value in (*cells, *at):
            if isinstance(value, date):
                sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, value)
        for row, column, formula, value in formulas:
            sheet.write_formula(row, column, formula, None, value)
    return buffer.getvalue()


def changed(content: bytes, member: str = SHEET, *, old: bytes = b"", new: bytes = b"", extra=()) -> bytes:
    """The workbook with a member rewritten and others added (name, bytes)."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            raw = source.read(name)
            target.writestr(name, raw.replace(old, new) if name == member and old else raw)
        for name, raw in extra:
            target.writestr(name, raw)
    return buffer.getvalue()


def a_picture() -> bytes:
    """A small photograph."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()
