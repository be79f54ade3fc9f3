"""Pictures of lessons. The media folder is on no address: this view decides (trust.md §6)."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from wagtail.images.models import Rendition

from courses.models import Course, Enrolment
from lms.days import local_day
from lms.people.models import Role, User
from lms.people.permissions import door


def may_see(user: User, collection_name: str) -> bool:
    """Coordinators, administrators, trainers of the course of the collection, and people enrolled in it."""
    today = local_day(timezone.now())
    if user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=today):
        return True
    taught = Course.objects.taught_by(user, today).filter(code=collection_name)
    if user.holds(Role.TRAINER, on=today) and taught.exists():
        return True
    if user.person_id is None:
        return False
    return Enrolment.objects.enrolled().filter(person_id=user.person_id, run__course__code=collection_name).exists()


@door("lesson_file.download")
def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """One size of a picture."""
    row = get_object_or_404(Rendition.objects.select_related("image__collection"), file=f"images/{name}")
    if not isinstance(request.user, User) or not may_see(request.user, row.image.collection.name):
        raise Http404
    response = FileResponse(row.file.open("rb"))
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
