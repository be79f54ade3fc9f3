"""Who asks, and when: every view of this storey and of those above may begin here and hands the moment down."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from lms.days import local_day
from lms.people.models import User


class Visit(NamedTuple):
    """A signed-in account at one moment; `on` is the day in Vietnam."""

    user: User
    now: datetime
    on: date


def visit(request: HttpRequest) -> Visit:
    """The visit of a signed-in account. Raises PermissionDenied for anybody else: the door let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    now = timezone.now()
    return Visit(request.user, now, local_day(now))


def with_today(request: HttpRequest, who: Visit) -> QueryDict:
    """The filters of the address; where they name no day, today."""
    asked = request.GET.copy()
    asked.setdefault("on", who.on.isoformat())
    return asked
