"""«Tệp và việc nền của tôi»: what one has asked for, how far it is, the file when it is there (trust.md §9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.jobs import handlers
from lms.jobs.models import Job, JobFile, JobState
from lms.jobs.models.jobs import JobQuerySet
from lms.people.asked_work import cancel, jobs_open_to, retry, take
from lms.people.models import Role, User
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.web.downloads import attachment

PER_PAGE = 50


@door("job.view_progress")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the account has asked for, the latest first."""
    who = visit(request)
    rows = Job.objects.asked_by(who.user.public_id).select_related("file").latest_first()
    page = _page(request, rows)
    shown = [(job, _is_kept(job, who)) for job in page]
    context = {"page": page, "rows": shown, "sees_all": _is_administrator(who)}
    return render(request, "people/jobs.html", context)


@door("job.view_all")
@require_GET
def everybodys(request: HttpRequest) -> HttpResponse:
    """All work, or what was given up, for the administrator."""
    who = visit(request)
    if not _is_administrator(who):
        raise Http404
    wanted = request.GET.get("state", "")
    rows = Job.objects.select_related("file").latest_first()
    rows = rows.filter(state=wanted) if wanted in JobState.values else rows
    page = _page(request, rows)
    names = {str(one.public_id): str(one) for one in User.objects.filter(public_id__in=_asked(page))}
    tabs = [{"label": _("All"), "href": "?", "current": wanted not in JobState.values}]
    tabs += [{"label": state.label, "href": f"?state={state}", "current": state == wanted} for state in JobState]
    context = {"page": page, "rows": [(job, names.get(job.requested_by, "")) for job in page], "tabs": tabs}
    return render(request, "people/jobs_all.html", context)


@door("job.view_progress")
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one piece of work is. A script asks again for the part that changes alone."""
    who = visit(request)
    found = _found(who, pk)
    context = {
        "job": found,
        "kept": _is_kept(found, who),
        "is_own": found.requested_by == str(who.user.public_id),
        "may_retry": _is_administrator(who),
    }
    is_part = request.headers.get("X-Part") == "job"
    response = render(request, "people/job_state.html" if is_part else "people/job.html", context)
    response["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ["X-Part"])
    return response


@door("job.cancel")
@require_POST
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it at its next step."""
    who = visit(request)
    found = _found(who, pk)
    cancel(found, by=who.user, now=who.now)
    messages.success(request, _("The work is cancelled. Nothing of it is kept."))
    return _back(found)


@door("job.retry_dead")
@require_POST
def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    """The administrator gives it more tries."""
    who = visit(request)
    if not _is_administrator(who):
        raise Http404
    found = _found(who, pk)
    retry(found, by=who.user, now=who.now)
    messages.success(request, _("The work is tried again."))
    return _back(found)


@door("job.download_result")
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the account that asked and still may have it; who took it is noted."""
    who = visit(request)
    file = get_object_or_404(JobFile.objects.select_related("job"), job=pk, owner=str(who.user.public_id))
    handlers.check(file.job, who.now)
    take(file, by=who.user, now=who.now)
    return attachment(file.location.open("rb"), name=file.name, content_type=file.media_type, size=file.size)


def _found(who: Visit, pk: int) -> Job:
    return get_object_or_404(jobs_open_to(who.user, who.on).select_related("file"), pk=pk)


def _is_kept(found: Job, who: Visit) -> bool:
    """Whether there is a file that can still be taken."""
    file: JobFile | None = getattr(found, "file", None)
    return file is not None and file.is_kept(who.now)


def _is_administrator(who: Visit) -> bool:
    return who.user.holds(Role.ADMINISTRATOR, on=who.on)


def _page(request: HttpRequest, rows: JobQuerySet) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _asked(page: Any) -> list[str]:
    return [job.requested_by for job in page if job.requested_by]


def _back(found: Job) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("people:job", args=[found.pk]))
