"""Who sees our entries in the menu, which costs no query; our own panel on /my/."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import OutsideTraining
from lms.people.models import Role, User
from lms.people.views.visit import visit


def has_lessons(request: HttpRequest) -> bool:
    """People with a record: only they can be in a class."""
    return isinstance(request.user, User) and request.user.person_id is not None


def teaches(request: HttpRequest) -> bool:
    """Trainers; the roles are asked once per account and request."""
    if not isinstance(request.user, User):
        return False
    who = visit(request)
    return who.user.holds(Role.TRAINER, on=who.on)


def my_outside(request: HttpRequest) -> SafeString | None:
    """What the person who is signed in learned elsewhere, and where to submit more."""
    user = request.user
    if not isinstance(user, User) or user.person is None:
        return None
    rows = OutsideTraining.objects.filter(person=user.person).latest_first()
    context = {"rows": rows, "person": user.person}
    return render_to_string("courses/outside/my_panel.html", context, request=request)
