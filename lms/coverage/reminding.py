"""«Đôn đốc»: what is missing at an agency, in words for Zalo, by e-mail, as an official letter (domain.md §14, §15).

Counts only: no names, no scores, no telephone numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.audit.models import Event
from lms.coverage.counting import AgencyRow, Report, RosterState
from lms.coverage.question import Question
from lms.days import local_day
from lms.jobs.models import Channel, Notification
from lms.jobs.quiet import after_quiet_hours
from lms.papers.letterhead import Letterhead, Signer
from lms.papers.paper import Paper, Paragraph
from lms.papers.table import Column, Table, Tenths
from lms.people.models import Agency, AgencyKind, Role, RoleGrant, User
from lms.plan.models import PartyRole
from lms.refusal import Refused
from lms.web.formatting import paper_date, short_date, tenths

MOST_CHARACTERS = 1000
"""Of a text for Zalo."""
KIND = "agency_reminder"


def chosen(report: Report, codes: Collection[str]) -> list[AgencyRow]:
    """The rows of the agencies ticked, in the order of the report. Raises Refused: no_agency_chosen (422)."""
    rows = [row for row in report.rows if row.agency_id and row.code in codes]
    if not rows:
        raise Refused("no_agency_chosen", _("Tick at least one agency."), status=422)
    return rows


def needs_reminding(row: AgencyRow) -> bool:
    """No roster, or people on it who are not trained yet."""
    return bool(row.agency_id) and (row.state == RosterState.NOT_LISTED or row.figures.missing > 0)


def standing(row: AgencyRow) -> str:
    """How the agency stands, in a few words without a stop."""
    figures = row.figures
    if row.state == RosterState.NOT_LISTED:
        return _("no roster yet")
    if not figures.headcount:
        return _("nobody belongs to the groups concerned")
    words = {"part": figures.trained, "whole": figures.headcount, "rate": tenths(figures.rate_tenths)}
    said = _("%(part)s/%(whole)s people trained (%(rate)s)") % words
    if not figures.missing:
        return said
    left = ngettext("%(n)s person is left", "%(n)s people are left", figures.missing) % {"n": figures.missing}
    return f"{said}, {left}"


def _head(question: Question) -> str:
    return _("Training in policy communication – %(period)s") % {"period": question.period.label}


def _foot(question: Question, link: str) -> str:
    period = question.period
    lines = [_("Please make the roster and nominate the people who are left.")]
    lines.append(_("Cut-off day of the figures: %(day)s.") % {"day": short_date(period.cutoff_on)})
    if period.due_on:
        lines.append(_("Report due on: %(day)s.") % {"day": short_date(period.due_on)})
    return "\n".join([*lines, link])


def text_for(row: AgencyRow, question: Question, link: str) -> str:
    """The text for one agency, at most `MOST_CHARACTERS`."""
    foot = _foot(question, link)
    body = f"{_head(question)}\n{row.name}: {standing(row)}."
    return f"{body[: MOST_CHARACTERS - len(foot) - 1]}\n{foot}"


def text_for_all(rows: Sequence[AgencyRow], question: Question, link: str) -> str:
    """One text for a group of many agencies; those that do not fit are counted."""
    head, foot = _head(question), _foot(question, link)
    lines = [f"- {row.name}: {standing(row)}" for row in rows]
    for kept in range(len(lines), -1, -1):
        more = len(lines) - kept
        rest = [ngettext("and %(n)s more agency", "and %(n)s more agencies", more) % {"n": more}] if more else []
        text = "\n".join([head, *lines[:kept], *rest, foot])
        if len(text) <= MOST_CHARACTERS:
            return text
    return f"{head}\n{foot}"[:MOST_CHARACTERS]


@dataclass(frozen=True)
class Sent:
    """How many e-mails were put on the way, how many had been before; the agencies that nobody can be written to."""

    new: int
    before: int
    unreachable: tuple[str, ...]


def send(rows: Sequence[AgencyRow], question: Question, links: dict[str, str], *, by: User, now: datetime) -> Sent:
    """One e-mail for each focal person, agency, task, period and day, with one event for them all; sent again on the
    same day it changes nothing. `links` gives the address of the page of each agency by its code."""
    day = local_day(now)
    focal = _focal_persons(rows, day)
    new = before = 0
    with transaction.atomic():
        for row in rows:
            subject = f"{row.code}:task-{question.task.pk}:period-{question.period.pk}"
            slot = f"reminder@{day.isoformat()}"
            known = set(
                Notification.objects.filter(kind=KIND, subject=subject, slot=slot).values_list("recipient", flat=True)
            )
            for recipient in focal.get(row.agency_id, []):
                before, new = (before + 1, new) if recipient in known else (before, new + 1)
                Notification.plan(
                    recipient, kind=KIND, subject=subject, slot=slot, due_at=after_quiet_hours(now),
                    channel=Channel.EMAIL, payload=_payload(row, question, links[row.code]),
                )  # fmt: skip
        if new:
            record("email", rows, question, by=by, now=now, count=new)
    return Sent(new, before, tuple(row.name for row in rows if row.agency_id not in focal))


def _focal_persons(rows: Sequence[AgencyRow], day: date) -> dict[int, list[UUID]]:
    """Agency → the people to write to: the person of the account, or the account itself."""
    grants = RoleGrant.objects.on(day).filter(
        role=Role.FOCAL, agency__in=[row.agency_id for row in rows], user__is_active=True
    )
    found: dict[int, list[UUID]] = {}
    for grant in grants.select_related("user__person").order_by("pk"):
        person = grant.user.person
        found.setdefault(grant.agency_id or 0, []).append(person.public_id if person else grant.user.public_id)
    return found


def _payload(row: AgencyRow, question: Question, link: str) -> dict[str, str]:
    period = question.period
    return {
        "agency": row.name,
        "period": period.label,
        "standing": standing(row),
        "cutoff": short_date(period.cutoff_on),
        "due": short_date(period.due_on) if period.due_on else "",
        "link": link,
    }


def record(way: str, rows: Sequence[AgencyRow], question: Question, *, by: User, now: datetime, count: int) -> None:
    """Write the event of a reminder: which agencies, which way."""
    Event.record(
        "coverage.send_reminder_to_agencies", object_kind="period", object_id=question.period.pk,
        actor=str(by.public_id), now=now,
        data={"way": way, "task": question.task.code, "agencies": [row.code for row in rows], "count": count},
    )  # fmt: skip


COLUMNS = (
    Column("STT", 14, "centre"),
    Column("Cơ quan, đơn vị, địa phương", 70),
    Column("Số người thuộc diện", 22, "right"),
    Column("Số người đã bồi dưỡng", 22, "right"),
    Column("Tỷ lệ (%)", 18, "right"),
    Column("Ghi chú", 30),
)


def letter(rows: Sequence[AgencyRow], question: Question, *, on: date) -> Paper:
    """The official letter, in Vietnamese whatever the reader's language: number, name and signature are left open."""
    issuer = _issuer(question, on)
    period, task = question.period, question.task
    until = f"từ ngày {paper_date(period.starts_on)} đến ngày {paper_date(question.day)}"
    blocks: list[Paragraph | Table] = [
        Paragraph(
            f"Thực hiện nhiệm vụ {task.code} của Kế hoạch truyền thông chính sách trên địa bàn tỉnh, qua theo dõi số "
            f"liệu bồi dưỡng, tập huấn {until}, kết quả của một số cơ quan, đơn vị, địa phương như sau:"
        ),
        Table(COLUMNS, (_line(place, row) for place, row in enumerate(rows, start=1)), title="Tình hình thực hiện"),
        Paragraph("Để bảo đảm tiến độ, đề nghị các cơ quan, đơn vị, địa phương có tên nêu trên:"),
        Paragraph("1. Rà soát, lập và xác nhận danh sách người thuộc diện bồi dưỡng, tập huấn.", "item"),
        Paragraph("2. Cử người chưa được bồi dưỡng tham gia các lớp theo kế hoạch.", "item"),
        Paragraph(
            f"3. Hoàn thành trước ngày chốt số liệu {paper_date(period.cutoff_on)}"
            + (f" và gửi báo cáo trước ngày {paper_date(period.due_on)}." if period.due_on else "."),
            "item",
        ),
        Paragraph("Rất mong sự quan tâm phối hợp của các cơ quan, đơn vị, địa phương"),
    ]
    names = [row.name for row in rows]
    addressed = tuple(names) if len(names) <= 10 else ("các cơ quan, đơn vị, địa phương có tên tại bảng kèm theo",)
    head = Letterhead(
        issuer=issuer.name if issuer else task.lead_label,
        superior=issuer.parent.name if issuer and issuer.parent else "",
        place=_place(issuer),
        dated_on=on,
        subject="đôn đốc thực hiện bồi dưỡng, tập huấn về truyền thông chính sách",
        addressed_to=addressed,
        recipients=("Như trên", "Lưu: VT"),
        signer=Signer("Giám đốc"),
    )
    return Paper(head, blocks, is_demo=settings.DEMO)


def _line(place: int, row: AgencyRow) -> tuple[int, str, int | None, int | None, Tenths, str]:
    if row.state == RosterState.NOT_LISTED:
        return place, row.name, None, None, Tenths(None), "chưa lập danh sách"
    figures = row.figures
    note = f"còn {figures.missing} người" if figures.missing else ""
    return place, row.name, figures.headcount, figures.trained, Tenths(figures.rate_tenths), note


def _issuer(question: Question, on: date) -> Agency | None:
    """The agency that leads the task on the day."""
    for party in question.task.parties.filter(role=PartyRole.LEAD).order_by("position", "pk"):
        found = party.agencies_on(on).select_related("parent").order_by("pk").first()
        if found:
            return found
    return None


def _place(issuer: Agency | None) -> str:
    """The province over the agency, without the word for it."""
    above = issuer
    while above and above.kind != AgencyKind.PROVINCE:
        above = above.parent
    return above.name.removeprefix("Tỉnh ").removeprefix("tỉnh ") if above else ""
