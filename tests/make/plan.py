"""Plans, periods and requirements."""

from __future__ import annotations

from datetime import date

from lms.people.models import Group, UnitGroup
from lms.plan.default_periods import default_periods
from lms.plan.models import Enough, Period, PeriodKind, Plan, PlanTask, Requirement, Timing


def task(code: str = "5") -> PlanTask:
    """A task of one plan, made once."""
    plan, _made = Plan.objects.get_or_create(code="KH", defaults={"title": "Kế hoạch", "issuer_label": "UBND tỉnh"})
    found, _made = PlanTask.objects.get_or_create(
        plan=plan,
        code=code,
        defaults={
            "position": plan.tasks.count() + 1,
            "section": "Công tác bồi dưỡng, tập huấn",
            "title": "Triển khai các chương trình bồi dưỡng, tập huấn",
            "lead_label": "Đơn vị chủ trì",
            "timing_label": "Định kỳ hàng năm",
            "timing": Timing.YEARLY_OR_AS_NEEDED,
        },
    )
    return found


def period(year: int, kind: str = PeriodKind.YEAR, number: int = 1) -> Period:
    """A default period of a reporting year, made once."""
    span = next(span for span in default_periods(year) if (span.kind, span.number) == (kind, number))
    found, _made = Period.objects.get_or_create(
        kind=kind,
        year=year,
        number=number,
        defaults={"starts_on": span.starts_on, "cutoff_on": span.cutoff_on},
    )
    return found


def unit_group(code: str, *kinds: str) -> UnitGroup:
    """A unit group of whole kinds."""
    group = UnitGroup.objects.create(code=code, label=code)
    for kind in kinds:
        group.kinds.create(kind=kind)
    return group


def requirement(
    task: PlanTask,
    group: str = Group.COMMUNICATION_OFFICER,
    *,
    unit_group: UnitGroup | None = None,
    period_kind: str = PeriodKind.YEAR,
    enough: str = Enough.CERTIFICATES,
    needed: int = 1,
    starts_on: date | None = None,
) -> Requirement:
    """One certificate a year unless told otherwise."""
    return Requirement.objects.create(
        task=task,
        group=group,
        unit_group=unit_group,
        period_kind=period_kind,
        enough=enough,
        needed=needed,
        starts_on=starts_on,
    )
