"""Courses that must come first, and the department's leave to do without them (learning.md §5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course, Prerequisite
from courses.models.entering import months_before
from courses.models.runs import Run
from lms.audit.models import Event
from lms.people.models import Person, User
from lms.refusal import Refused


def require_first(course: Course, needs: Course, *, within_months: int = 0) -> Prerequisite:
    """`course` needs `needs` from now on; set again, it changes `within_months`.

    Raises Refused "prereq_cycle" (422) if `needs` itself needs `course`, directly or through others.
    """
    with transaction.atomic():
        reached, ahead = {needs.pk}, {needs.pk}
        while ahead:
            further = Prerequisite.objects.filter(course__in=ahead).values_list("needs_id", flat=True)
            ahead = set(further) - reached
            reached |= ahead
        if course.pk in reached:
            raise Refused("prereq_cycle", _("These courses would require each other."), status=422)
        made, _created = Prerequisite.objects.update_or_create(
            course=course, needs=needs, defaults={"within_months": within_months}
        )
    return made


def missing_first(run: Run, people: Collection[int], on: date) -> dict[int, Course]:
    """Which of `people` (keys) lack a course that comes first by `on`, and the first such course of each.

    Two queries and one for each course that is needed, whatever the number of people.
    """
    needed = list(run.course.prerequisites.select_related("needs").order_by("pk"))
    if not needed:
        return {}
    waived = PrerequisiteWaiver.objects.filter(run=run, person__in=people).values_list("person_id", flat=True)
    asked = set(people) - set(waived)
    missing: dict[int, Course] = {}
    for row in needed:
        kept = Q(enrolments__run__course=row.needs_id, enrolments__completions__voided_at__isnull=True)
        kept &= Q(enrolments__completions__completed_on__lte=on)
        if row.within_months:
            kept &= Q(enrolments__completions__completed_on__gt=months_before(on, row.within_months))
        done = set(Person.objects.filter(kept, pk__in=asked).values_list("pk", flat=True))
        missing |= dict.fromkeys(asked - done - missing.keys(), row.needs)
    return missing


def check_prerequisites(run: Run, person: Person, on: date) -> None:
    """Raise Refused "prereq_missing", naming the first course that `person` should have completed by `on`."""
    missing = missing_first(run, [person.pk], on).get(person.pk)
    if missing is not None:
        sentence = _("The course %(course)s must be completed first.") % {"course": missing.title}
        raise Refused("prereq_missing", sentence, status=422)


class PrerequisiteWaiver(models.Model):
    """The department lets a person into one run without the courses that should come first."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="prerequisite_waivers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="prerequisite_waivers")
    reason = models.CharField(_("reason"), max_length=300)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"],
                name="prerequisite_waived_once",
                violation_error_message=_("This person may already enter without the courses that come first."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="prerequisite_waived_with_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.person_id}"

    @classmethod
    def grant(cls, run: Run, person: Person, reason: str, *, by: User, now: datetime) -> bool:
        """Let `person` into `run` all the same; False if that was granted before.

        Raises Refused "reason_required" (422).
        """
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        try:
            with transaction.atomic():
                cls.objects.create(run=run, person=person, reason=reason.strip()[:300], granted_by=by, granted_at=now)
                Event.record(
                    "enrolment.waive_prerequisite",
                    object_kind="run",
                    object_id=run.public_id,
                    actor=str(by.public_id),
                    now=now,
                    subject=str(person.public_id),
                    data={},
                )
        except IntegrityError:
            if cls.objects.filter(run=run, person=person).exists():
                return False
            raise
        return True
