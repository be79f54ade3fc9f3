"""Legal sources of courses and lessons, each with the day to look at it again (learning.md §2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course, Lesson
from lms.audit.models import Event
from lms.constraints import both_or_neither
from lms.days import local_day
from lms.people.models import User
from lms.refusal import Refused

NOTICE_DAYS = 30
"""Trainers hear of it so many days before a source is to be checked, and on the day (learning.md §2)."""


@dataclass(frozen=True)
class Source:
    """A source as a page names it; `check_by` is the first day, used where the source is new."""

    key: str
    document: str
    article: str
    title: str
    url: str
    check_by: date


def past_q(on: date) -> Q:
    """To be checked before `on`; the day itself is still in time."""
    return Q(check_by__lt=on)


class CitationQuerySet(models.QuerySet["Citation"]):
    def past(self, on: date) -> CitationQuerySet:
        """Sources that should have been checked before `on`."""
        return self.filter(past_q(on))

    def due_within(self, days: int, on: date) -> CitationQuerySet:
        """Sources to be checked by `on` + `days` at the latest, those past included."""
        return self.filter(check_by__lte=on + timedelta(days=days))

    def in_use(self) -> CitationQuerySet:
        """Of a course, or of a lesson that is published."""
        return self.filter(Q(lesson__isnull=True) | Q(lesson__is_live=True))

    def in_order(self) -> CitationQuerySet:
        """The most urgent first."""
        return self.order_by("check_by", "course__code", "pk")


class Citation(models.Model):
    """A legal source of a course or lesson, with the day to check it by."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="citations")
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, blank=True, related_name="citations")
    source_key = models.CharField(max_length=120)
    document = models.CharField(_("document"), max_length=300)
    article = models.CharField(_("article"), max_length=200, blank=True)
    title = models.CharField(_("subject"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    url = models.URLField(_("address"), blank=True)
    check_by = models.DateField(_("check by"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "source_key"],
                condition=Q(lesson__isnull=True),
                name="citation_once_per_course",
                violation_error_message=_("The course already cites this source."),
            ),
            models.UniqueConstraint(
                fields=["lesson", "source_key"],
                condition=Q(lesson__isnull=False),
                name="citation_once_per_lesson",
                violation_error_message=_("The lesson already cites this source."),
            ),
            both_or_neither(
                Q(checked_on__isnull=False),
                Q(checked_by__isnull=False),
                name="citation_is_checked_by_somebody",
                message=_("A source is checked by somebody, on a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.article}" if self.article else self.document

    def is_past(self, on: date) -> bool:
        """The same answer as `past_q`."""
        return self.check_by < on

    @classmethod
    def sync(cls, lesson: Lesson, sources: Iterable[Source]) -> None:
        """Make the rows of the lesson those that its page names. What is known keeps its day and who checked it; what
        the page names no more is gone. Twice is once."""
        wanted = {source.key: source for source in sources}
        with transaction.atomic():
            lesson.citations.exclude(source_key__in=wanted).delete()
            for source in wanted.values():
                words = {
                    "document": source.document,
                    "article": source.article,
                    "title": source.title,
                    "url": source.url,
                }
                first = {**words, "course": lesson.course, "check_by": source.check_by}
                cls.objects.update_or_create(
                    lesson=lesson, source_key=source.key, defaults=words, create_defaults=first
                )

    def confirm(self, *, by: User, until: date, now: datetime) -> bool:
        """Somebody has looked at the source and it still stands; look again by `until`. No page changes. False if the
        same person said the same before.

        Raises Refused "check_by_not_ahead" (422): the next day lies after today.
        """
        today = local_day(now)
        if until <= today:
            raise Refused("check_by_not_ahead", _("Choose a day after today for the next check."), status=422)
        said = Q(check_by=until, checked_on=today, checked_by=by)
        with transaction.atomic():
            changed = Citation.objects.filter(pk=self.pk).exclude(said).update(
                check_by=until, checked_on=today, checked_by=by
            )  # fmt: skip
            if changed:
                Event.record(
                    "course.confirm_citation", object_kind="course", object_id=self.course.code,
                    actor=str(by.public_id), now=now, data={"source": str(self), "check_by": until.isoformat()},
                )  # fmt: skip
        self.refresh_from_db()
        return bool(changed)
