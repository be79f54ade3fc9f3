"""Who finds what the law sets in the menu."""

from __future__ import annotations

from django.http import HttpRequest

from lms.people.models import Role, User
from lms.people.views.visit import visit


def shows_law(request: HttpRequest) -> bool:
    """The department and the administrator, who keep dated settings and holidays."""
    if not isinstance(request.user, User):
        return False
    who = visit(request)
    return who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on)
