"""Who finds coverage in the menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from lms.days import local_day
from lms.people.models import User


def shows_all(request: HttpRequest) -> bool:
    """The department sees every agency."""
    return _holds(request, "coordinator", "administrator")


def shows_own(request: HttpRequest) -> bool:
    """A focal person sees the own agency."""
    return _holds(request, "focal")


def _holds(request: HttpRequest, *roles: str) -> bool:
    user = request.user
    return isinstance(user, User) and user.holds(*roles, on=local_day(timezone.now()))
