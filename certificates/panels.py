"""What the register adds to pages of the storeys below."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from certificates.models import Certificate
from courses.panels import register_panel
from lms.people.models import User


def connect() -> None:
    """Register the panels; called once, when the app is ready."""
    register_panel("my", my_certificates, order=80)


def my_certificates(request: HttpRequest) -> SafeString | None:
    """The certificates of the person who is signed in, newest first, the revoked ones too."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return None
    rows = Certificate.objects.filter(person_id=user.person_id).select_related("course", "series")
    return render_to_string(
        "certificates/my_panel.html", {"certificates": rows.order_by("-issued_on", "-pk")}, request=request
    )
