"""What the register adds to pages of the storeys below."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from certificates.models import Certificate, State
from courses.panels import register_panel, register_results_touch
from lms.people.models import User
from lms.people.touching import Touched
from lms.prepared import prepared


def connect() -> None:
    """Register the panels; called once, when the app is ready."""
    register_panel("my", my_certificates, order=80)
    register_results_touch(certificates_of_results)


def my_certificates(request: HttpRequest) -> SafeString | None:
    """The certificates of the person who is signed in, newest first, the revoked ones too."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return None
    return render_to_string("certificates/my_panel.html", {"certificates": _own(user.person_id)}, request=request)


def certificates_of_results(enrolments: Sequence[int]) -> list[Touched]:
    """The valid certificates of these enrolments. A regrade revokes none: a person decides (learning.md §9)."""
    rows = Certificate.objects.filter(enrolment__in=enrolments, state=State.VALID).select_related("series", "person")
    return [
        Touched(
            _("%(name)s: certificate %(number)s") % {"name": row.person.full_name, "number": row.number_label}, 1,
            reverse("certificates:record", args=[row.public_code]),
        )
        for row in rows.order_by("person__sort_key", "pk")
    ]  # fmt: skip


@prepared
def _own(person_id: int) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(person_id=person_id).select_related("course", "series")
    return rows.order_by("-issued_on", "-pk")
