"""Nomination: the agency's list, and what the department does with it."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.forms.nominate import (
    DispatchForm,
    NominationForm,
    PastedNamesForm,
    ReplyDecisionForm,
    RoundForm,
    SendReplyForm,
)
from courses.models import Enrolment, Reply, Round, Run
from courses.models.nominations import STORAGE
from courses.nominees import Candidate, candidates, listed, quota_of
from courses.pasted_names import judge, ticked
from lms.people.models import Agency, Person
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.uploads.documents import KINDS
from lms.web.downloads import attachment


def _round(who: Visit, round_id: int) -> Round:
    seen = Round.objects.visible_to(who.user, who.on).select_related("run__course", "run__issuer")
    return get_object_or_404(seen, pk=round_id)


def _reply(who: Visit, round_: Round, code: str) -> Reply:
    """The agency's answer that is being worked on: the one named, else the first the visitor sees."""
    seen = Reply.objects.visible_to(who.user, who.on).filter(round=round_).select_related("agency").in_order()
    reply = get_object_or_404(seen, agency__code=code) if code else get_object_or_404(seen[:1])
    reply.round = round_
    return reply


def _not_for_trainees(who: Visit) -> None:
    """Nominating is refused to people without a role before anything is looked up (permissions.csv)."""
    if not who.user.grants_on(who.on):
        raise Refused("not_permitted", _("Your role does not allow this."), status=403)


@door("round.view", "round.nominate_person")
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: HttpRequest, round_id: int) -> HttpResponse:
    """The agency's list in a round: who is on it, who could be, and the ticks that add them."""
    who = visit(request)
    if request.method == "POST":
        _not_for_trainees(who)
    round_ = _round(who, round_id)
    reply = _reply(who, round_, request.POST.get("agency", "") or request.GET.get("agency", ""))
    people = candidates(reply, who.on)
    if "names" in request.POST:
        require("round.nominate_person", who.user, reply, at=who.now)
        return _look_up(request, reply, people, who)
    form = NominationForm(request.POST or None, people=[str(row.person.public_id) for row in people])
    if request.method == "POST":
        require("round.nominate_person", who.user, reply, at=who.now)
        if form.is_valid():
            _nominate_all(reply, form.cleaned_data["person"], who)
            added = len(form.cleaned_data["person"])
            sentence = ngettext("%(n)s person was added to the list.", "%(n)s people were added to the list.", added)
            messages.success(request, sentence % {"n": added})
            return redirect(f"{request.path}?agency={reply.agency.code}")
    return render(request, "courses/nominate.html", _page(reply, people, form, who), status=422 if form.errors else 200)


def _look_up(request: HttpRequest, reply: Reply, people: list[Candidate], who: Visit) -> HttpResponse:
    """Whom the pasted names mean; those beyond doubt come ticked, and nothing has changed."""
    pasted = PastedNamesForm(request.POST)
    page = _page(reply, people, NominationForm(None, people=[]), who)
    page["pasted"] = pasted
    if pasted.is_valid():
        inside = [listed(row.person) for row in page["nominees"]]
        roster = [*(listed(row.person) for row in people), *inside]
        page["lines"] = judge(pasted.cleaned_data["names"], roster, {one.key for one in inside})
        page["ticked"] = ticked(page["lines"])
    return render(request, "courses/nominate.html", page, status=422 if pasted.errors else 200)


def _nominate_all(reply: Reply, public_ids: list[str], who: Visit) -> None:
    """All or none: one refusal takes the whole list back."""
    with transaction.atomic():
        for person in Person.objects.filter(public_id__in=public_ids).in_order():
            reply.nominate(person, by=who.user, now=who.now)


def _page(reply: Reply, people: list[Candidate], form: NominationForm, who: Visit) -> dict[str, Any]:
    nominees = Enrolment.objects.active().filter(run=reply.round.run, agency=reply.agency)
    return {
        "round": reply.round,
        "run": reply.round.run,
        "reply": reply,
        "is_open": reply.round.is_open(who.now),
        "may_nominate": allow("round.nominate_person", who.user, reply, at=who.now),
        "may_send": allow("round.send_reply", who.user, reply, at=who.now),
        "quota": quota_of(reply),
        "nominees": list(nominees.select_related("person").in_order()),
        "candidates": people,
        "form": form,
        "pasted": PastedNamesForm(),
        "lacking": [{"value": row.key, "label": row.person.full_name} for row in people if row.lacks],
        "may_waive": allow("enrolment.waive_prerequisite", who.user, reply.round.run, at=who.now),
        "dispatch_form": DispatchForm(),
        "may_attach": allow("round.attach_dispatch", who.user, reply, at=who.now),
        "send_form": SendReplyForm(initial={"dispatch_no": reply.dispatch_no, "dispatch_on": reply.dispatch_on}),
    }


