"""What the text of the plan leaves open: numbers, dates, whom an unnamed party means. And the file of a plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lms.people.models import Agency
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.forms import DueForm, FilledInForm, MembersForm, PlanFileForm
from lms.plan.importing import import_plan, try_plan
from lms.plan.models import PartyMember, Period, Plan, PlanTask, TaskParty
from lms.plan.plan_file import PlanFileError
from lms.plan.views.pages import Words, form_page, refused_in
from lms.refusal import Refused
from lms.uploads.checks import FileError

EDIT, IMPORT = "plan.edit_tasks", "plan.import"


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Number and dates of the plan."""
    who = visit(request)
    require(EDIT, who.user, at=who.now)
    found = Plan.objects.visible_to(who.user).order_by("code").first()
    if found is None:
        raise Http404
    columns = ("number", "dated_on", "starts_on", "ends_on")
    form = FilledInForm(request.POST or None, initial={column: getattr(found, column) for column in columns})
    if form.is_valid():
        try:
            is_new = found.fill_in(form.filled(), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            _say_saved(request, is_new=is_new)
            return redirect("plan:plan")
    lead = _("The text of the plan stays word for word.")
    return form_page(request, form, Words(_("Number and dates"), _("Save"), reverse("plan:plan"), _("The plan"), lead))


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """The day by which a task is to be done."""
    who = visit(request)
    require(EDIT, who.user, at=who.now)
    found = get_object_or_404(PlanTask.objects.visible_to(who.user), pk=task_id)
    form = DueForm(request.POST or None, initial={"due_on": found.due_on})
    if request.method == "POST" and form.is_valid():
        _say_saved(request, is_new=found.set_due(form.cleaned_data["due_on"], by=who.user, now=who.now))
        return redirect("plan:task", found.pk)
    lead = _("The plan says: %(timing)s") % {"timing": found.timing_label}
    return form_page(request, form, Words(_("Due day of the task"), _("Save"), *_back(found), lead))


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, party_id: int) -> HttpResponse:
    """Whom a party that the plan does not name means in a period (of today's year, if none is asked for)."""
    who = visit(request)
    require(EDIT, who.user, at=who.now)
    party = get_object_or_404(TaskParty.objects.select_related("task"), pk=party_id)
    period = _period(request, who)
    picked = list(PartyMember.objects.filter(party=party, period=period).values_list("agency_id", flat=True))
    offered = Agency.objects.on(period.cutoff_on).reporting() | Agency.objects.filter(pk__in=picked)
    form = MembersForm(request.POST or None, agencies=offered.in_order(), initial={"agencies": picked})
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["agencies"])
        try:
            is_new = PartyMember.pick(party, period, chosen, by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            _say_saved(request, is_new=is_new)
            return redirect("plan:task", party.task_id)
    context = {"party": party, "period": period, "periods": list(Period.objects.years()), "form": form}
    return render(request, "plan/members.html", context, status=422 if form.errors else 200)


@door(IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Try a plan file, then load it: first what it would do, then the same bytes again with «confirm»."""
    who = visit(request)
    require(IMPORT, who.user, at=who.now)
    form = PlanFileForm(request.POST, request.FILES) if request.method == "POST" else PlanFileForm()
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            content = form.raw()
            if "confirm" in request.POST:
                done = import_plan(content, by=who.user, now=who.now)
                sentence = ngettext("%(n)s row of the plan was written.", "%(n)s rows of the plan were written.",
                                    done.added + done.changed)  # fmt: skip
                messages.success(request, sentence % {"n": done.added + done.changed})
                return redirect("plan:plan")
            context |= {"found": try_plan(content), "content": content.decode()}
        except FileError as error:
            context["errors"] = [str(error)]
        except PlanFileError as error:
            context["errors"] = error.errors
    return render(request, "plan/import.html", context, status=422 if "errors" in context else 200)


def _say_saved(request: HttpRequest, *, is_new: bool) -> None:
    messages.success(request, _("Saved.") if is_new else _("Nothing has changed."))


def _back(task: PlanTask) -> tuple[str, str]:
    return reverse("plan:task", args=[task.pk]), _("Task %(code)s") % {"code": task.code}


def _period(request: HttpRequest, who: Visit) -> Period:
    """The period asked for, else the year that holds today, else the latest one; 404 where there is none."""
    found = Period.objects.asked(request.GET.get("period", ""), who.user, who.on)
    if found is None:
        raise Http404
    return found
