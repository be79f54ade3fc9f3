"""What exists for who asks: the class or the session of an address, or 404."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404

from courses.models import Run, Session
from lms.people.views.visit import Visit


def seen_run(who: Visit, public_id: uuid.UUID) -> Run:
    """The class, with its course and issuer."""
    runs = Run.objects.visible_to(who.user, who.on).select_related("course", "issuer__parent")
    return get_object_or_404(runs, public_id=public_id)


def seen_session(who: Visit, session_id: int) -> Session:
    """The session, with its class and course."""
    sessions = Session.objects.visible_to(who.user, who.on).select_related("run__course")
    return get_object_or_404(sessions, pk=session_id)


def handled_session(who: Visit, session_id: int) -> Session:
    """The same for whom its list exists: staff and focal persons, no trainee."""
    sessions = Session.objects.sheet_visible_to(who.user, who.on).select_related("run__course")
    return get_object_or_404(sessions, pk=session_id)
