"""What is done with the pages of courses is told: one event for each act, and a notice to whoever is waited for.

Wagtail would send its own mails from inside the request and its transaction; here the ledger does it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wagtail.admin import signal_handlers as wagtail_mail
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_approved, task_rejected, task_submitted, workflow_submitted

from cms.reviewing import notice_to
from lms.audit.models import Event
from lms.jobs.models import Channel, Notification
from lms.jobs.quiet import after_quiet_hours
from lms.people.models import User


def connect() -> None:
    """Listen to Wagtail. Called once, when the app is ready, before Wagtail's own app is."""
    wagtail_mail.register_signal_handlers = _no_mail
    workflow_submitted.connect(_submitted, sender=WorkflowState, dispatch_uid="course_submitted")
    task_submitted.connect(_ask_for_review, sender=TaskState, dispatch_uid="course_review_asked")
    task_approved.connect(_approved, sender=TaskState, dispatch_uid="course_approved")
    task_rejected.connect(_returned, sender=TaskState, dispatch_uid="course_returned")


def _no_mail() -> None:
    """In the place of the function that connects Wagtail's mails."""


def _submitted(instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    tell("course.submit_for_approval", instance.content_object, user, instance.created_at)


def _ask_for_review(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    page = instance.workflow_state.content_object
    for reviewer in notice_to(page):
        _notify(reviewer, "lesson_to_review", instance, instance.started_at, title=page.title)


def _approved(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    page = instance.workflow_state.content_object
    tell("course.approve_edit_of_another", page, user, instance.finished_at, verdict="approved")


def _returned(instance: TaskState, user: User | None, **kwargs: Any) -> None:
    page = instance.workflow_state.content_object
    tell("course.approve_edit_of_another", page, user, instance.finished_at, verdict="returned")
    asker = instance.workflow_state.requested_by
    if asker is not None:
        words = {"title": page.title, "reason": instance.comment}
        _notify(asker, "lesson_sent_back", instance, instance.finished_at, **words)


def tell(action: str, page: Page, user: User | None, now: datetime, **data: Any) -> None:
    """One event about a page."""
    Event.record(
        action, object_kind="page", object_id=page.pk, actor=str(user.public_id) if user else "system", now=now,
        data={"title": page.title, **data},
    )  # fmt: skip


def _notify(who: User, kind: str, state: TaskState, at: datetime, **payload: str) -> None:
    """Once for each step of the workflow."""
    recipient = who.person.public_id if who.person else who.public_id
    Notification.plan(
        recipient, kind=kind, subject=f"page:{state.workflow_state.object_id}", slot=f"step:{state.pk}",
        due_at=after_quiet_hours(at), channel=Channel.EMAIL, payload=payload,
    )  # fmt: skip
