"""Rosters on their way out: a workbook or CSV that no program takes for formulas, and that can be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.jobs.models import ImportRun, Verdict
from lms.papers.files import Kind
from lms.people.models import RosterEntry, Sex, StaffType
from lms.people.roster_tables import COLUMNS, HEADINGS, TEMPLATE

KINDS = {str(kind): kind.content_type for kind in (Kind.XLSX, Kind.CSV)}
EXPORTED = (*TEMPLATE[:3], "agency_code", *TEMPLATE[3:], "last_day")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"full_name": 28, "position": 28, "email": 26, "group": 32, "staff_type": 18}

Rows = Iterable[Sequence[str]]


def written(kind: str, headings: Sequence[str], rows: Rows, widths: Sequence[int] = ()) -> bytes:
    """A table as a file of that kind."""
    return _workbook(headings, rows, widths) if kind == "xlsx" else _csv(headings, rows)


def _workbook(headings: Sequence[str], rows: Rows, widths: Sequence[int]) -> bytes:
    """One sheet of texts: nothing in it is ever a formula or a link."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, text)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate([headings, *rows]):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value, text if number else head)
    return buffer.getvalue()


def _csv(headings: Sequence[str], rows: Rows) -> bytes:
    """UTF-8 with its mark, so that Excel reads it; an apostrophe before what it would compute."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in (headings, *rows):
        writer.writerow([f"'{value}" if value.startswith(_STARTS_FORMULA) else value for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def roster_file(kind: str, entries: QuerySet[RosterEntry], *, with_contacts: bool) -> tuple[bytes, int]:
    """These entries as a file that imports again without a change, and how many there are."""
    rows = [_entry(entry, with_contacts=with_contacts) for entry in entries.select_related("person", "agency")]
    headings = [HEADINGS[name][0] for name in EXPORTED]
    return written(kind, headings, rows, [_WIDTHS.get(name, 14) for name in EXPORTED]), len(rows)


def _entry(entry: RosterEntry, *, with_contacts: bool) -> list[str]:
    person = entry.person
    said = {
        "full_name": person.full_name, "birth_date": _day(person.birth_date), "agency_code": entry.agency.code,
        "sex": "" if person.sex == Sex.UNKNOWN else person.get_sex_display(), "position": entry.position,
        "group": entry.get_group_display(), "starts_on": _day(entry.starts_on),
        "staff_type": "" if entry.staff_type == StaffType.UNKNOWN else entry.get_staff_type_display(),
        "email": person.email if with_contacts else "", "phone": person.phone if with_contacts else "",
        "last_day": _day(entry.ends_on - timedelta(days=1)) if entry.ends_on else "",
    }  # fmt: skip
    return [str(said[name]) for name in EXPORTED]


def refused_file(kind: str, run: ImportRun) -> bytes:
    """The refused rows of a check as they were sent, each with what is wrong, to be mended and sent again."""
    headings = [HEADINGS[name][0] for name in COLUMNS]
    return written(kind, [*headings, _("Error")], _refused(run), [_WIDTHS.get(name, 14) for name in COLUMNS] + [60])


def _refused(run: ImportRun) -> Iterator[list[str]]:
    for line in run.lines.filter(verdict=Verdict.REFUSED).order_by("row").iterator(chunk_size=1000):
        raw = line.data.get("raw", {})
        yield [*(raw.get(name, "") for name in COLUMNS), line.message]


def template_file() -> bytes:
    """An empty workbook with the headings."""
    return written("xlsx", [HEADINGS[name][0] for name in TEMPLATE], [], [_WIDTHS.get(name, 14) for name in TEMPLATE])


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""