@door("round.send_reply")
@require_POST
def send(request: HttpRequest, round_id: int) -> HttpResponse:
    """Send the agency's list to the department."""
    who = visit(request)
    round_ = _round(who, round_id)
    reply = _reply(who, round_, request.POST.get("agency", ""))
    require("round.send_reply", who.user, reply, at=who.now)
    form = SendReplyForm(request.POST)
    if form.is_valid() and reply.send(by=who.user, now=who.now, **form.cleaned_data):
        messages.success(request, _("The list has been sent to the department."))
    elif form.errors:
        messages.error(request, _("The date of the letter is not a date."))
    return redirect("courses:round" if not who.user.holds("focal", on=who.on) else "courses:nominate", round_.pk)


@door("round.attach_dispatch")
@require_POST
def attach_dispatch(request: HttpRequest, round_id: int) -> HttpResponse:
    """The signed copy of the agency's official letter comes in."""
    who = visit(request)
    round_ = _round(who, round_id)
    reply = _reply(who, round_, request.POST.get("agency", ""))
    require("round.attach_dispatch", who.user, reply, at=who.now)
    form = DispatchForm(request.POST, request.FILES)
    if form.is_valid() and form.document is not None:
        reply.attach_dispatch(form.document, by=who.user, now=who.now)
        messages.success(request, _("The signed copy has been kept."))
    for sentence in form.errors.get("file", []):
        messages.error(request, str(sentence))
    return redirect(f"{reverse('courses:nominate', args=[round_.pk])}?agency={reply.agency.code}")


@door("round.view")
@require_GET
def dispatch(request: HttpRequest, reply_id: int) -> HttpResponseBase:
    """The signed copy, as it was sent."""
    who = visit(request)
    reply = get_object_or_404(Reply.objects.visible_to(who.user, who.on), pk=reply_id)
    if not reply.dispatch_file or not storages[STORAGE].exists(reply.dispatch_file):
        raise Http404
    name = PurePath(reply.dispatch_file)
    kind = KINDS.get(name.suffix.removeprefix("."), "application/octet-stream")
    return attachment(storages[STORAGE].open(reply.dispatch_file, "rb"), name=name.name, content_type=kind)


@door("round.view")
@require_GET
def round_replies(request: HttpRequest, round_id: int) -> HttpResponse:
    """All answers of a round, with their people; the department approves or returns them here."""
    who = visit(request)
    round_ = _round(who, round_id)
    replies = list(Reply.objects.visible_to(who.user, who.on).filter(round=round_).select_related("agency").in_order())
    people: dict[int | None, list[Enrolment]] = {}
    for enrolment in Enrolment.objects.active().filter(run=round_.run).select_related("person").in_order():
        people.setdefault(enrolment.agency_id, []).append(enrolment)
    rows = [{"reply": reply, "people": people.get(reply.agency_id, [])} for reply in replies]
    may_decide = allow("round.return_or_approve_reply", who.user, None, at=who.now)
    return render(
        request,
        "courses/round.html",
        {
            "round": round_,
            "run": round_.run,
            "rows": rows,
            "may_decide": may_decide,
            "is_open": round_.is_open(who.now),
            "may_close": allow("round.open_or_close", who.user, round_, at=who.now),
        },
    )


@door("round.return_or_approve_reply")
@require_POST
def decide_on_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """One act: approve the agency's list, or return it with a reason."""
    who = visit(request)
    seen = Reply.objects.visible_to(who.user, who.on).select_related("agency", "round__run__course")
    reply = get_object_or_404(seen, pk=reply_id)
    require("round.return_or_approve_reply", who.user, reply, at=who.now)
    form = ReplyDecisionForm(request.POST, people=[str(row.public_id) for row in reply.nominated()])
    if form.is_valid() and form.cleaned_data["decision"] == "approve":
        changed = reply.approve(
            by=who.user, now=who.now, without=form.cleaned_data["without"], reason=form.cleaned_data["reason"]
        )
    else:
        changed = reply.return_to_agency(request.POST.get("reason", ""), by=who.user, now=who.now)
    if changed:
        messages.success(request, _("The decision has been recorded."))
    return redirect("courses:round", reply.round_id)


@door("round.open_or_close")
@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Announce a round for a class."""
    who = visit(request)
    run = get_object_or_404(Run.objects.handled_by(who.user, who.on).select_related("course"), public_id=public_id)
    require("round.open_or_close", who.user, run, at=who.now)
    agencies = Agency.objects.on(who.on).reporting().in_order()
    form = RoundForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        round_ = Round.announce(run, by=who.user, now=who.now, **form.cleaned_data)
        messages.success(request, _("The round has been announced."))
        return redirect("courses:round", round_.pk)
    return render(request, "courses/open_round.html", {"run": run, "form": form}, status=422 if form.errors else 200)


@door("round.open_or_close")
@require_POST
def close_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """End a round now."""
    who = visit(request)
    round_ = _round(who, round_id)
    require("round.open_or_close", who.user, round_, at=who.now)
    if round_.close(by=who.user, now=who.now):
        messages.success(request, _("The round is closed."))
    return redirect("courses:round", round_.pk)
