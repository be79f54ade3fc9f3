"""A plan file through the screen: tried first, then loaded, with one event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lms.audit.models import Event
from lms.people.models import User
from lms.plan.loading import Loaded, load_plan
from lms.plan.plan_file import read_plan


def try_plan(content: bytes) -> Loaded:
    """What loading the file would do; nothing is changed. Raises PlanFileError."""
    row = read_plan(content)
    with transaction.atomic():
        done = load_plan(row)
        transaction.set_rollback(True)
    return done


def import_plan(content: bytes, *, by: User, now: datetime) -> Loaded:
    """Load the file in one transaction; one event, and none where it changes nothing. Raises PlanFileError."""
    row = read_plan(content)
    with transaction.atomic():
        done = load_plan(row)
        if done.added or done.changed:
            Event.record(
                "plan.import", object_kind="plan", object_id=row.code, actor=str(by.public_id), now=now,
                data={"added": done.added, "changed": done.changed, "unchanged": done.unchanged},
            )  # fmt: skip
    return done
