"""Two addresses for whoever watches the machine: does the process live, may it get requests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.people.permissions import door

CLOCKS_APART_SECONDS = 2.0


@door("health.live_and_ready", public=True)
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; touches nothing else, so that a slow database restarts no web process."""
    return JsonResponse({"live": True})


@door("health.live_and_ready", public=True)
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if the database and the cache answer and the clocks agree within 2 s; else 503. Names no version, no host."""
    found = {"database": database_answers(), "cache": cache_answers(), "clock": clocks_agree(timezone.now())}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def database_answers() -> bool:
    """A query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def cache_answers() -> bool:
    """What is put in comes out."""
    key = f"ready:{uuid.uuid4()}"
    try:
        cache.set(key, 1, 10)
        return cache.get(key) == 1
    except Exception:  # noqa: BLE001 - each cache backend raises its own
        return False


def clocks_agree(host: datetime) -> bool:
    """Deadlines are set by one clock and compared by another: they may lie 2 seconds apart."""
    question = (
        "SELECT extract(epoch FROM clock_timestamp())"
        if connection.vendor == "postgresql"
        else "SELECT (julianday('now') - 2440587.5) * 86400.0"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            seconds = float(cursor.fetchone()[0])
    except DatabaseError:
        return False
    return abs((datetime.fromtimestamp(seconds, UTC) - host).total_seconds()) <= CLOCKS_APART_SECONDS
