"""Who sees our entries in the menu, which costs no query; our own panel on /my/."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import OutsideTraining
from lms.people.models import Person, Role, User
from lms.people.views.visit import visit
from lms.prepared import prepared


def has_lessons(request: HttpRequest) -> bool:
    """People with a record: only they can be in a class."""
    return isinstance(request.user, User) and request.user.person_id is not None


def teaches(request: HttpRequest) -> bool:
    """Trainers; the roles are asked once per account and request."""
    if not isinstance(request.user, User):
        return False
    who = visit(request)
    return who.user.holds(Role.TRAINER, on=who.on)


@prepared
def _person(pk: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=pk)


@prepared
def _learned(person_id: int) -> QuerySet[OutsideTraining]:
    return OutsideTraining.objects.filter(person_id=person_id).latest_first()


def my_outside(request: HttpRequest) -> SafeString | None:
    """What the person who is signed in learned elsewhere, and where to submit more."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return None
    [person] = _person(user.person_id)
    context = {"rows": _learned(user.person_id), "person": person}
    return render_to_string("courses/outside/my_panel.html", context, request=request)
