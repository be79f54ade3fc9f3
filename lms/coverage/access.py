"""Who sees which figures (permissions.csv, coverage.*): the department all, a focal person the agencies led."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from lms.days import local_day
from lms.people.models import Agency, Person, Role, User
from lms.people.models.agencies import AgencyQuerySet
from lms.people.models.persons import PersonQuerySet
from lms.people.permissions import rule


def sees_all(user: User, on: date) -> bool:
    """The department: coordinators and administrators."""
    return user.holds("coordinator", "administrator", on=on)


def agencies_open_to(user: User, on: date) -> AgencyQuerySet:
    """Agencies whose figures exist for `user`: all, or those led and those that these succeeded."""
    if sees_all(user, on):
        return Agency.objects.reporting()
    return Agency.objects.reporting().led_by(user, on) if user.holds("focal", on=on) else Agency.objects.none()


def people_open_to(user: User, on: date) -> PersonQuerySet:
    """People whose evidence exists for `user`: all, or those who are or were on a roster of an agency led, or
    completed a course there."""
    if sees_all(user, on):
        return Person.objects.all()
    led = agencies_open_to(user, on).values("pk")
    on_roster = Q(roster_entries__agency__in=led, roster_entries__voided_at__isnull=True)
    completed = Q(enrolments__completions__agency__in=led, enrolments__completions__voided_at__isnull=True)
    return Person.objects.filter(Q(pk__in=Person.objects.filter(on_roster | completed).values("pk")))


def verdict_open_to(user: User, on: date) -> PersonQuerySet:
    """People about whom `user` may ask why they are counted: as `people_open_to`, and oneself."""
    others = people_open_to(user, on)
    if user.person_id is None:
        return others
    return Person.objects.filter(Q(pk__in=others.values("pk")) | Q(pk=user.person_id))


@rule("period.confirm_agency_figures")
def may_confirm_figures(user: User, agency: Agency, *, at: datetime) -> bool:
    """Only the agency itself can say that its figures are right."""
    on = local_day(at)
    return user.holds(Role.FOCAL, on=on) and Agency.objects.led_by(user, on).filter(pk=agency.pk).exists()


@rule("coverage.send_reminder_to_agencies")
def may_remind(user: User, *, at: datetime) -> bool:
    """The department."""
    return user.holds(Role.COORDINATOR, on=local_day(at))
