"""Work of the CMS that outlives a request."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from cms.models import LessonPage
from cms.weighing import weigh
from courses.models import Lesson
from lms.jobs.handlers import Chunk, handles
from lms.jobs.models import Job
from lms.refusal import Refused


@handles("cms.measure", atomic=False, label=_("The size of a lesson"))
def measure(job: Job, now: datetime) -> Chunk:
    """Weigh what is published now, whatever asked for it. Payload: page."""
    page = LessonPage.objects.filter(pk=job.payload["page"]).first()
    if page is not None and page.lesson_id is not None:
        weight = weigh(page.body)
        Lesson.objects.filter(pk=page.lesson_id).update(
            bytes_page=weight.page, bytes_images=weight.images, bytes_on_click=weight.on_click
        )
    return Chunk(1, 1, finished=True)


@handles("cms.publish_scheduled", label=_("Pages that are published at a planned time"))
def publish_scheduled(job: Job, now: datetime) -> Chunk:
    """Publish the approved revisions whose time has come, and take back pages whose time is over; a revision that may
    not be published loses its schedule."""
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    count = 0
    for revision in due:
        try:
            revision.publish(log_action=False)
        except Refused:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        count += 1
    for page in Page.objects.live().filter(expire_at__lte=now).specific():
        page.unpublish(set_expired=True, log_action=False)
        count += 1
    return Chunk(count, count, finished=True)


def ask_for_scheduled(now: datetime) -> None:
    """Called by the sweep: ask for the work when a page is due, at most once a minute."""
    ended = Page.objects.live().filter(expire_at__lte=now)
    if Revision.objects.filter(approved_go_live_at__lte=now).exists() or ended.exists():
        Job.ask("cms.publish_scheduled", key=f"due:{now:%Y-%m-%dT%H:%M}", now=now)
