"""Texts that those who handle a class copy into Zalo."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from courses.models import Run
from courses.zalo import run_text
from lms.people.permissions import door
from lms.people.views.visit import visit


@door("notification.copy_text_for_zalo")
@require_GET
def run_zalo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The announcement of a class, for those who handle it."""
    who = visit(request)
    run = get_object_or_404(Run.objects.handled_by(who.user, who.on).select_related("course"), public_id=public_id)
    link = f"{settings.BASE_URL}{reverse('courses:run', args=[run.public_id])}"
    return render(request, "courses/run_zalo.html", {"run": run, "text": run_text(run, link)})
