"""What a reorganisation touches in the courses: classes not over, seats, nominations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment, Quota, Reply, Run, RunState
from lms.people.touching import Touched, touches

NOT_OVER = (RunState.DRAFT, RunState.OPEN, RunState.RUNNING)


@touches("open_runs", _("Classes not over that such an agency organises"))
def open_runs(agencies: Sequence[int], on: date) -> list[Touched]:
    """One line per class."""
    rows = Run.objects.filter(issuer__in=agencies, state__in=NOT_OVER).select_related("course").in_order()
    return [Touched(str(run), 1, reverse("courses:run", args=[run.public_id])) for run in rows]


@touches("enrolled_people", _("People of such an agency in classes not over; they stay enrolled"))
def enrolled_people(agencies: Sequence[int], on: date) -> list[Touched]:
    """Active enrolments per class."""
    rows = Enrolment.objects.active().filter(agency__in=agencies, run__state__in=NOT_OVER).values("run")
    counts = dict(rows.annotate(count=Count("pk")).values_list("run", "count"))
    return _per_run(counts)


@touches("quotas", _("Seats reserved for such an agency"))
def quotas(agencies: Sequence[int], on: date) -> list[Touched]:
    """Reserved seats per class."""
    rows = Quota.objects.filter(agency__in=agencies, run__state__in=NOT_OVER).values("run")
    return _per_run(dict(rows.annotate(count=Sum("seats")).values_list("run", "count")))


@touches("nominations", _("Nominations that such an agency was asked for"))
def nominations(agencies: Sequence[int], on: date) -> list[Touched]:
    """Replies of rounds in classes not over, per round."""
    asked = Q(agency__in=agencies, round__run__state__in=NOT_OVER)
    rows = Reply.objects.filter(asked).values("round", "round__run__course__title", "round__run__number")
    return [
        Touched(
            gettext("%(course)s, class %(number)s")
            % {"course": row["round__run__course__title"], "number": row["round__run__number"]},
            row["count"], reverse("courses:round", args=[row["round"]]),
        )
        for row in rows.annotate(count=Count("pk")).order_by("round")
    ]  # fmt: skip


def _per_run(counts: dict[int, int]) -> list[Touched]:
    runs = Run.objects.filter(pk__in=counts).select_related("course").in_order()
    return [Touched(str(run), counts[run.pk], reverse("courses:run", args=[run.public_id])) for run in runs]
