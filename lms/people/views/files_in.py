"""The files that one has sent in, each with its report and refused rows: for whoever sent it, and administrators."""

from __future__ import annotations

import csv
import io
import json

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.jobs.models import ImportRun, Verdict
from lms.people.models import Role
from lms.people.permissions import door
from lms.people.roster_sheets import KINDS
from lms.people.views.downloads import attachment
from lms.people.views.visit import Visit, visit

MOST_LINES = 500
MOST_RUNS = 50
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _runs(who: Visit) -> QuerySet[ImportRun]:
    """Those that the person may open."""
    if who.user.holds(Role.ADMINISTRATOR, on=who.on):
        return ImportRun.objects.all()
    return ImportRun.objects.filter(actor=str(who.user.public_id))


@door("import.view_report_and_refused_rows")
@require_safe
def own_files(request: HttpRequest) -> HttpResponse:
    """The last files of the person who asks."""
    who = visit(request)
    runs = ImportRun.objects.filter(actor=str(who.user.public_id)).order_by("-created_at", "-pk")[:MOST_RUNS]
    return render(request, "people/files_in.html", {"runs": runs})


@door("import.view_report_and_refused_rows")
@require_safe
def file_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a file: counts, and each line with its verdict and why. Nothing of what the lines hold."""
    run = get_object_or_404(_runs(visit(request)), pk=pk)
    lines = run.lines.order_by("row", "pk")[:MOST_LINES]
    tiles = [(verdict.label, run.counts[verdict]) for verdict in Verdict if run.counts.get(verdict)]
    context = {
        "run": run,
        "lines": lines,
        "tiles": tiles,
        "most": MOST_LINES,
        "refused_count": run.counts.get("refused"),
    }
    return render(request, "people/file_in.html", context)


@door("import.view_report_and_refused_rows")
@require_safe
def refused_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused lines as CSV: number, reason, what stood there."""
    run = get_object_or_404(_runs(visit(request)), pk=pk)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("Row"), _("Code"), _("What is wrong"), _("Text")])
    for line in run.lines.filter(verdict=Verdict.REFUSED).order_by("row", "pk").iterator(chunk_size=1000):
        raw = line.data.get("raw", "")
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        guarded = f"'{text}" if text.startswith(_STARTS_FORMULA) else text
        writer.writerow([line.row, line.code, line.message, guarded])
    content = b"\xef\xbb\xbf" + buffer.getvalue().encode()
    return attachment(content, f"dong-loi-{run.pk}.csv", KINDS["csv"])
