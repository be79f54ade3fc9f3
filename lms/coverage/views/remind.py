"""«Đôn đốc»: agencies ticked, a text to copy, e-mails, an official letter."""

from __future__ import annotations

import io
from collections.abc import Collection

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lms.coverage.access import agencies_open_to
from lms.coverage.asking import Asked
from lms.coverage.counting import AgencyRow, Report, answer
from lms.coverage.question import Question
from lms.coverage.reminding import chosen, letter, needs_reminding, record, send, text_for, text_for_all
from lms.papers.files import Kind, write
from lms.people.models import Role
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.web.downloads import attachment


def _only_department(who: Visit, codes: Collection[str]) -> None:
    """Others than the department and those who can see one of the agencies do not learn that this exists."""
    if not who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on) and not (
        agencies_open_to(who.user, who.on).filter(code__in=codes).exists()
    ):
        raise Http404
    require("coverage.send_reminder_to_agencies", who.user, at=who.now)


def _asked(request: HttpRequest) -> tuple[Visit, Asked]:
    who = visit(request)
    _only_department(who, request.POST.getlist("agency"))
    return who, Asked(request, who.on)


def _report(asked: Asked) -> tuple[Question, Report]:
    if asked.question is None:
        raise Refused(
            "nothing_required", _("The plan requires no training for this task, group and period."), status=422
        )
    return asked.question, answer(asked.question)


def _link(asked: Asked, code: str = "") -> str:
    period = asked.period.pk if asked.period else ""
    query = f"?agency={code}&period={period}" if code else ""
    return f"{settings.BASE_URL}{reverse('coverage:agency')}{query}"


@door("coverage.send_reminder_to_agencies")
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """Tick agencies; then the texts for those ticked, and what else can be sent."""
    _who, asked = _asked(request)
    if request.method != "POST":
        rows = [row for row in answer(asked.question).rows if needs_reminding(row)] if asked.question else []
        context = {"asked": asked, "rows": rows}
        return render(request, "coverage/remind.html", context, status=422 if asked.form.errors else 200)
    question, report = _report(asked)
    rows = chosen(report, request.POST.getlist("agency"))
    context = {
        "asked": asked,
        "rows": rows,
        "whole": text_for_all(rows, question, _link(asked)),
        "texts": [(row, text_for(row, question, _link(asked, row.code))) for row in rows],
    }
    return render(request, "coverage/remind_texts.html", context)


def _rows(request: HttpRequest) -> tuple[Visit, Asked, Question, list[AgencyRow]]:
    who, asked = _asked(request)
    question, report = _report(asked)
    return who, asked, question, chosen(report, request.POST.getlist("agency"))


@door("coverage.send_reminder_to_agencies")
@require_POST
def send_mails(request: HttpRequest) -> HttpResponse:
    """An e-mail for the focal persons of the agencies ticked."""
    who, asked, question, rows = _rows(request)
    links = {row.code: _link(asked, row.code) for row in rows}
    sent = send(rows, question, links, by=who.user, now=who.now)
    if sent.new:
        sentence = ngettext("%(n)s e-mail is on its way.", "%(n)s e-mails are on their way.", sent.new)
        messages.success(request, sentence % {"n": sent.new})
    elif sent.before:
        messages.info(request, _("These agencies have been reminded by e-mail today already."))
    if sent.unreachable:
        sentence = _("No focal person to write to: %(names)s. Use the text for Zalo.")
        messages.warning(request, sentence % {"names": ", ".join(sent.unreachable[:20])})
    return redirect(f"{reverse('coverage:remind')}?{asked.query}")


@door("coverage.send_reminder_to_agencies")
@require_POST
def download_letter(request: HttpRequest) -> HttpResponseBase:
    """The official letter, as a Word file that still wants a number and a signature."""
    who, _asked_for, question, rows = _rows(request)
    out = io.BytesIO()
    write(letter(rows, question, on=who.on), Kind.DOCX, out)
    record("letter", rows, question, by=who.user, now=who.now, count=len(rows))
    name = f"Công văn đôn đốc {who.on.isoformat()}.docx"
    return attachment(out.getvalue(), name=name, content_type=Kind.DOCX.content_type)
