"""Biểu 05: how far the tasks of the plan have come (domain.md §8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.conf import settings
from django.db.models import F
from django.utils.translation import override

from lms.papers.paper import Paper
from lms.papers.table import Cell, Column, Table
from lms.plan.letterheads import of_plan
from lms.plan.models import Level, PartyRole, Period, Plan, PlanTask, TaskProgress
from lms.vietnamese.written import paper_date

TITLE = "Biểu 05 – Tiến độ kế hoạch"
COLUMNS = (
    Column("Mã nhiệm vụ", 13, "centre"),
    Column("Nội dung", 62),
    Column("Chủ trì", 34),
    Column("Phối hợp", 38),
    Column("Thời gian", 22),
    Column("Kết quả trong kỳ", 34),
    Column("Minh chứng", 24),
    Column("Mức độ (hoàn thành / đang thực hiện / chậm / chưa)", 26),
    Column("Khó khăn, vướng mắc", 24),
    Column("Đề xuất", 20),
)


LEVELS = {Level.DONE: "hoàn thành", Level.ONGOING: "đang thực hiện", Level.LATE: "chậm", Level.NOT_STARTED: "chưa"}


def said(period: Period | None) -> dict[int, list[TaskProgress]]:
    """What was reported of each task in the period, by the id of the task: the department's own word first."""
    found: defaultdict[int, list[TaskProgress]] = defaultdict(list)
    if period is not None:
        words = TaskProgress.objects.known().filter(period=period).select_related("agency")
        for word in words.order_by("task", F("agency__sort_key").asc(nulls_first=True), "pk"):
            found[word.task_id].append(word)
    return found


def progress_paper(plan: Plan, period: Period | None, on: date) -> Paper:
    """The tasks in the order of the plan, under the letterhead of who consolidates it on `on`."""
    with override("vi"):
        span = (
            f"{period.label} (từ ngày {paper_date(period.starts_on)} đến ngày {paper_date(period.cutoff_on)})"
            if period
            else ""
        )
        head = of_plan(plan, on, kind="Báo cáo", abstract=f"Tiến độ thực hiện kế hoạch\n{span}".strip())
    table = Table(COLUMNS, _rows(plan, period), title=TITLE)
    return Paper(head, (table,), "landscape", is_demo=settings.DEMO)


def _rows(plan: Plan, period: Period | None) -> Iterator[tuple[Cell, ...]]:
    tasks = list(plan.tasks.in_order().prefetch_related("parties"))
    words = said(period)
    for task in tasks:
        told = words.get(task.pk, [])
        yield (
            task.code, task.title, _parties(task, PartyRole.LEAD) or task.lead_label,
            _parties(task, PartyRole.COORDINATING), task.timing_label, _column(told, "result"),
            _column(told, "evidence"), LEVELS[Level(told[0].level)] if told else "", _column(told, "difficulties"),
            _column(told, "proposals"),
        )  # fmt: skip


def _column(told: Sequence[TaskProgress], name: str) -> str:
    """What each said, a line each; an agency's word bears its name, the department's does not."""
    words = [(word.agency.name if word.agency else "", getattr(word, name).strip()) for word in told]
    return "\n".join(f"{who}: {text}" if who else text for who, text in words if text)


def _parties(task: PlanTask, role: PartyRole) -> str:
    found = sorted((party for party in task.parties.all() if party.role == role), key=lambda party: party.position)
    return "; ".join(party.label for party in found)
