"""The sheet that people sign in a room, as an official paper (attendance §1.5)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from courses.models import Enrolment, Session, SheetPrint
from courses.models.runs import Place
from lms.days import local_day
from lms.papers.paper import Paper, Paragraph
from lms.papers.table import Column, Table
from lms.people.models import RosterEntry
from lms.plan.letterheads import of_agency
from lms.vietnamese.written import paper_date

BLANK_LINES = 5
COLUMNS = (
    Column("STT", 12, "centre"),
    Column("Họ và tên", 48),
    Column("Chức vụ", 34),
    Column("Đơn vị", 46),
    Column("Ký tên", 32),
)


def sheet_rows(session: Session, place: Place) -> list[dict[str, Any]]:
    """Who is expected in the room, by given name: numbered, frozen with the print."""
    people = Enrolment.objects.enrolled().filter(Q(place=place) | Q(place__isnull=True), run=session.run_id)
    found = list(people.select_related("person", "agency").in_order())
    on = local_day(session.starts_at)
    entries = RosterEntry.objects.known().on(on).filter(person__in=[row.person_id for row in found])
    positions = {entry.person_id: entry.position for entry in entries.order_by("-pk")}
    return [
        {
            "n": number,
            "enrolment": row.pk,
            "name": row.person.full_name,
            "position": positions.get(row.person_id, ""),
            "agency": row.agency.name if row.agency else "",
        }
        for number, row in enumerate(found, start=1)
    ]


def sheet_paper(printed: SheetPrint, address: str, *, is_demo: bool) -> Paper:
    """As it was frozen, with five blank lines for people who are not on the list."""
    session, lines = printed.session, printed.lines()
    head = of_agency(
        session.run.issuer,
        kind="Danh sách",
        abstract=f"Điểm danh: {session.title}\nngày {paper_date(local_day(session.starts_at))}, {printed.place.name}",
    )
    rows = [(row["n"], row["name"], row["position"], row["agency"], "") for row in lines]
    rows += [(number, "", "", "", "") for number in range(len(lines) + 1, len(lines) + 1 + BLANK_LINES)]
    note = Paragraph(f"Bản in số {printed.version}. Mã vuông cuối trang dẫn đến nơi đính kèm ảnh chụp danh sách đã ký.")
    return Paper(head, (Table(COLUMNS, rows), note), is_demo=is_demo, address=address)
