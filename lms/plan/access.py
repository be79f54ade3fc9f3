"""Who may do what with the plan: one predicate per action (trust.md §3)."""

from __future__ import annotations

from datetime import datetime

from lms.days import local_day
from lms.people.models import Agency, Role, User
from lms.people.permissions import rule
from lms.plan.models import PlanTask


@rule("requirement.create_or_edit")
@rule("period.create_or_edit_open")
@rule("plan.edit_tasks")
@rule("coverage.set_target")
def may_keep_plan(user: User, *, at: datetime) -> bool:
    """The department, which follows the plan and answers for its figures."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("setting.change_dated_legal_value")
@rule("holiday.edit")
@rule("plan.import")
def may_import_plan(user: User, *, at: datetime) -> bool:
    """The department, and the administrator who sets up."""
    return user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=local_day(at))


@rule("requirement.view")
@rule("period.view")
def may_view_what_is_required(user: User, *, at: datetime) -> bool:
    """Whoever has a part in the plan beside learning."""
    return user.holds(*Role.values, on=local_day(at))


@rule("plan.report_progress")
def may_report_progress(user: User, task: PlanTask, agency: Agency | None, *, at: datetime) -> bool:
    """The department; the focal person of an agency that leads the task or coordinates, for that agency."""
    on = local_day(at)
    if user.holds(Role.COORDINATOR, on=on):
        return True
    if agency is None or not user.holds(Role.FOCAL, on=on):
        return False
    return Agency.objects.led_by(user, on).filter(pk=agency.pk).exists() and agency.pk in task.answering(on)
