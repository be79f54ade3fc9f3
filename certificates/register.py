"""Biểu 04, sổ gốc cấp giấy chứng nhận, as an official paper (domain.md §8). Place of birth and ethnicity are left out:
we do not ask for them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from certificates.codes import printed as printed_code
from certificates.models import Amendment, Certificate, State
from certificates.models.certificates import CertificateQuerySet, number_label
from courses.sheets import decision, sex
from lms.audit.models import Seal
from lms.papers.paper import Paper, Paragraph
from lms.papers.table import Cell, Column, Table, on_paper
from lms.plan.letterheads import of_plan
from lms.plan.models import Plan
from lms.refusal import Refused
from lms.vietnamese.written import paper_date, short_date

TITLE = "Biểu 04 – Sổ gốc cấp giấy chứng nhận"
COLUMNS = (
    Column("Số vào sổ (STT, năm)", 17, "centre"),
    Column("Họ và tên", 23),
    Column("Ngày sinh", 22, "centre"),
    Column("Giới tính", 12, "centre"),
    Column("Chương trình", 25),
    Column("Thời gian từ–đến", 22, "centre"),
    Column("Số tiết", 10, "right"),
    Column("Kết quả/xếp loại", 19, "centre"),
    Column("Số hiệu", 18, "centre"),
    Column("Số, ngày quyết định", 22),
    Column("Ngày cấp", 22, "centre"),
    Column("Ngày nhận, ký nhận", 14, "centre"),
    Column("Tình trạng (đã cấp/thay thế/thu hồi)", 20, "centre"),
    Column("Nội dung điều chỉnh, số QĐ, ngày", 16),
    Column("Số hiệu cấp lại", 15, "centre"),
)
STATES = {State.VALID: "đã cấp", State.REPLACED: "thay thế", State.REVOKED: "thu hồi", State.VOID: "hủy bỏ"}
CHUNK = 500


@dataclass
class Foot:
    """What stands under the rows: from which number to which and how many of each state in each book, the SHA-256 of
    the rows as they read, the head of the audit chain (Part 2.3)."""

    order: list[int]
    books: dict[str, Counter[str]] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    sha256: str = ""

    @classmethod
    def of(cls, order: list[int]) -> Foot:
        """The first reading."""
        foot, digest = cls(order), hashlib.sha256()
        for row in _in_chunks(order):
            book = str(row.series)
            foot.books.setdefault(book, Counter())[row.state] += 1
            first, last = foot.spans.get(book, (row.number, row.number))
            foot.spans[book] = (min(first, row.number), max(last, row.number))
            digest.update(line_bytes(cells_of(row)))
        foot.sha256 = digest.hexdigest()
        return foot

    def checked(self, rows: Iterable[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        """The second reading, the rows that are written: they hash to what the foot says, or there is no paper."""
        digest = hashlib.sha256()
        for row in rows:
            digest.update(line_bytes(row))
            yield row
        if digest.hexdigest() != self.sha256:
            raise Refused("register_moved", _("The register changed while it was written. Ask for it again."))

    def paragraphs(self) -> Iterator[Paragraph]:
        """In Vietnamese, whatever language the screen speaks."""
        for book, states in self.books.items():
            year = book.rsplit("/", 1)[-1]
            first, last = (number_label(number, int(year)) for number in self.spans[book])
            told = ", ".join(f"{STATES[state]} {states[state]}" for state in STATES if states[state])
            yield Paragraph(f"Sổ {book}: từ số {first} đến số {last}; {sum(states.values())} số, gồm {told}.")
        yield Paragraph(f"SHA-256 của các dòng: {self.sha256}")
        seal = Seal.objects.order_by("-pk").first()
        yield Paragraph(f"Mã niêm phong nhật ký: {seal.anchor if seal else 'chưa có'}")


def line_bytes(row: tuple[Cell, ...]) -> bytes:
    """A row as it is hashed: the cells as they read on paper, with a unit separator between them and a line feed."""
    return ("\x1f".join(on_paper(cell) for cell in row) + "\n").encode()


def register_paper(rows: CertificateQuerySet, on: date) -> Paper:
    """Every number in order, under the letterhead of who consolidates the plan on `on`; at the foot what they add up
    to. The rows are read twice. Raises Refused "register_moved" if they changed in between."""
    order = list(rows.in_register_order().values_list("pk", flat=True))
    foot = Foot.of(order)
    plan = Plan.objects.order_by("code").first()
    head = of_plan(plan, on, kind="Sổ gốc", abstract=f"Cấp giấy chứng nhận\nĐến ngày {paper_date(on)}")
    table = Table(COLUMNS, foot.checked(_rows(order)), title=TITLE)
    return Paper(head, (table, *foot.paragraphs()), "landscape", is_demo=settings.DEMO)


def _rows(order: list[int]) -> Iterator[tuple[Cell, ...]]:
    for row in _in_chunks(order):
        yield cells_of(row)


def cells_of(row: Certificate) -> tuple[Cell, ...]:
    """One line as it reads in the book."""
    printed = row.snapshot
    return (
        row.number_label,
        printed.get("person", ""),
        printed.get("birth_text", ""),
        sex(row.person),
        printed.get("course", ""),
        _span(printed.get("started_on", ""), printed.get("ended_on", "")),
        row.study_periods,
        printed.get("result", ""),
        _serial(row),
        decision(printed.get("decision_no", ""), _day(printed.get("decision_on", ""))),
        row.issued_on,
        ", ".join(part for part in (_short(row.delivered_on), row.received_by) if part),
        STATES[State(row.state)],
        "; ".join(_changes(row)),
        _replacement(row),
    )


def _in_chunks(order: list[int]) -> Iterator[Certificate]:
    """In register order, five hundred at a time; no cursor stays open, for whoever reads may write in between."""
    for start in range(0, len(order), CHUNK):
        chunk = Certificate.objects.filter(pk__in=order[start : start + CHUNK]).in_register_order()
        yield from chunk.select_related("series", "person", "replaced_by").prefetch_related("amendments")


def _serial(row: Certificate) -> str:
    """The number printed on the blank, else our code in groups, which a narrow column can break."""
    return row.blank_no or printed_code(row.public_code).replace("-", " ")


def _replacement(row: Certificate) -> str:
    later = getattr(row, "replaced_by", None)
    return _serial(later) if later else ""


def _changes(row: Certificate) -> Iterator[str]:
    """Why it is no longer valid, and later legal changes of what it says."""
    if row.state != State.VALID and (row.reason or row.decision_no):
        yield _said(row.reason, row.decision_no, row.decision_on)
    for change in row.amendments.all():
        yield _amended(change)


def _amended(change: Amendment) -> str:
    return _said(f"{change.old} → {change.new}", change.decision_no, change.decision_on)


def _said(words: str, document: str, on: date | None) -> str:
    by = decision(document, on)
    return ", ".join(part for part in (words, f"QĐ số {by}" if by else "") if part)


def _span(first: str, last: str) -> str:
    days = [_short(_day(day)) for day in (first, last)]
    return " – ".join(dict.fromkeys(day for day in days if day))


def _short(day: date | None) -> str:
    return short_date(day) if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
