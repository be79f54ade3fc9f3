"""Who sees our entries in the menu; the roles are asked once per account and request."""

from __future__ import annotations

from django.http import HttpRequest

from lms.people.models import Role, User
from lms.people.views.visit import visit


def shows_drafts(request: HttpRequest) -> bool:
    """The department and the administrator draft reorganisations."""
    return _holds(request, Role.COORDINATOR, Role.ADMINISTRATOR)


def shows_to_roles(request: HttpRequest) -> bool:
    """Whoever holds a role may ask for files that take long, and let a program read as that role."""
    return _holds(request, *Role.values)


def _holds(request: HttpRequest, *roles: str) -> bool:
    if not isinstance(request.user, User):
        return False
    who = visit(request)
    return who.user.holds(*roles, on=who.on)
