"""What the register adds to pages of the storeys below."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from certificates.models import Certificate
from courses.panels import register_panel
from lms.people.models import User
from lms.prepared import prepared


def connect() -> None:
    """Register the panels; called once, when the app is ready."""
    register_panel("my", my_certificates, order=80)


def my_certificates(request: HttpRequest) -> SafeString | None:
    """The certificates of the person who is signed in, newest first, the revoked ones too."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return None
    return render_to_string("certificates/my_panel.html", {"certificates": _own(user.person_id)}, request=request)


@prepared
def _own(person_id: int) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(person_id=person_id).select_related("course", "series")
    return rows.order_by("-issued_on", "-pk")
