"""Reorganisations: drafting, the dry run, asking a second person, undoing (docs/reorganise.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.people import reorganising
from lms.people.agencies_file import AgenciesFileError
from lms.people.models import Reorganisation, ReorganisationState
from lms.people.permissions import allow, door, require
from lms.people.reorganisation import Plan, Problem, make_plan
from lms.people.reorganisation_file import read_changes, template
from lms.people.reorganisation_forms import ChangeForm, ChangesFileForm, ReorganisationForm, UndoForm
from lms.people.touching import touched_by
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused

DRY_RUN = "agency.reorganise_dry_run"
LATEST = 50


def _entered(request: HttpRequest, action: str = DRY_RUN) -> Visit:
    """The visit of somebody who may reorganise; 403 before anything is looked up."""
    who = visit(request)
    require(action, who.user, at=who.now)
    return who


@door(DRY_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisations(request: HttpRequest) -> HttpResponse:
    """The list, and a new draft."""
    who = _entered(request)
    form = ReorganisationForm(request.POST or None)
    if form.is_valid():
        form.instance.created_at, form.instance.created_by = who.now, who.user
        draft = form.save()
        return redirect("people:reorganisation", draft.public_id)
    rows = Reorganisation.objects.select_related("created_by", "undoes").latest_first()[:LATEST]
    status = 422 if form.errors else 200
    may_edit_groups = allow("unitgroup.edit", who.user, at=who.now)
    context = {"form": form, "rows": rows, "may_edit_groups": may_edit_groups}
    return render(request, "people/reorganisations.html", context, status=status)


@door(DRY_RUN)
@require_safe
def changes_template(request: HttpRequest) -> HttpResponse:
    """A CSV file to begin with, with a byte order mark so that Excel shows the letters."""
    _entered(request)
    response = HttpResponse("\ufeff" + template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sap-xep-don-vi.csv"'
    return response


def _page(request: HttpRequest, who: Visit, draft: Reorganisation, *, status: int = 200, **forms: Any) -> HttpResponse:
    plan = make_plan(draft, who.on)
    waits = draft.request(who.now)
    is_draft = draft.state == ReorganisationState.DRAFT
    problems = plan.problems if is_draft else []
    context = {
        "draft": draft,
        "plan": plan,
        "lines": _lines(plan, problems),
        "problems": problems,
        "request_": waits,
        "is_open": is_draft and waits is None,
        "may_undo": draft.state == ReorganisationState.APPLIED and draft.undoes_id is None and waits is None,
        "touched": touched_by(plan.touched, draft.on) if is_draft else [],
        "facts_form": ReorganisationForm(instance=draft),
        "change_form": ChangeForm(),
        "file_form": ChangesFileForm(),
        "undo_form": UndoForm(),
        "file_errors": [],
    }
    return render(request, "people/reorganisation.html", context | forms, status=status)


def _lines(plan: Plan, problems: list[Problem]) -> list[dict[str, Any]]:
    """The lines with the agencies they name and what is wrong with each."""
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        if problem.position is not None:
            wrong.setdefault(problem.position, []).append(problem.sentence)
    return [
        {
            "change": change, "old": plan.agencies.get(change.predecessor), "heir": plan.agencies.get(change.successor),
            "new": plan.opening.get(change.successor), "wrong": wrong.get(change.position, []),
        }
        for change in plan.changes
    ]  # fmt: skip


def _found(public_id: UUID) -> Reorganisation:
    rows = Reorganisation.objects.select_related("created_by", "confirmed_by", "undoes", "undone_by")
    return get_object_or_404(rows, public_id=public_id)


@door(DRY_RUN)
@require_safe
def reorganisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The dry run: lines, what stands against them, what they touch."""
    who = _entered(request)
    return _page(request, who, _found(public_id))


@door(DRY_RUN)
@require_POST
def facts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Title, papers and day of a draft."""
    who = _entered(request)
    draft = _found(public_id)
    draft.check_open(who.now)
    form = ReorganisationForm(request.POST, instance=draft)
    if not form.is_valid():
        return _page(request, who, _found(public_id), facts_form=form, status=422)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("people:reorganisation", public_id)


@door(DRY_RUN)
@require_POST
def add_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One more line."""
    who = _entered(request)
    draft = _found(public_id)
    form = ChangeForm(request.POST, day=draft.on)
    values = form.values() if form.is_valid() else None
    if values is None:
        return _page(request, who, draft, change_form=form, status=422)
    draft.add(who.now, **values)
    messages.success(request, _("The change was added."))
    return redirect("people:reorganisation", public_id)


@door(DRY_RUN)
@require_POST
def remove_change(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """One line fewer."""
    who = _entered(request)
    _found(public_id).remove(position, who.now)
    return redirect("people:reorganisation", public_id)


@door(DRY_RUN)
@require_POST
def import_changes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The lines of a file in place of those there, all or none."""
    who = _entered(request)
    draft = _found(public_id)
    draft.check_open(who.now)
    form = ChangesFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, who, draft, file_form=form, status=422)
    try:
        changes = read_changes(form.cleaned_data["file"].read())
    except AgenciesFileError as error:
        return _page(request, who, draft, file_form=form, file_errors=error.errors, status=422)
    with transaction.atomic():
        draft.replace_changes(changes, who.now)
    messages.success(request, _("The changes of the file are below. Nothing has been carried out yet."))
    return redirect("people:reorganisation", public_id)


@door(DRY_RUN)
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The draft will not be carried out."""
    who = _entered(request)
    _found(public_id).withdraw(who.now)
    messages.success(request, _("Withdrawn; nothing was changed."))
    return redirect("people:reorganisations")


@door("agency.reorganise", fresh=True)
@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Ask a second person to carry it out."""
    who = _entered(request, "agency.reorganise")
    reorganising.ask(_found(public_id), by=who.user, now=who.now)
    messages.success(request, _("The request waits for a second person. Until then nothing changes."))
    return redirect("people:reorganisation", public_id)


@door("agency.undo_reorganisation", fresh=True)
@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Ask a second person to take it back."""
    who = _entered(request, "agency.undo_reorganisation")
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Refused("reason_required", _("Say why."), status=422)
    reorganising.ask_to_undo(
        _found(public_id), reason=form.cleaned_data["reason"], document_no=form.cleaned_data["document_no"],
        by=who.user, now=who.now,
    )  # fmt: skip
    messages.success(request, _("The request waits for a second person. Until then nothing changes."))
    return redirect("people:reorganisation", public_id)
